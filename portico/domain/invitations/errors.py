"""Anticipated failures around lists of people to invite."""

from __future__ import annotations

from portico.kernel import errors


class Missing(errors.NotPossible):
    """There is no such list here: the page answers 404."""

    code = "missing"


class ListRefused(errors.NotPossible):
    """This list cannot be taken, or not be sent now; the message says why."""

    code = "list_refused"
