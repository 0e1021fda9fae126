"""What is hidden from the contact that staff look as, kind by kind, each with its reason and the way to the record."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from portico.domain.billing.queries.hidden import hidden_invoices
from portico.domain.customers.enums import Right
from portico.domain.customers.hidden import MOST, Hidden, hidden_access
from portico.domain.customers.queries import Reach
from portico.domain.documents.queries.hidden import hidden_documents
from portico.domain.equipment.queries.hidden import hidden_units
from portico.domain.jobs.queries.hidden import hidden_jobs
from portico.domain.memberships.queries.hidden import hidden_memberships
from portico.faces.customer.viewing import words
from portico.faces.customer.viewing.banner import record_in_office
from portico.faces.customer.visitor import Visitor
from portico.foundation.people.entry import ViewingFacts
from portico.foundation.people.permissions import Action, may


def found_for(visitor: Visitor) -> dict[str, Any]:
    """The page's context: a fixed number of statements, whatever there is."""
    seen = visitor.entry.viewing
    if seen is None:
        raise ValueError("nobody is looking as somebody else")
    reached, service, billing = visitor.reached, visitor.service_scope(), visitor.billing_scope()
    kinds = (
        (_("Access"), "portal", words.ACCESS, hidden_access(seen.email, reached=reached)),
        (_("Jobs"), "jobs", words.JOBS, hidden_jobs(reached=reached, scope=service)),
        (
            _("Invoices"),
            "invoices",
            words.INVOICES,
            hidden_invoices(reached=reached, service=service, billing=billing),
        ),
        (_("Equipment"), "equipment", words.UNITS, hidden_units(reached=reached, scope=service)),
        (_("Memberships"), "memberships", words.MEMBERSHIPS, hidden_memberships(reached=reached, scope=service)),
        (_("Documents"), "documents", words.DOCUMENTS, hidden_documents(reached=reached, scope=service)),
    )
    return {
        "seen": seen,
        "reached": [(reach.name, _missing(reach)) for reach in reached],
        "kinds": [
            (title, [_line(visitor, seen, part, said, one) for one in found]) for title, part, said, found in kinds
        ],
        "never": [
            (str(title), ", ".join(str(name) for name in names.values())) for title, names in words.NEVER_SHOWN.values()
        ],
    }


def _line(visitor: Visitor, seen: ViewingFacts, part: str, said: words.Words, one: Hidden) -> dict[str, Any]:
    is_open = may(seen.role, Action.VIEW_CUSTOMERS)
    return {
        "customer": one.customer_name,
        "reason": str(said[one.reason]),
        "count": _("more than %(n)s") % {"n": MOST} if one.is_more else str(one.count),
        "href": record_in_office(visitor.entry, one.customer, part=part) if is_open else "",
    }


def _missing(reach: Reach) -> str:
    """The rights that this person has nowhere of this customer."""
    return ", ".join(str(right.label) for right in Right if not reach.may(right))
