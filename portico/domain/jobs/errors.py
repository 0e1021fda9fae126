"""What can go wrong with jobs and visits."""

from __future__ import annotations

from portico.kernel import errors


class MissingVisit(errors.NotPossible):
    """There is no such visit in this company."""

    code = "missing_visit"


class VisitOver(errors.NotPossible):
    """The visit is done or canceled, so nothing follows."""

    code = "visit_over"


class NotByHand(errors.NotPossible):
    """This status is not one that the office sets with a click."""

    code = "not_by_hand"


class MissingJob(errors.NotPossible):
    """There is no such job in this company."""

    code = "missing_job"
