"""The hosted page of a Checkout Session: paying or saving with a card or a bank account."""

import time
from pathlib import Path
from urllib.parse import parse_qsl

from portico.sandbox.stripe import banks, cards, checkout, due, forms, html, intent_pages
from portico.sandbox.stripe.call import Call
from portico.sandbox.stripe.forms import BankForm, CardForm
from portico.sandbox.stripe.options import BANK
from portico.sandbox.stripe.page import given, gone, shown
from portico.sandbox.stripe.store import Body, Books, Store
from portico.sandbox.stripe.wire import Request, Response, redirect

STYLE = Path(__file__).with_name("pay.css").read_bytes()
PAY = "/c/pay/"


def answer(request: Request, store: Store) -> Response:
    if request.path == html.STYLE:
        return Response(200, {"Content-Type": "text/css; charset=utf-8", "Cache-Control": "max-age=300"}, STYLE)
    for path, act in (
        (PAY, _checkout),
        (intent_pages.BANK, intent_pages.bank),
        (intent_pages.DEPOSITS, intent_pages.deposits),
    ):
        if request.path.startswith(path):
            due.run(store, request.base)
            with store.writing() as books:
                return act(request, books, request.path.removeprefix(path))
    return gone()


def _checkout(request: Request, books: Books, ident: str) -> Response:
    owned = books.owned(checkout.SESSION, ident)
    if owned is None:
        return gone()
    account, session = owned
    if session["status"] == "complete":
        return redirect(_success_url(session))
    if session["status"] == "expired":
        return _expired(session)
    call = Call(account, books, {}, request.base)
    typed = given(request) if request.method == "POST" else dict(parse_qsl(request.query))
    is_bank = _is_bank(session, typed)
    if request.method == "POST":
        return _bank_posted(call, session, typed) if is_bank else _card_posted(call, session, typed)
    problem = _last_problem(call, session)
    if is_bank:
        return _bank_form(200, session, BankForm(), problem)
    return _card_form(200, session, CardForm(), problem)


def _is_bank(session: Body, typed: dict[str, str]) -> bool:
    types = session["payment_method_types"]
    return BANK in types and (len(types) == 1 or typed.get("pay") == "bank")


def _card_posted(call: Call, session: Body, typed: dict[str, str]) -> Response:
    today = time.gmtime(call.now)
    form = forms.read_card(typed, year=today.tm_year, month=today.tm_mon)
    if form.errors or form.card is None:
        return _card_form(422, session, form, None)
    method = cards.payment_method(
        form.card,
        account=call.account,
        now=call.now,
        exp_month=form.exp_month,
        exp_year=form.exp_year,
        name=form.name,
    )
    intent = checkout.try_card(call, session, method, save=form.save)
    if intent["status"] == "succeeded":
        return redirect(_success_url(session))
    if intent["status"] == "requires_action":
        return redirect(f"{intent_pages.BANK}{intent['id']}")
    return _card_form(402, session, form, _problem_of(intent))


def _bank_posted(call: Call, session: Body, typed: dict[str, str]) -> Response:
    form = forms.read_bank(typed, can_wait=_can_wait(session))
    if form.errors or form.account is None:
        return _bank_form(422, session, form, None)
    method = banks.payment_method(
        form.account, owner=call.account, now=call.now, name=form.name, is_verified=form.way == forms.INSTANT
    )
    intent = checkout.try_bank(call, session, method, save=form.save)
    if session["status"] == "complete":
        return redirect(_success_url(session))
    return _bank_form(402, session, form, _problem_of(intent))


def _can_wait(session: Body) -> bool:
    return bool(session["payment_method_options"][BANK]["verification_method"] == "automatic")


def _card_form(status: int, session: Body, form: CardForm, problem: str | None) -> Response:
    page = html.card_page(session, form, problem=problem, can_save=checkout.offers_saving(session))
    return shown(status, page, session["success_url"], session["cancel_url"])


def _bank_form(status: int, session: Body, form: BankForm, problem: str | None) -> Response:
    page = html.bank_page(
        session, form, problem=problem, can_save=checkout.offers_saving(session), can_wait=_can_wait(session)
    )
    return shown(status, page, session["success_url"], session["cancel_url"])


def _last_problem(call: Call, session: Body) -> str | None:
    if session["mode"] == "payment" and session["payment_intent"] is None:
        return None
    return _problem_of(checkout.intent_of(call, session))


def _problem_of(intent: Body) -> str | None:
    error = intent["last_payment_error"] if intent["object"] == "payment_intent" else intent["last_setup_error"]
    return None if error is None else str(error["message"])


def _expired(session: Body) -> Response:
    text = "The time to pay on this page is over. Nothing was charged. Go back and start the payment again."
    if session["mode"] == "setup":
        text = "The time to use this page is over. Nothing was saved. Go back and start again."
    link = session["cancel_url"] or session["success_url"]
    return shown(410, html.message_page("This page has expired", text, link=link))


def _success_url(session: Body) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])
