"""A customer's statement in the office, as page and PDF."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from portico.domain.billing.queries.office import Head
from portico.faces.office.customers.record import head_or_404
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.staff import staff_only
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.faces.ui.statements import Asked, asked_for, context_of, printed
from portico.foundation.people.permissions import Action


@staff_only(Action.VIEW_PAYMENTS)
@require_safe
def statement(request: OfficeRequest, customer: UUID) -> HttpResponse:
    """What is open on a day, or what happened between two; a merged-away customer leads to its survivor."""
    head = head_or_404(customer)
    if head.merged_into:
        return HttpResponseRedirect(reverse("customer_statement", args=[head.merged_into]))
    asked = _asked(request, head)
    found = asked.find(head.key)
    context = context_of(
        asked,
        found,
        page=reverse("customer_statement", args=[customer]),
        pdf=reverse("customer_statement_pdf", args=[customer]),
        href_of=lambda kind, one: _href(customer, kind, one),
        today=head.today,
    )
    context |= {"head": head, "mail": _mail(request, head, asked) if found else ""}
    return page(request, "office/customers/statement.html", context, 200 if found else 422)


@staff_only(Action.VIEW_PAYMENTS)
@require_safe
def statement_pdf(request: OfficeRequest, customer: UUID) -> HttpResponse:
    """The same as PDF; days that cannot be lead to the page, which says why."""
    head = head_or_404(customer)
    found = None if head.merged_into else _asked(request, head).find(head.key)
    if found is None:
        return HttpResponseRedirect(f"{reverse('customer_statement', args=[customer])}?{request.GET.urlencode()}")
    made = printed(found)
    headers = {"Content-Disposition": f'inline; filename="{made.file_name}"'}
    return HttpResponse(made.content, content_type=made.content_type, headers=headers)


def _asked(request: OfficeRequest, head: Head) -> Asked:
    return asked_for(request.GET, today=head.today, kept={})


def _mail(request: OfficeRequest, head: Head, asked: Asked) -> str:
    """Where what is open on a day is mailed; empty for a period, and for who may not."""
    if asked.is_activity or not request.staff.may(Action.SEND_STATEMENTS):
        return ""
    return url("customer_statement_mail", head.id, query=asked.query)


def _href(customer: UUID, kind: str, one: UUID) -> str:
    if kind == "invoice":
        return reverse("office_invoice", args=[customer, one])
    return reverse("office_payment", args=[one])
