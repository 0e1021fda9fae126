"""How an estimate stands when somebody wants to decide about it, in words for who came too late."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from portico.domain.estimates import rules
from portico.domain.estimates.enums import EstimateStatus, EventKind
from portico.domain.estimates.errors import MissingEstimate, OfferClosed
from portico.domain.estimates.models import Approval, Estimate, EstimateEvent
from portico.domain.jobs.enums import JobStatus
from portico.foundation.tenancy.companies import current_company
from portico.kernel import formats


def approval_of(estimate: Estimate) -> Approval | None:
    """The approval that stands for this estimate, if it has one."""
    return Approval.objects.filter(estimate=estimate, undo=None).order_by("-pk").first()


def require_shown(estimate: Estimate) -> None:
    """MissingEstimate for drafts, inactive ones, and those of a canceled job that the company hides."""
    if estimate.status == EstimateStatus.DRAFT or not estimate.is_active:
        raise MissingEstimate.unknown()
    is_canceled = estimate.proposal.job.status == JobStatus.CANCELED
    if is_canceled and estimate.status != EstimateStatus.SOLD and not current_company().is_canceled_job_shown:
        raise MissingEstimate.unknown()


def require_open(estimate: Estimate, now: datetime) -> None:
    """OfferClosed with what became of it, unless it waits for an answer; the caller holds the lock."""
    require_shown(estimate)
    if estimate.status == EstimateStatus.WITHDRAWN:
        raise OfferClosed(_("This estimate is no longer offered. Call us if you have a question about it."))
    sold = Estimate.objects.filter(proposal=estimate.proposal_id, status=EstimateStatus.SOLD).first()
    if sold is not None:
        raise _approved(sold, estimate)
    if estimate.status == EstimateStatus.DISMISSED:
        raise OfferClosed(_declined(estimate))
    if rules.is_expired(estimate.status, estimate.expires_at, now):
        raise OfferClosed(_expired(estimate))


def _approved(sold: Estimate, wanted: Estimate) -> OfferClosed:
    approval = approval_of(sold)
    told = {
        "name": approval.signer_name if approval else "",
        "option": sold.name,
        "when": _when(wanted, approval.at if approval else sold.decided_at),
    }
    if sold.pk == wanted.pk and approval:
        words = _("%(name)s approved this estimate on %(when)s. There is nothing more to do.")
    elif sold.pk == wanted.pk:
        words = _("This estimate was accepted on %(when)s. There is nothing more to do.")
    elif approval:
        words = _("%(name)s approved another option on %(when)s: %(option)s. This one is closed, nothing was changed.")
    else:
        words = _("Another option was accepted on %(when)s: %(option)s. This one is closed, nothing was changed.")
    return OfferClosed(words % told, approved=sold.public_id)


def _declined(estimate: Estimate) -> str:
    event = EstimateEvent.objects.filter(estimate=estimate, kind=EventKind.DECLINED).order_by("-pk").first()
    told = {"name": event.made_by_name if event else "", "when": _when(estimate, estimate.decided_at)}
    if told["name"]:
        return _("%(name)s declined this estimate on %(when)s. Call us if you want it after all.") % told
    return _("This estimate was declined on %(when)s. Call us if you want it after all.") % told


def _expired(estimate: Estimate) -> str:
    when = _when(estimate, estimate.expires_at)
    return _("This estimate expired on %(when)s. You can ask for a new one.") % {"when": when}


def _when(estimate: Estimate, at: datetime | None) -> str:
    return formats.moment(at, estimate.branch.time_zone) if at else ""
