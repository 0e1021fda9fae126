"""What can go wrong."""

from __future__ import annotations

from portico.kernel import errors


class BadAssumption(errors.NotPossible):
    """A call saved cannot be that. `field` names what is wrong."""

    code = "bad_assumption"

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


class NobodyChosen(errors.NotPossible):
    """Nothing was ticked, or those who were are no longer there."""

    code = "nobody_chosen"
