"""The hosted pages: paying a Checkout Session, and the bank's authentication."""

import time
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from portico.sandbox.stripe import checkout, forms, html
from portico.sandbox.stripe.attempts import authenticated
from portico.sandbox.stripe.call import Call
from portico.sandbox.stripe.cards import payment_method
from portico.sandbox.stripe.forms import CardForm
from portico.sandbox.stripe.store import Body, Books, Store
from portico.sandbox.stripe.wire import Request, Response, redirect

STYLE = Path(__file__).with_name("pay.css").read_bytes()
PAY, BANK = "/c/pay/", "/3ds/"
GONE = "There is nothing at this address. The link may be incomplete."


def answer(request: Request, store: Store) -> Response:
    if request.path == html.STYLE:
        return Response(200, {"Content-Type": "text/css; charset=utf-8", "Cache-Control": "max-age=300"}, STYLE)
    if request.path.startswith(PAY):
        checkout.expire_due(store, request.base)
        with store.writing() as books:
            return _checkout(request, books, request.path.removeprefix(PAY))
    if request.path.startswith(BANK):
        checkout.expire_due(store, request.base)
        with store.writing() as books:
            return _bank(request, books, request.path.removeprefix(BANK))
    return _page(404, html.message_page("Page not found", GONE))


def _checkout(request: Request, books: Books, ident: str) -> Response:
    owned = books.owned(checkout.SESSION, ident)
    if owned is None:
        return _page(404, html.message_page("Page not found", GONE))
    account, session = owned
    if session["status"] == "complete":
        return redirect(_success_url(session))
    if session["status"] == "expired":
        return _expired(session)
    call = Call(account, books, {}, request.base)
    if request.method == "POST":
        return _pay(call, session, _given(request))
    return _card_page(200, session, CardForm(), _last_problem(call, session))


def _pay(call: Call, session: Body, given: dict[str, str]) -> Response:
    today = time.gmtime(call.now)
    form = forms.read(given, year=today.tm_year, month=today.tm_mon)
    if form.errors or form.card is None:
        return _card_page(422, session, form, None)
    method = payment_method(form.card, now=call.now, exp_month=form.exp_month, exp_year=form.exp_year, name=form.name)
    intent = checkout.pay(call, session, method)
    if intent["status"] == "succeeded":
        return redirect(_success_url(session))
    if intent["status"] == "requires_action":
        return redirect(f"{BANK}{intent['id']}")
    return _card_page(402, session, form, intent["last_payment_error"]["message"])


def _card_page(status: int, session: Body, form: CardForm, problem: str | None) -> Response:
    page = html.checkout_page(session, form, problem=problem)
    return _page(status, page, session["success_url"], session["cancel_url"])


def _bank(request: Request, books: Books, ident: str) -> Response:
    owned = books.owned("payment_intent", ident)
    if owned is None:
        return _page(404, html.message_page("Page not found", GONE))
    account, intent = owned
    call = Call(account, books, {}, request.base)
    if intent["status"] == "requires_action" and request.method == "GET":
        return _page(200, html.authentication_page(intent), _shop_of(call, intent))
    if intent["_session"] is not None:
        return _bank_for_session(call, request, intent)
    if intent["status"] == "requires_action":
        authenticated(call, intent, passed=_given(request).get("answer") == "complete")
    return _back_to_shop(intent)


def _shop_of(call: Call, intent: Body) -> str | None:
    """Where the payer ends up after the bank's page."""
    if intent["_session"] is None:
        return str(intent["_return_url"] or "") or None
    return str(call.find(checkout.SESSION, intent["_session"])["success_url"])


def _bank_for_session(call: Call, request: Request, intent: Body) -> Response:
    session = call.find(checkout.SESSION, intent["_session"])
    if intent["status"] == "requires_action" and session["status"] == "open":
        checkout.authenticated(call, session, intent, passed=_given(request).get("answer") == "complete")
    return redirect(f"{PAY}{session['id']}")


def _back_to_shop(intent: Body) -> Response:
    if intent["_return_url"] is None:
        return _page(200, html.message_page("Thank you", "You may close this page."))
    outcome = {
        "payment_intent": intent["id"],
        "payment_intent_client_secret": intent["client_secret"],
        "redirect_status": "succeeded" if intent["status"] == "succeeded" else "failed",
    }
    joint = "&" if urlsplit(intent["_return_url"]).query else "?"
    return redirect(intent["_return_url"] + joint + urlencode(outcome))


def _last_problem(call: Call, session: Body) -> str | None:
    if session["payment_intent"] is None:
        return None
    error = call.find("payment_intent", session["payment_intent"])["last_payment_error"]
    return None if error is None else str(error["message"])


def _expired(session: Body) -> Response:
    text = "The time to pay on this page is over. Nothing was charged. Go back and start the payment again."
    page = html.message_page("This page has expired", text, link=session["cancel_url"] or session["success_url"])
    return _page(410, page)


def _success_url(session: Body) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _given(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20))


def _page(status: int, text: str, *shop: str | None) -> Response:
    """Chromium checks every redirect after a form against form-action, so the shop's addresses are named in it."""
    parts = [urlsplit(address) for address in shop if address]
    action = " ".join(["'self'", *sorted({f"{part.scheme}://{part.netloc}" for part in parts})])
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
        "Content-Security-Policy": f"default-src 'none'; style-src 'self'; img-src data:; form-action {action};"
        " base-uri 'none'; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(status, headers, text.encode())
