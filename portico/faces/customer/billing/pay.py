"""Paying: the page with the amounts, and the way to the gateway's page."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portico.domain.billing import errors as billing_errors
from portico.domain.billing.operations import payments as operations
from portico.domain.billing.queries import payments as queries
from portico.domain.billing.queries.payments import Payable, PaymentDetails, Till
from portico.faces.customer.billing.pay_form import OTHER, PayForm
from portico.faces.customer.billing.pay_ways import authorization, button_words, left_out
from portico.faces.customer.identity.stepup import ask_to_confirm
from portico.faces.customer.requests import PortalRequest, public_id
from portico.faces.customer.visitor import visitor_only
from portico.faces.ui.pages import page
from portico.foundation.people.throttling import TooManyTries
from portico.foundation.tenancy.brands import BrandFacts
from portico.kernel import errors, formats
from portico.kernel.money import Money

MOST_INVOICES = 50


@dataclass(frozen=True, slots=True)
class Goes:
    """Where money goes: one invoice, what it gets and what stays due."""

    invoice: Payable
    amount: Money

    @property
    def rest(self) -> Money:
        return self.invoice.due - self.amount


@visitor_only
@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: PortalRequest) -> HttpResponse:
    """Choose an amount for the chosen invoices of one customer, see where it goes, and go on to the card page."""
    chosen = _chosen(request)
    if not chosen:
        return HttpResponseRedirect(reverse("invoices"))
    till = request.visitor.till(chosen)
    request.shell.brand = _brand(request, till)
    if not till.may_pay:
        return page(request, "customer/pay/otherwise.html", {"till": till})
    if len({invoice.customer for invoice in till.invoices}) > 1:
        return page(request, "customer/pay/choose.html", {"groups": _by_customer(till)})
    if not any(invoice.due for invoice in till.invoices):
        return page(request, "customer/pay/nothing.html", {"till": till})
    return _start(request, till) if request.method == "POST" else _show(request, _fresh_form(request, till))


def pay_address(invoices: list[UUID], **more: str) -> str:
    """The pay page for these invoices; `amount` and `email` as they were chosen."""
    return f"{reverse('pay')}?{urlencode([*(('invoice', str(one)) for one in invoices), *more.items()])}"


def try_again_address(details: PaymentDetails) -> str:
    """The pay page with the choices of a payment that came to nothing; that of its deposit, if it was one's."""
    if details.deposit is not None:
        return reverse("deposit", args=[details.deposit.id])
    more = {"email": details.receipt_email} if details.receipt_email else {}
    return pay_address([line.invoice for line in details.lines], amount=_plain(details.row.amount), **more)


def _start(request: PortalRequest, till: Till) -> HttpResponse:
    form = PayForm(request.POST, till=till, initial={})
    if not form.is_valid():
        return _show(request, form, status=422)
    if request.POST.get("step") == "preview" or request.POST.get("shown") != form.shown:
        return HttpResponseRedirect(_preview_address(request, form), status=303)
    if form.chosen is not None and form.chosen.saved:
        request.form_action_origins = queries.hosted_origins()  # the page that asks may lead to the card's bank
        asked = ask_to_confirm(request)
        if asked is not None:
            return asked
    wanted = form.wanted(authorization=_authorization(request, form))
    try:
        begun = operations.pay(wanted=wanted, by=request.visitor.actor)
    except TooManyTries as slow_down:
        form.add_error(None, slow_down.message)
        return _show(request, form, status=429)
    except (errors.Conflict, errors.NotPossible, errors.Unavailable) as refused:
        return _refused(request, till, form, refused)
    if begun.payment is None:
        return _paid_by_credit(request, form, Money(begun.credit_minor, form.currency))
    return HttpResponseRedirect(begun.url or reverse("payment_return", args=[begun.payment]), status=303)


def _paid_by_credit(request: PortalRequest, form: PayForm, used: Money) -> HttpResponse:
    """There is no receipt of credit: the invoice shows what it got."""
    words = _("We used %(amount)s of your credit. Nothing was charged.")
    request.notices.add("success", words % {"amount": formats.money(used.minor, used.currency)})
    invoices = form.till.invoices
    where = reverse("invoice", args=[invoices[0].id]) if len(invoices) == 1 else reverse("invoices")
    return HttpResponseRedirect(where, status=303)


def _refused(request: PortalRequest, till: Till, form: PayForm, refused: errors.PorticoError) -> HttpResponse:
    """Show what is due now, with a new form: the old one's token may be used up."""
    if isinstance(refused, billing_errors.AlreadyPaid):
        request.notices.add("info", refused.message)
        return HttpResponseRedirect(reverse("invoices"), status=303)
    now = request.visitor.till([invoice.id for invoice in till.invoices])
    if not any(invoice.due for invoice in now.invoices):
        return page(request, "customer/pay/nothing.html", {"till": now}, status=409)
    again = PayForm(_renewed(form), till=now, initial={})
    again.is_valid()
    again.add_error(None, refused.message)
    return _show(request, again, status=503 if isinstance(refused, errors.Unavailable) else 409)


