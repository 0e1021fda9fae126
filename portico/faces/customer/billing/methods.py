"""Saved cards and bank accounts: the list, adding one on the gateway's page, the default, removing one.

They belong to a customer; who sees the bills of one place only has nothing to do with them.
"""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portico.domain.billing.enums import MethodKind, SetupState
from portico.domain.billing.operations import adding
from portico.domain.billing.operations import methods as operations
from portico.domain.billing.queries import methods as queries
from portico.domain.billing.queries import payments as payment_queries
from portico.domain.customers.queries import Reach
from portico.faces.customer.identity.stepup import ask_to_confirm, confirmed_only
from portico.faces.customer.requests import PortalRequest, public_id
from portico.faces.customer.visitor import visitor_only
from portico.faces.ui.pages import page
from portico.foundation.people.middleware import noting
from portico.kernel import errors, ids

KINDS = {"card": MethodKind.CARD, "bank": MethodKind.ACH}


@visitor_only
@require_safe
def payment_methods(request: PortalRequest) -> HttpResponse:
    """What is saved for one customer, and what can be done with it."""
    reach = _account(request, request.GET.get("customer", ""))
    request.shell.brand = reach.brand
    request.form_action_origins = payment_queries.hosted_origins()
    context = {
        "methods": request.visitor.payment_methods(reach.customer),
        "account": reach,
        "bill_to": _bill_to(request, reach),
        "may_add": request.visitor.may_pay_online,
        "takes_bank": queries.takes_bank_accounts(),
        "token": ids.new_secret(),
    }
    return page(request, "customer/pay/methods.html", context)


@visitor_only
@require_POST
def add(request: PortalRequest) -> HttpResponse:
    """Go on to the gateway's page, which saves a card or a bank account."""
    reach = _account(request, request.POST.get("customer", ""))
    kind = KINDS.get(request.POST.get("kind", ""))
    token = request.POST.get("token", "")[:64]
    if kind is None or not token:
        return _to_list(request, reach.customer)
    request.form_action_origins = payment_queries.hosted_origins()  # the page that asks leads on to the gateway's
    asked = ask_to_confirm(request)
    if asked is not None:
        return asked
    return _add(request, reach, kind, token)


@visitor_only
@require_POST
@confirmed_only
def make_default(request: PortalRequest, method: UUID) -> HttpResponse:
    """Offer this one first."""
    found = request.visitor.payment_method(method)
    try:
        operations.make_default(method_id=found.key, by=request.visitor.actor)
    except errors.PorticoError as refused:
        request.notices.add("error", refused.message)
    else:
        request.notices.add("success", _("%(method)s is your default now.") % {"method": found.label})
    return _to_list(request, found.customer)


@visitor_only
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed_only
def remove(request: PortalRequest, method: UUID) -> HttpResponse:
    """Ask first, on a page of its own; then have it forgotten."""
    found = request.visitor.payment_method(method)
    if request.method != "POST":
        return page(request, "customer/pay/method_remove.html", {"method": found, "refused": ""})
    try:
        operations.remove(method_id=found.key, by=request.visitor.actor)
    except (errors.Conflict, errors.NotPossible, errors.Unavailable) as refused:
        status = 503 if isinstance(refused, errors.Unavailable) else 409
        context = {"method": found, "refused": refused.message}
        return page(request, "customer/pay/method_remove.html", context, status=status)
    request.notices.add("success", _("%(method)s was removed.") % {"method": found.label})
    return _to_list(request, found.customer)


@noting
@visitor_only
@require_safe
def payment_method_return(request: PortalRequest, setup: UUID) -> HttpResponse:
    """Back from the gateway's page: what was saved, in words, above the list."""
    found = request.visitor.method_setup(setup)
    is_leaving = "back" in request.GET
    state = adding.come_back(setup=setup, is_leaving=is_leaving, by=request.visitor.actor)
    if state == SetupState.SENT and found.url and not is_leaving:
        return HttpResponseRedirect(found.url)
    request.notices.add(*_outcome(state, found.kind))
    return _to_list(request, found.customer)


def _add(request: PortalRequest, reach: Reach, kind: MethodKind, token: str) -> HttpResponse:
    visitor = request.visitor
    try:
        begun = adding.add(
            customer_id=reach.customer_id, kind=kind, form_token=token, email=visitor.login.email, by=visitor.actor
        )
    except errors.PorticoError as refused:
        request.notices.add("error", refused.message)
        return _to_list(request, reach.customer)
    where = begun.url or reverse("payment_method_return", args=[begun.setup])
    return HttpResponseRedirect(where, status=303)


def _outcome(state: SetupState, kind: MethodKind) -> tuple[str, str]:
    """The level of the notice, and what it says."""
    is_card = kind == MethodKind.CARD
    if state == SetupState.SUCCEEDED:
        return "success", _("Your card was saved.") if is_card else _("Your bank account was saved.")
    if state == SetupState.VERIFYING:
        words = _("Your bank account is waiting to be verified. The list below says how.")
        return "info", words
    if state == SetupState.FAILED:
        words = _("Nothing was saved: the bank could not confirm it. Try again, or add another one.")
        return "error", words
    if state == SetupState.EXPIRED:
        return "info", _("Nothing was saved. You can add one whenever you like.")
    return "info", _("Our payment provider has not answered yet. Look again in a minute before you add it once more.")


def _account(request: PortalRequest, customer: str) -> Reach:
    """The account that was asked for, else the first; 404 for one that is not wholly this visitor's."""
    wanted = public_id(customer)
    reach = next((one for one in request.visitor.account_holders if wanted in (None, one.customer)), None)
    if reach is None:
        raise Http404
    return reach


def _to_list(request: PortalRequest, customer: UUID) -> HttpResponse:
    several = len(request.visitor.account_holders) > 1
    return HttpResponseRedirect(_address(customer) if several else reverse("payment_methods"), status=303)


def _bill_to(request: PortalRequest, shown: Reach) -> list[dict[str, object]]:
    holders = request.visitor.account_holders
    if len(holders) < 2:
        return []
    return [
        {
            "label": reach.name,
            "href": _address(reach.customer),
            "is_current": reach.customer == shown.customer,
            "note": reach.address,
        }
        for reach in holders
    ]


def _address(customer: UUID) -> str:
    return f"{reverse('payment_methods')}?{urlencode({'customer': customer})}"
