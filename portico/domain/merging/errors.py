"""Anticipated failures of merging."""

from __future__ import annotations

from portico.kernel import errors


class Missing(errors.NotPossible):
    """There is no such record or merge here: the page answers 404."""

    code = "missing"


class MergeRefused(errors.NotPossible):
    """These two cannot become one, or not two again; the message says why."""

    code = "merge_refused"
