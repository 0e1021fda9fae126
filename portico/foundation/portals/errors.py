"""What can be wrong with what the office says about its portal."""

from __future__ import annotations

from portico.kernel import errors


class BadEntry(errors.NotPossible):
    """One field cannot be kept as it is; `field` is its name."""

    code = "bad_entry"

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


class ChangedMeanwhile(errors.Conflict):
    """Somebody else has saved since the form was opened."""

    code = "changed_meanwhile"
