"""What an estimate offers now, and what it offered when a page was shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portico.domain.estimates import rules, words
from portico.domain.estimates.models import Estimate, EstimateTerms, EstimateVersion, Proposal
from portico.domain.estimates.queries.member_sql import IS_MEMBER
from portico.domain.estimates.rules import Offer
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json

MEMBER = f"""SELECT to_json({IS_MEMBER}) FROM estimates_proposal p
 WHERE p.company_id = %(company)s AND p.id = %(key)s"""  # noqa: S608 - put together of our own texts only
MOST_VERSIONS = 100  # in which what was shown is looked for


@dataclass(frozen=True, slots=True)
class Current:
    """What is offered to the customer of an estimate now. `shown` is its hash."""

    offer: Offer
    shown: str
    version_n: int
    terms_n: int
    terms_text: str


def current(estimate: Estimate, now: datetime) -> Current:
    """The offer that holds at this moment."""
    content = EstimateVersion.objects.values_list("content", flat=True).get(estimate=estimate, n=estimate.version)
    terms = EstimateTerms.objects.order_by("-n").first()
    n, text = (terms.n, terms.text) if terms else (0, str(words.DEFAULT_TERMS))
    offer = rules.offer(content, is_member=is_member(estimate.proposal, now), terms_n=n)
    return Current(offer, rules.version_hash(offer), estimate.version, n, text)


def is_member(proposal: Proposal, now: datetime) -> bool:
    """Whether the prices of members count for the customer of a proposal."""
    return bool(fetch_json(MEMBER, key=proposal.pk, now=now))


@reading
def shown_offer(*, estimate: UUID, shown: str) -> Offer | None:
    """The offer of this hash, found again among what was ever offered; None when there was none."""
    return next((offer for offer in _ever_offered(estimate) if rules.version_hash(offer) == shown), None)


def _ever_offered(estimate: UUID) -> Iterator[Offer]:
    """The newest first, since a page is seldom old."""
    noted = EstimateVersion.objects.filter(estimate__public_id=estimate).order_by("-n")
    contents = list(noted.values_list("content", flat=True)[:MOST_VERSIONS])
    terms = [*EstimateTerms.objects.order_by("-n").values_list("n", flat=True)[:MOST_VERSIONS], 0]
    for n in terms:
        for content in contents:
            for is_member in (False, True):
                yield rules.offer(content, is_member=is_member, terms_n=n)
