"""The hosted pages of an intent: the bank's authentication, and telling what micro-deposits arrived."""

from urllib.parse import urlencode, urlsplit

from portico.sandbox.stripe import attempts, checkout, forms, html, setups, verifying
from portico.sandbox.stripe import deposits as small
from portico.sandbox.stripe.call import Call
from portico.sandbox.stripe.errors import ApiError
from portico.sandbox.stripe.forms import DepositForm
from portico.sandbox.stripe.page import given, gone, shown
from portico.sandbox.stripe.store import Body, Books
from portico.sandbox.stripe.wire import Request, Response, redirect

BANK, DEPOSITS = "/3ds/", "/microdeposits/"
DONE = ("Your bank account is verified", "You may close this page. The shop knows.")


def bank(request: Request, books: Books, ident: str) -> Response:
    """The page on which the bank of a card asks its holder."""
    owned = _owned(books, ident)
    if owned is None:
        return gone()
    account, intent = owned
    call = Call(account, books, {}, request.base)
    asks = intent["status"] == "requires_action" and not small.is_waiting(intent)
    if asks and request.method == "GET":
        return shown(200, html.authentication_page(intent), _shop_of(call, intent))
    passed = given(request).get("answer") == "complete"
    if intent["_session"] is not None:
        session = call.find(checkout.SESSION, intent["_session"])
        if asks and session["status"] == "open":
            checkout.authenticated(call, session, intent, passed=passed)
        return redirect(f"/c/pay/{session['id']}")
    if asks:
        act = setups.authenticated if intent["object"] == setups.SETUP else attempts.authenticated
        act(call, intent, passed=passed)
    return _back_to_shop(intent)


def deposits(request: Request, books: Books, ident: str) -> Response:
    """The page on which a payer tells what arrived on the statement."""
    owned = _owned(books, ident)
    if owned is None:
        return gone()
    account, intent = owned
    if not small.is_waiting(intent):
        return _told(intent)
    call = Call(account, books, {}, request.base)
    form, problem = DepositForm(), None
    if request.method == "POST":
        form = forms.read_deposits(given(request), kind=small.kind_of(intent))
        problem = None if form.errors else _verified(call, intent, form)
        if not form.errors and problem is None:
            return _told(intent)
    method = call.find("payment_method", intent["payment_method"])
    page = html.deposits_page(small.kind_of(intent), method["us_bank_account"]["last4"], form, problem=problem)
    return shown(422 if problem or form.errors else 200, page)


def _verified(call: Call, intent: Body, form: DepositForm) -> str | None:
    """What is wrong, when another try is left."""
    try:
        verifying.verify(call, intent, code=form.code, amounts=form.amounts)
    except ApiError as error:
        return str(error)
    return None


def _told(intent: Body) -> Response:
    if intent["status"] in {"processing", "succeeded"}:
        return shown(200, html.message_page(*DONE))
    text = "Nothing was charged. Go back to the shop and choose another way to pay."
    return shown(410, html.message_page("This bank account could not be verified", text))


def _owned(books: Books, ident: str) -> tuple[str, Body] | None:
    return books.owned("payment_intent", ident) or books.owned(setups.SETUP, ident)


def _shop_of(call: Call, intent: Body) -> str | None:
    """Where the payer ends up after the bank's page."""
    if intent["_session"] is None:
        return str(intent["_return_url"] or "") or None
    return str(call.find(checkout.SESSION, intent["_session"])["success_url"])


def _back_to_shop(intent: Body) -> Response:
    if intent["_return_url"] is None:
        return shown(200, html.message_page("Thank you", "You may close this page."))
    outcome = {
        intent["object"]: intent["id"],
        f"{intent['object']}_client_secret": intent["client_secret"],
        "redirect_status": "succeeded" if intent["status"] == "succeeded" else "failed",
    }
    joint = "&" if urlsplit(intent["_return_url"]).query else "?"
    return redirect(intent["_return_url"] + joint + urlencode(outcome))
