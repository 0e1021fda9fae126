"""Mailing a customer's statement: who gets it and what it asks for is shown before it goes."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from portico.domain.billing import statement_rules
from portico.domain.billing.queries.office import Head
from portico.domain.statements import operations
from portico.domain.statements.errors import NotMailed, TooSoon
from portico.domain.statements.queries import mails
from portico.faces.office.customers.record import head_or_404
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.staff import staff_only
from portico.faces.office.words import MAIL_LABEL, MAIL_TONE
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action


class MailForm(forms.Form):
    """A reason, where a statement went lately: ticked and said, so that nobody does it by mistake."""

    again = forms.BooleanField(
        label=gettext_lazy("Mail one more all the same"),
        required=False,
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Stands in the trail of this customer, with your name. Customers do not see it."),
    )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("again") and not found.get("reason"):
            self.add_error("reason", _("Say why another one goes so soon."))
        if found.get("reason") and not found.get("again"):
            self.add_error("again", _("Tick this to mail one more."))
        return found


@staff_only(Action.SEND_STATEMENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def mail_statement(request: OfficeRequest, customer: UUID) -> HttpResponse:
    """Show what would go to whom, and mail it; a merged-away customer leads to its survivor."""
    head = head_or_404(customer)
    if head.merged_into:
        return HttpResponseRedirect(url("customer_statement_mail", head.merged_into))
    on = _day(request.GET.get("on", ""), head.today)
    if request.method != "POST":
        return _page(request, head, on, MailForm())
    form = MailForm(request.POST)
    if not form.is_valid():
        return _page(request, head, on, form, 422)
    try:
        made = operations.mail_statement(
            customer=head.id, on=on, reason=form.cleaned_data["reason"], by=request.staff.actor
        )
    except NotMailed as refused:
        form.add_error("again" if isinstance(refused, TooSoon) else None, refused.message)
        return _page(request, head, on, form, 409)
    said = ngettext(
        "The statement is on its way to %(n)s address.",
        "The statement is on its way to %(n)s addresses.",
        len(made.emails),
    )
    request.notices.add("success", said % {"n": len(made.emails)})
    return HttpResponseRedirect(url("customer_statement", head.id, query={"on": on}))


def _page(request: OfficeRequest, head: Head, on: date, form: MailForm, status: int = 200) -> HttpResponse:
    found = mails.prospect(head.key, on=on)
    context = {
        "head": head,
        "form": form,
        "found": found,
        "on": on,
        "mail_label": MAIL_LABEL,
        "mail_tone": MAIL_TONE,
        "back": url("customer_statement", head.id, query={"on": on}),
        "action": url("customer_statement_mail", head.id, query={"on": on}),
    }
    return page(request, "office/customers/statement_mail.html", context, status)


def _day(typed: str, today: date) -> date:
    """The day that was asked for; today in place of one that cannot be."""
    try:
        on = date.fromisoformat(typed)
    except ValueError:
        return today
    return today if statement_rules.fault_of_day(on, today=today) else on
