"""A customer's record, and its jobs and invoices page by page."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from portico.domain.billing.queries import office
from portico.domain.billing.queries.drafts import drafts_of
from portico.domain.billing.queries.office_desk import wallet
from portico.domain.billing.queries.office_payments import payments_of_customer
from portico.domain.billing.return_words import REFUND_LABEL, REFUND_TONE
from portico.domain.billing.words import LABEL, PAYMENT_LABEL, PAYMENT_TONE, TONE
from portico.domain.customers import queries
from portico.domain.customers.household import household_for_office
from portico.domain.documents.queries import office as documents
from portico.domain.equipment.queries import office as equipment
from portico.domain.estimates.queries import office as estimates
from portico.domain.memberships.queries import office as memberships
from portico.faces.office import trail_words, words
from portico.faces.office.customers.forms import AddressForm
from portico.faces.office.customers.section import table_of
from portico.faces.office.document_words import words_for_documents
from portico.faces.office.equipment_words import unit_lines
from portico.faces.office.estimates.listing import with_tags
from portico.faces.office.membership_words import membership_lines
from portico.faces.office.requests import OfficeRequest, public_id
from portico.faces.office.staff import staff_only
from portico.faces.ui.household_forms import line_of
from portico.faces.ui.pages import page
from portico.foundation.audit.queries import trail_of_customer
from portico.foundation.messaging.links import portal_of
from portico.foundation.people.permissions import Action
from portico.kernel import clock, formats


@staff_only(Action.VIEW_CUSTOMERS)
@require_safe
def record(request: OfficeRequest, customer: UUID) -> HttpResponse:
    """The whole record in a fixed number of statements; a merged-away one leads to its survivor."""
    found = office.record_of(customer)
    if found is None:
        raise Http404("no such customer")
    if found.head.merged_into:
        request.notices.add("info", _("%(name)s was merged into this customer.") % {"name": found.head.name})
        return HttpResponseRedirect(reverse("customer", args=[found.head.merged_into]))
    request.form_action_origins = (portal_of(request.company.host, ""),)  # "View portal as" leads on to there
    return page(request, "office/customers/record.html", _context(request, found))


def _context(request: OfficeRequest, found: office.Record) -> dict[str, Any]:
    may = request.staff.may
    head = found.head
    context = {
        "record": found,
        "head": head,
        "tags": words.tags_of(head),
        "facts": _facts(found),
        "table": table_of(queries.portal_table(head.id), customer=head.id, may=may),
        "add_form": AddressForm(locations=found.locations) if may(Action.EDIT_CONTACTS) else None,
        "household": [line_of(one) for one in household_for_office(head.id)],
        "may_manage_household": may(Action.MANAGE_HOUSEHOLD),
        "payments": None,
        "has_more_payments": False,
        "wallet": None,
        "may_edit": may(Action.EDIT_CUSTOMER),
        "may_merge": may(Action.MERGE),
        "may_edit_contacts": may(Action.EDIT_CONTACTS),
        "may_record": may(Action.RECORD_PAYMENT),
        "may_book": may(Action.BOOK_VISIT),
        "may_bill": may(Action.EDIT_INVOICE),
        "may_credit": may(Action.CORRECT_INVOICE),
        "refund_label": REFUND_LABEL,
        "refund_tone": REFUND_TONE,
        "events": [trail_words.event_of(row) for row in trail_of_customer(head.id)] if may(Action.VIEW_AUDIT) else None,
        "label": LABEL,
        "tone": TONE,
        "payment_label": PAYMENT_LABEL,
        "payment_tone": PAYMENT_TONE,
        **words.words_for_lists(),
    }
    if may(Action.VIEW_PAYMENTS):
        payments = payments_of_customer(head.id, limit=office.FIRST + 1)
        context |= {"payments": payments[: office.FIRST], "has_more_payments": len(payments) > office.FIRST}
        context["wallet"] = wallet(head.id)
    offered = estimates.proposals_of_customer(head.id, limit=estimates.FIRST + 1)
    context["proposals"] = with_tags(offered[: estimates.FIRST])
    context["has_more_proposals"] = len(offered) > estimates.FIRST
    owned = equipment.units_of_customer(head.id, now=clock.now(), limit=equipment.FIRST + 1)
    context["units"] = unit_lines(owned.units[: equipment.FIRST])
    context["has_more_units"] = len(owned.units) > equipment.FIRST or owned.has_gone
    joined = memberships.memberships_of_customer(head.id, now=clock.now(), limit=memberships.FIRST + 1)
    context["memberships"] = membership_lines(joined[: memberships.FIRST])
    context["has_more_memberships"] = len(joined) > memberships.FIRST
    shared = documents.documents_of_customer(head.id, limit=documents.FIRST + 1)
    context |= words_for_documents(request, shared[: documents.FIRST], back=f"{request.path}#documents")
    context["has_more_documents"] = len(shared) > documents.FIRST
    return context | {"sections": _sections(context, found)}


def _facts(found: office.Record) -> list[dict[str, str]]:
    visit, zone = found.next_visit, found.head.zone
    open_note = ngettext("%(n)s invoice", "%(n)s invoices", found.open_count) % {"n": found.open_count}
    overdue_note = ngettext("%(n)s invoice", "%(n)s invoices", found.overdue_count) % {"n": found.overdue_count}
    return [
        {"label": _("Open balance"), "value": _money(found.open), "note": open_note if found.open_count else ""},
        {"label": _("Overdue"), "value": _money(found.overdue), "note": overdue_note if found.overdue_count else ""},
        {
            "label": _("Next appointment"),
            "value": formats.short_day(formats.as_local(visit["starts"], zone).date()) if visit else _("None"),
            "note": f"{visit['type']}, {formats.window(visit['starts'], visit['ends'], zone)}" if visit else "",
        },
        {"label": _("Customer Portal"), "value": _portal(found.portal), "note": _portal_note(found.portal)},
    ]


def _money(amount: Any) -> str:
    return formats.money(amount.minor, amount.currency)


def _portal(count: office.PortalCount) -> str:
    return str(count.status.label) if count.addresses else _("No email")


def _portal_note(count: office.PortalCount) -> str:
    if not count.addresses:
        return ""
    return _("%(active)s of %(n)s active") % {"active": count.active, "n": count.addresses}


def _sections(context: dict[str, Any], found: office.Record) -> list[dict[str, Any]]:
    listed = [
        ("contacts", _("Contacts"), len(found.contacts)),
        ("locations", _("Locations"), found.location_count),
        ("jobs", _("Jobs"), 0),
        ("estimates", _("Estimates"), 0),
        ("portal", _("Customer Portal"), found.portal.addresses),
        ("household", _("Household"), sum(line["member"].is_living for line in context["household"])),
        ("invoices", _("Invoices"), found.open_count),
    ]
    listed += [("equipment", _("Equipment"), 0), ("memberships", _("Memberships"), 0), ("documents", _("Documents"), 0)]
    listed += [("payments", _("Payments"), 0)] if context["payments"] is not None else []
    listed += [("trail", _("Audit trail"), 0)] if context["events"] is not None else []
    return [{"label": label, "href": f"#{name}", "is_current": False, "count": count} for name, label, count in listed]


@staff_only(Action.VIEW_CUSTOMERS)
@require_safe
def jobs(request: OfficeRequest, customer: UUID) -> HttpResponse:
    """All jobs, newest first."""
    head = head_or_404(customer)
    rows = office.jobs_of(customer, before=public_id(request.GET.get("before", "")), limit=office.PAGE + 1)
    context = _page_of(rows, reverse("customer_jobs", args=[customer])) | words.words_for_lists()
    return page(request, "office/customers/jobs.html", {"head": head, **context})


@staff_only(Action.VIEW_CUSTOMERS)
@require_safe
def invoices(request: OfficeRequest, customer: UUID) -> HttpResponse:
    """All invoices, newest first."""
    head = head_or_404(customer)
    rows = office.invoices_of(head, before=public_id(request.GET.get("before", "")), limit=office.PAGE + 1)
    context = {"head": head, "label": LABEL, "tone": TONE, "may_write": request.staff.may(Action.EDIT_INVOICE)}
    context["drafts"] = drafts_of(customer) if context["may_write"] else []
    context |= _page_of(rows, reverse("customer_invoices", args=[customer]))
    return page(request, "office/customers/invoices.html", context)


@staff_only(Action.VIEW_PAYMENTS)
@require_safe
def payments(request: OfficeRequest, customer: UUID) -> HttpResponse:
    """All payments, newest first."""
    head = head_or_404(customer)
    before = public_id(request.GET.get("before", ""))
    rows = payments_of_customer(customer, before=before, limit=office.PAGE + 1)
    context = {"head": head, "label": PAYMENT_LABEL, "tone": PAYMENT_TONE, **words.words_for_lists()}
    context |= _page_of(rows, reverse("customer_payments", args=[customer]))
    return page(request, "office/customers/payments.html", context)


def head_or_404(customer: UUID) -> office.Head:
    """Who the customer is; a missing and a foreign one look the same."""
    head = office.head_of(customer)
    if head is None:
        raise Http404("no such customer")
    return head


def _page_of(rows: list[Any], address: str) -> dict[str, Any]:
    shown = rows[: office.PAGE]
    more = len(rows) > len(shown)
    return {"rows": shown, "older": f"{address}?{urlencode({'before': str(shown[-1].id)})}" if more else ""}
