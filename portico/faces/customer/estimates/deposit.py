"""The deposit of an approved estimate: how it stands, and the way to pay it."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portico.domain.billing import errors as billing_errors
from portico.domain.billing.enums import DepositWord
from portico.domain.billing.operations import payments as operations
from portico.domain.billing.queries import payments as queries
from portico.domain.billing.queries.deposits import DepositRow, DepositTill
from portico.faces.customer.billing.pay_ways import authorization, button_words, left_out
from portico.faces.customer.estimates.deposit_form import DepositForm
from portico.faces.customer.estimates.deposit_told import told_of
from portico.faces.customer.identity.stepup import ask_to_confirm
from portico.faces.customer.requests import PortalRequest
from portico.faces.customer.visitor import visitor_only
from portico.faces.ui.pages import page
from portico.foundation.people.throttling import TooManyTries
from portico.kernel import errors
from portico.kernel.money import Money

REPLACED = frozenset({DepositWord.PAYING, DepositWord.VERIFYING})  # a new form ends these


@visitor_only
@require_safe
def deposit(request: PortalRequest, deposit: UUID) -> HttpResponse:
    """A mail knows the deposit, its page stands with the estimate."""
    return HttpResponseRedirect(_address(request.visitor.estimate_of_deposit(deposit)))


@visitor_only
@require_http_methods(["GET", "HEAD", "POST"])
def estimate_deposit(request: PortalRequest, estimate: UUID) -> HttpResponse:
    """How the deposit stands, and the form that pays it."""
    found = request.visitor.deposit_till(estimate)
    request.shell.brand = found.deposit.brand
    if request.method == "POST" and _may_pay(request, found):
        return _start(request, estimate, found)
    return _show(request, estimate, found, _fresh_form(request, found))


def _may_pay(request: PortalRequest, found: DepositTill) -> bool:
    """Whether this visitor may pay it, and it waits for that or for another way."""
    deposit = found.deposit
    is_open = deposit.is_payable or (deposit.word in REPLACED and _is_own_or_to_verify(deposit))
    allowed = found.till.may_pay and request.visitor.may_pay_at(deposit.customer, deposit.place_key)
    return is_open and allowed and deposit.is_chargeable


def _is_own_or_to_verify(deposit: DepositRow) -> bool:
    last = deposit.last
    return last is not None and not last.is_unknown and (last.is_own or deposit.word == DepositWord.VERIFYING)


def _start(request: PortalRequest, estimate: UUID, found: DepositTill) -> HttpResponse:
    form = DepositForm(request.POST, found=found, initial={})
    if not form.is_valid():
        return _show(request, estimate, found, form, status=422)
    if request.POST.get("step") == "preview" or request.POST.get("shown") != form.shown:
        return HttpResponseRedirect(_preview_address(request, estimate, form), status=303)
    if form.chosen is not None and form.chosen.saved:
        request.form_action_origins = queries.hosted_origins()  # the page that asks may lead to the card's bank
        asked = ask_to_confirm(request)
        if asked is not None:
            return asked
    try:
        begun = operations.pay(wanted=form.wanted(authorization=_authorization(form)), by=request.visitor.actor)
    except TooManyTries as slow_down:
        form.add_error(None, slow_down.message)
        return _show(request, estimate, found, form, status=429)
    except (errors.Conflict, errors.NotPossible, errors.Unavailable) as refused:
        return _refused(request, estimate, form, refused)
    return HttpResponseRedirect(begun.url or reverse("payment_return", args=[begun.payment]), status=303)


def _refused(request: PortalRequest, estimate: UUID, form: DepositForm, refused: errors.PorticoError) -> HttpResponse:
    """Show how it stands now, with a new form: the old one's token may be used up."""
    if isinstance(refused, billing_errors.AlreadyPaid):
        request.notices.add("info", _("Your payment went through: the deposit is paid."))
        return HttpResponseRedirect(_address(estimate), status=303)
    now = request.visitor.deposit_till(estimate)
    kept = {name: form.data[name] for name in ("email", "way") if name in form.data}
    again = DepositForm(kept | {"token": str(_fresh_form(request, now)["token"].value())}, found=now, initial={})
    again.is_valid()
    again.add_error(None, refused.message)
    return _show(request, estimate, now, again, status=503 if isinstance(refused, errors.Unavailable) else 409)


def _fresh_form(request: PortalRequest, found: DepositTill) -> DepositForm:
    """The form as first shown; with the choices that the address carries."""
    form = DepositForm(None, found=found, initial={"email": request.GET.get("email") or request.visitor.login.email})
    if any(way.value == request.GET.get("way") for way in form.ways):
        form.initial["way"] = request.GET["way"]
    return form


def _preview_address(request: PortalRequest, estimate: UUID, form: DepositForm) -> str:
    """The page with the other way chosen: Back and reload do no harm there."""
    more = {"way": form.chosen.value} if form.chosen is not None else {}
    email = form.cleaned_data["email"]
    more |= {"email": email} if email != request.visitor.login.email else {}
    return f"{_address(estimate)}?{urlencode(more)}"


def _address(estimate: UUID) -> str:
    return reverse("estimate_deposit", args=[estimate])


def _authorization(form: DepositForm) -> str:
    return authorization(form.chosen, form.deposit.amount, form.deposit.brand)


def _show(
    request: PortalRequest, estimate: UUID, found: DepositTill, form: DepositForm, *, status: int = 200
) -> HttpResponse:
    request.form_action_origins = queries.hosted_origins()
    deposit = found.deposit
    context = {
        "estimate": estimate,
        "deposit": deposit,
        "told": told_of(deposit),
        "form": form,
        "till": found.till,
        "may_pay": _may_pay(request, found),
        "pays_elsewhere": deposit.is_payable and not found.till.may_pay,
        "is_too_small_or_large": deposit.is_payable and not deposit.is_chargeable,
        "may_not": deposit.is_payable and not request.visitor.may_pay_at(deposit.customer, deposit.place_key),
        "button_words": button_words(form.chosen, deposit.amount, Money.zero(deposit.amount.currency)),
        "authorization": _authorization(form),
        "notes": {way.value: way.note for way in form.ways},
        "icons": {way.value: way.icon for way in form.ways},
        "left_out": left_out(found.till),
        "payment": _payment_to_see(deposit),
    }
    return page(request, "customer/estimates/deposit.html", context, status=status)


def _payment_to_see(deposit: DepositRow) -> UUID | None:
    """The payment that a reader may want to look at: the one whose money it is, else the one that goes on."""
    if deposit.paid_by is not None:
        return deposit.paid_by
    return deposit.last.id if deposit.last is not None and not deposit.is_payable else None
