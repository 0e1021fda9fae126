"""Estimates that wait for an answer, and people who give it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from portico.domain.estimates.models import Approval, Estimate
from portico.domain.estimates.operations import approving, proposals, versions
from portico.domain.estimates.queries import offers
from portico.domain.estimates.signatures import TYPED, Signature
from portico.foundation.audit.operations import Actor, ActorKind
from portico.foundation.people.models import Login
from portico.kernel import clock
from tests.factories import people
from tests.factories.estimates import line

LINES = (
    line("Furnace", 200_000, member_price_minor=180_000),
    line("Thermostat", 18_000, is_optional=True, is_suggested=True),
    line("Permit", 5_000, is_optional=True, is_taxable=False),
)


def actor(login: Login) -> Actor:
    return Actor(ActorKind.CUSTOMER, ref=str(login.public_id), name=login.name, ip_prefix="203.0.113.0/24")


def noted(*estimates: Estimate) -> None:
    """Their versions as they are stored now, and their proposals settled."""
    for estimate in estimates:
        versions.note(estimate, by=people.OFFICE)
    proposals.settle({estimate.proposal_id for estimate in estimates})


def shown(estimate: Estimate) -> str:
    """What a page that is opened now posts."""
    fresh = Estimate.objects.select_related("proposal").get(pk=estimate.pk)
    return offers.current(fresh, clock.now()).shown


def refs(estimate: Estimate, *names: str) -> list[str]:
    items = estimate.items.filter(name__in=names)
    return [str(item.public_id) for item in items]


def approve(
    estimate: Estimate,
    login: Login,
    *,
    chosen: Sequence[str] = (),
    signature: Signature = TYPED,
    name: str = "",
    hash_: str = "",
    **told: Any,
) -> UUID:
    return approving.approve(
        estimate=estimate.public_id,
        shown=hash_ or shown(estimate),
        chosen=chosen,
        signer_name=name or login.name,
        signature=signature,
        by=actor(login),
        browser="Mozilla/5.0",
        **told,
    )


def approval(public_id: UUID) -> Approval:
    return Approval.objects.get(public_id=public_id)


def states(*estimates: Estimate) -> list[tuple[str, bool]]:
    """How they stand, and whether another one was chosen."""
    found = {row.pk: row for row in Estimate.objects.filter(pk__in=[one.pk for one in estimates])}
    return [(found[one.pk].status, found[one.pk].is_other_chosen) for one in estimates]