def _renewed(form: PayForm) -> dict[str, str]:
    kept = {name: form.data[name] for name in ("how", "amount", "email", "way", "use_credit") if name in form.data}
    fresh = PayForm(None, till=form.till, initial={})
    return kept | {"token": str(fresh.get_initial_for_field(fresh.fields["token"], "token"))}


def _fresh_form(request: PortalRequest, till: Till) -> PayForm:
    """The form as first shown; with the choices that the address carries."""
    asked = request.GET
    amount = asked.get("amount", "")
    initial: dict[str, object] = {"email": asked.get("email") or request.visitor.login.email}
    initial |= {"use_credit": False} if asked.get("credit") == "0" else {}
    form = PayForm(None, till=till, initial=initial)
    if any(way.value == asked.get("way") for way in form.ways):
        form.initial["way"] = asked["way"]
    if not form.takes_part or amount in ("", _plain(form.full)):
        return form
    chosen = PayForm(_as_sent(form) | {"how": OTHER, "amount": amount}, till=till, initial={})
    chosen.is_valid()
    return chosen


def _as_sent(form: PayForm) -> dict[str, str]:
    """What a browser would send of a form that nobody has touched."""
    sent = {name: str(form[name].value() or "") for name in form.fields if name != "use_credit"}
    return sent | ({"use_credit": "on"} if form.uses_credit else {})


def _preview_address(request: PortalRequest, form: PayForm) -> str:
    """Where the money would go, as a page of its own: Back and reload do no harm there."""
    email = form.cleaned_data["email"]
    more = {"email": email} if email != request.visitor.login.email else {}
    if form.chosen is not None and form.chosen != form.ways[0]:
        more["way"] = form.chosen.value
    if "use_credit" in form.fields and not form.uses_credit:
        more["credit"] = "0"
    return pay_address([invoice.id for invoice in form.till.invoices], amount=_plain(form.amount_to_pay), **more)


def _plain(amount: Money) -> str:
    return f"{amount.decimal():f}"


def _authorization(request: PortalRequest, form: PayForm) -> str:
    return authorization(form.chosen, form.charge, request.shell.brand or request.visitor.brand)


def _show(request: PortalRequest, form: PayForm, *, status: int = 200) -> HttpResponse:
    request.form_action_origins = queries.hosted_origins()
    invoices = [invoice for invoice in form.till.invoices if invoice.due]
    context = {
        "form": form,
        "till": form.till,
        "invoices": invoices,
        "goes": _goes(form, invoices),
        "is_single": len(invoices) == 1,
        "title": _title(invoices),
        "phone": request.shell.brand.phone if request.shell.brand else "",
        "button_words": button_words(form.chosen, form.charge, form.credit),
        "authorization": _authorization(request, form),
        "notes": {way.value: way.note for way in form.ways},
        "icons": {way.value: way.icon for way in form.ways},
        "credit_taken": Money(-form.credit.minor, form.currency),
        "left_out": left_out(form.till),
        "payer": invoices[0].customer,
    }
    return page(request, "customer/pay/pay.html", context, status=status)


def _goes(form: PayForm, invoices: list[Payable]) -> list[Goes]:
    """Shown where it is not plain: part of what is due, several invoices, or credit beside the rest."""
    if form.amount_to_pay == form.full and len(invoices) == 1 and not form.credit:
        return []
    by_key = {invoice.key: invoice for invoice in invoices}
    return [Goes(by_key[part.invoice_id], Money(part.amount_minor, form.currency)) for part in form.parts]


def _title(invoices: list[Payable]) -> str:
    if len(invoices) == 1:
        return _("Pay invoice %(number)s") % {"number": invoices[0].number}
    return _("Pay %(count)s invoices") % {"count": len(invoices)}


def _chosen(request: PortalRequest) -> list[UUID]:
    """The invoices that the address or the form names, each once."""
    given = request.POST if request.method == "POST" else request.GET
    named = [found for one in given.getlist("invoice")[:MOST_INVOICES] if (found := public_id(one))]
    return list(dict.fromkeys(named))


def _brand(request: PortalRequest, till: Till) -> BrandFacts:
    brands = {invoice.brand.id: invoice.brand for invoice in till.invoices}
    return next(iter(brands.values())) if len(brands) == 1 else request.visitor.brand


def _by_customer(till: Till) -> list[dict[str, object]]:
    """The chosen invoices, apart by who is billed."""
    found: dict[UUID, list[Payable]] = {}
    for invoice in till.invoices:
        found.setdefault(invoice.customer, []).append(invoice)
    return [
        {
            "name": invoices[0].customer_name,
            "numbers": ", ".join(invoice.number for invoice in invoices),
            "due": Money(sum(invoice.due.minor for invoice in invoices), invoices[0].due.currency),
            "href": pay_address([invoice.id for invoice in invoices]),
        }
        for invoices in found.values()
    ]
