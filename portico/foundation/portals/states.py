"""Whether a company's portal is off, being tried out or on, and what was accepted for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portico.foundation.portals.stand import stand_of
from portico.foundation.portals.terms import OperatorTerms, terms
from portico.foundation.tenancy.companies import current_company
from portico.foundation.tenancy.models import OperatorTermsAcceptance, PortalTester
from portico.foundation.tenancy.scope import reading

MOST_LISTED = 10


@dataclass(frozen=True, slots=True)
class AcceptanceRow:
    version: str
    text: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Front:
    """How the portal stands. `acceptances` are the newest ones; `is_accepted`: the text that holds now."""

    state: str
    testers: list[str]
    terms: OperatorTerms
    is_accepted: bool
    acceptances: list[AcceptanceRow]
    stand: str


@reading
def front() -> Front:
    """For the office's page."""
    state, emails, now = current_company().portal_state, testers(), terms()
    rows = OperatorTermsAcceptance.objects.order_by("-accepted_at", "-pk")[:MOST_LISTED]
    accepted = [AcceptanceRow(row.version, row.text, row.accepted_by_name, row.accepted_at) for row in rows]
    return Front(state, emails, now, is_accepted(now.version), accepted, stand_of(values(state, emails)))


def testers() -> list[str]:
    """The addresses that are let in while the portal is tried out."""
    return list(PortalTester.objects.order_by("email").values_list("email", flat=True))


def is_accepted(version: str) -> bool:
    """Whether somebody accepted this text for the company."""
    return OperatorTermsAcceptance.objects.filter(version=version).exists()


def values(state: str, emails: list[str]) -> dict[str, object]:
    """What the page changes."""
    return {"state": state, "testers": emails}
