"""What is hidden from the contact that staff look as, kind by kind, each with its reason and the way to the record."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from portico.domain.billing.queries.hidden import hidden_invoices
from portico.domain.customers.enums import Right
from portico.domain.customers.hidden import OLDER, Hidden, hidden_access
from portico.domain.customers.queries import Reach
from portico.domain.documents.queries.hidden import hidden_documents
from portico.domain.equipment.queries.hidden import hidden_units
from portico.domain.estimates.queries.hidden import hidden_estimates
from portico.domain.jobs.queries.hidden import hidden_jobs
from portico.domain.memberships.queries.hidden import hidden_memberships
from portico.faces.customer.viewing import words
from portico.faces.customer.viewing.office import record_in_office
from portico.faces.customer.visitor import Visitor
from portico.foundation.people.entry import ViewingFacts
from portico.foundation.people.permissions import Action, may

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Kind(NamedTuple):
    """Something that can be hidden: its heading, its section of the record in the office, its reasons, its finder."""

    title: _StrPromise
    part: str
    said: words.Words
    found: Callable[[Visitor], list[Hidden]]


# A further kind is a statement of `walking`, its words, and a line here.
KINDS = (
    Kind(_("Jobs"), "jobs", words.JOBS, lambda who: hidden_jobs(reached=who.reached, scope=who.service_scope())),
    Kind(
        _("Invoices"),
        "invoices",
        words.INVOICES,
        lambda who: hidden_invoices(reached=who.reached, service=who.service_scope(), billing=who.billing_scope()),
    ),
    Kind(
        _("Equipment"),
        "equipment",
        words.UNITS,
        lambda who: hidden_units(reached=who.reached, scope=who.service_scope()),
    ),
    Kind(
        _("Memberships"),
        "memberships",
        words.MEMBERSHIPS,
        lambda who: hidden_memberships(reached=who.reached, scope=who.service_scope()),
    ),
    Kind(
        _("Estimates"),
        "estimates",
        words.ESTIMATES,
        lambda who: hidden_estimates(reached=who.reached, scope=who.service_scope()),
    ),
    Kind(
        _("Documents"),
        "documents",
        words.DOCUMENTS,
        lambda who: hidden_documents(reached=who.reached, scope=who.service_scope()),
    ),
)


def found_for(visitor: Visitor) -> dict[str, Any]:
    """The page's context: a fixed number of statements, whatever there is."""
    seen = visitor.entry.viewing
    if seen is None:
        raise ValueError("nobody is looking as somebody else")
    access = Kind(_("Access"), "portal", words.ACCESS, lambda _who: hidden_access(seen.email))
    return {
        "seen": seen,
        "reached": [(reach.name, _missing(reach)) for reach in visitor.reached],
        "kinds": [
            (str(kind.title), [_line(visitor, seen, kind, one) for one in kind.found(visitor)])
            for kind in (access, *KINDS)
        ],
        "never": [
            (str(title), ", ".join(str(name) for name in names.values())) for title, names in words.NEVER_SHOWN.values()
        ],
    }


def _line(visitor: Visitor, seen: ViewingFacts, kind: Kind, one: Hidden) -> dict[str, Any]:
    is_open, is_older = may(seen.role, Action.VIEW_CUSTOMERS), one.reason == OLDER
    return {
        "customer": one.customer_name,
        "reason": str(words.OLDER) % {"n": one.count} if is_older else str(kind.said[one.reason]),
        "count": "" if is_older else str(one.count),
        "href": record_in_office(visitor.entry, one.customer, part=kind.part) if is_open else "",
    }


def _missing(reach: Reach) -> str:
    """The rights that this person has nowhere of this customer."""
    return ", ".join(str(right.label) for right in Right if not reach.may(right))
