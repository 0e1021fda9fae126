"""What can go wrong with documents."""

from __future__ import annotations

from portico.kernel import errors


class UnusableFile(errors.NotPossible):
    """The file that was sent is not taken; the message says why."""

    code = "unusable_file"


class Missing(errors.NotPossible):
    """There is no such document, job, home or unit on this customer."""

    code = "missing"
