"""What can go wrong with jobs and visits."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portico.kernel import errors


class MissingVisit(errors.NotPossible):
    """There is no such visit in this company."""

    code = "missing_visit"


class VisitOver(errors.NotPossible):
    """The visit is done or canceled, so nothing follows."""

    code = "visit_over"

    @classmethod
    def done(cls) -> VisitOver:
        return cls(_("This visit is done. Its status can no longer be changed."))

    @classmethod
    def canceled(cls) -> VisitOver:
        return cls(_("This visit was canceled. Its status can no longer be changed."))

    @classmethod
    def canceled_with_its_job(cls) -> VisitOver:
        return cls(_("This job was canceled. The status of its visits can no longer be changed."))


class NotByHand(errors.NotPossible):
    """This status is not one that the office sets with a click."""

    code = "not_by_hand"

    @classmethod
    def unknown(cls) -> NotByHand:
        return cls(_("A visit cannot be set to that by hand."))


class MissingJob(errors.NotPossible):
    """There is no such job in this company."""

    code = "missing_job"
