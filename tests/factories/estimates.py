"""Proposals with their options, in any state."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import uuid4

from portico.domain.customers.models import Customer
from portico.domain.estimates import rules
from portico.domain.estimates.enums import ApprovalChannel, EstimateStatus, SignatureKind
from portico.domain.estimates.models import Approval, ApprovalUndo, Estimate, EstimateItem, Proposal
from portico.domain.estimates.operations import proposals, versions
from portico.domain.jobs.models import Job
from portico.kernel import clock
from tests.factories import visits

_numbers = count(990_001)
DECIDED = (EstimateStatus.SOLD, EstimateStatus.DISMISSED)
OPTIONS = (("Good", 40000), ("Better", 55000), ("Best", 90000))


def make_proposal(owner: Job | Customer, *, tag: str = "", **columns: Any) -> Proposal:
    """An empty one for this job, or for a new job at the customer's home."""
    job = owner if isinstance(owner, Job) else visits.make_job(owner)
    told = {"listed_at": clock.now(), "customer": job.customer, "location": job.location, **columns}
    return Proposal.objects.create(job=job, tag=tag, **told)


def make_estimate(
    owner: Proposal | Job | Customer,
    total: int = 50000,
    *,
    lines: Sequence[dict[str, Any]] = (),
    expires_in: int | None = 30,
    **columns: Any,
) -> Estimate:
    """An open estimate that holds for 30 days, of one line of `total` unless `lines` says which (see `line`).

    `status` may be any; `tax_minor` comes on top of the lines that are not optional. An owner that is no proposal is
    given a proposal of this estimate alone.
    """
    proposal = owner if isinstance(owner, Proposal) else make_proposal(owner)
    wanted = list(lines) or [line("Water heater, 50 gallons", total)]
    subtotal = sum(each["total_minor"] for each in wanted if not each.get("is_optional"))
    estimate = Estimate.objects.create(proposal=proposal, **_columns(proposal, subtotal, expires_in, columns))
    for position, each in enumerate(wanted, 1):
        EstimateItem.objects.create(estimate=estimate, position=position, **each)
    settle(proposal)
    estimate.refresh_from_db()
    return estimate


def make_options(
    owner: Job | Customer,
    *options: tuple[str, int],
    recommended: int | None = 1,
    tag: str = "Water heater",
    **columns: Any,
) -> list[Estimate]:
    """A proposal of several options, good, better and best; `recommended` counts from zero."""
    proposal = make_proposal(owner, tag=tag)
    return [
        make_estimate(proposal, total, name=name, is_recommended=position == recommended, **columns)
        for position, (name, total) in enumerate(options or OPTIONS)
    ]


def approve(estimate: Estimate, *, by_phone: bool = False) -> Approval:
    """Signed by a login, as the portal leaves it, or taken down by phone; the other options are closed."""
    now = clock.now()
    others = Estimate.objects.filter(proposal=estimate.proposal, status=EstimateStatus.OPEN).exclude(pk=estimate.pk)
    others.update(status=EstimateStatus.DISMISSED, is_other_chosen=True, decided_at=now)
    estimate.status, estimate.decided_at = EstimateStatus.SOLD, now
    estimate.save()
    proposals.settle([estimate.proposal_id])
    signed = {"channel": ApprovalChannel.PORTAL, "login": uuid4(), "signature_kind": SignatureKind.TYPED}
    phoned = {"channel": ApprovalChannel.PHONE, "signature_kind": "none", "note": "Called.", "recorded_by_name": "Olga"}
    return Approval.objects.create(
        **(phoned if by_phone else signed),
        estimate=estimate,
        signer_name="Ana Alvarez",
        version_n=estimate.version,
        terms_n=0,
        snapshot="{}",
        sha256=rules.digest("{}"),
        total_minor=estimate.total_minor,
        at=now,
    )


def take_back(approval: Approval) -> None:
    """The approval is undone, and all options wait again."""
    ApprovalUndo.objects.create(approval=approval, at=clock.now())
    options = Estimate.objects.filter(proposal=approval.estimate.proposal)
    options.filter(pk=approval.estimate_id).update(status=EstimateStatus.OPEN, decided_at=None)
    options.filter(is_other_chosen=True).update(status=EstimateStatus.OPEN, is_other_chosen=False, decided_at=None)
    proposals.settle([approval.estimate.proposal_id])


def line(name: str, price: int, quantity: str | int = 1, **columns: Any) -> dict[str, Any]:
    """A line of so many at this price; a negative price is a rebate."""
    amount = Decimal(quantity)
    return {"name": name, "price_minor": price, "quantity": amount, "total_minor": int(amount * price), **columns}


def settle(proposal: Proposal) -> None:
    """Note versions of what its estimates are now, and let the proposal say what they come to."""
    versions.note_all(list(proposal.estimates.values_list("pk", flat=True)), made_by_name="Olga Office")
    proposals.settle([proposal.pk])
    proposal.refresh_from_db()


def _columns(proposal: Proposal, subtotal: int, expires_in: int | None, columns: dict[str, Any]) -> dict[str, Any]:
    now = clock.now()
    told = {
        "number": str(next(_numbers)),
        "name": "Water heater replacement",
        "summary": "Replaces the old tank.",
        "status": EstimateStatus.OPEN,
        "position": proposal.estimates.count(),
        "business_unit": proposal.job.business_unit,
        "branch": proposal.job.business_unit.branch,
        "subtotal_minor": subtotal,
        "tax_minor": 0,
        "expires_at": None if expires_in is None else now + timedelta(days=expires_in),
        "decided_at": _decided_at(columns, now),
        "created_at": now,
        **columns,
    }
    return {"total_minor": told["subtotal_minor"] + told["tax_minor"], **told}


def _decided_at(columns: dict[str, Any], now: datetime) -> datetime | None:
    return now if columns.get("status") in DECIDED else None
