"""What the sandbox's tests share: an account with its client, the control API, and somebody who hears webhooks."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import requests
import stripe

from portico.sandbox.stripe.server import Sandbox

TOKEN = "control-token"
CARD = {"number": "4242 4242 4242 4242", "expiry": "12 / 34", "cvc": "123", "name": "Ana Sample"}
BANK = {"pay": "bank", "routing": "110000000", "account": "000123456789", "name": "Ana Sample", "way": "instant"}
IP = {"ip_address": "192.0.2.7", "user_agent": "test"}
MANDATE = {"customer_acceptance": {"type": "online", "online": IP}}


@dataclass
class Shop:
    """One account of the sandbox, used through the real library over a socket."""

    sandbox: Sandbox
    key: str = field(default_factory=lambda: f"sk_test_{uuid4().hex}")
    retries: int = 0
    read_timeout: float = 20

    @property
    def api(self) -> Any:
        return stripe.StripeClient(
            self.key,
            base_addresses={"api": self.sandbox.base},
            max_network_retries=self.retries,
            http_client=stripe.RequestsClient(timeout=(3, self.read_timeout)),
        ).v1

    def control(self, method: str, path: str, /, **wanted: Any) -> Any:
        response = requests.request(
            method,
            f"{self.sandbox.base}/_emu/{path}",
            json={"account": self.key, **wanted},
            headers={"X-Emu-Token": TOKEN},
            timeout=30,
        )
        response.raise_for_status()
        return response.json()

    def try_control(self, path: str, /, **wanted: Any) -> bool:
        """The same for an order that may be impossible now; whether it was done."""
        try:
            self.control("POST", path, **wanted)
        except requests.HTTPError as refused:
            if refused.response.status_code != 400:
                raise
            return False
        return True

    def stats(self) -> Any:
        return self.control("POST", "stats")

    def session(self, amount: int = 12345, **more: Any) -> Any:
        line = {"price_data": price(amount), "quantity": 1}
        wanted = {
            "mode": "payment",
            "line_items": [line],
            "success_url": "http://demo.localhost:8000/back/?session={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://demo.localhost:8000/invoices/",
        }
        return self.api.checkout.sessions.create(wanted | more)

    def setup_page(self, customer: str, *types: str, **more: Any) -> Any:
        """A page that saves a method to the customer."""
        wanted = {
            "mode": "setup",
            "customer": customer,
            "allowed_payment_method_types": list(types or ("card",)),
            "success_url": "http://demo.localhost:8000/back/?session={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://demo.localhost:8000/methods/",
        }
        return self.api.checkout.sessions.create(wanted | more)

    def customer(self) -> str:
        return str(self.api.customers.create({"name": "Ana Sample", "email": "ana@example.com"}).id)

    def saved(self, method: str = "pm_card_visa", *, customer: str) -> Any:
        """A method of the customer; a bank account with its mandate."""
        if method.startswith("pm_card"):
            return self.api.payment_methods.attach(method, {"customer": customer})
        wanted = {
            "customer": customer,
            "payment_method": method,
            "confirm": True,
            "allowed_payment_method_types": ["us_bank_account"],
            "mandate_data": MANDATE,
        }
        return self.api.payment_methods.retrieve(self.api.setup_intents.create(wanted).payment_method)

    def debit(self, method: str = "pm_usBankAccount_success", *, amount: int = 5000, **more: Any) -> Any:
        """An intent that takes money from a bank account."""
        types = {"allowed_payment_method_types": ["us_bank_account"], "mandate_data": MANDATE}
        return self.intent(method, amount=amount, **(types | more))

    def advance(self, **time: int) -> Any:
        return self.control("POST", "advance", **time)

    def settle(self, intent: str) -> Any:
        return self.control("POST", "settle", intent=intent)

    def fail(self, intent: str, code: str = "insufficient_funds") -> Any:
        return self.control("POST", "fail", intent=intent, code=code)

    def come_back(self, intent: str, reason: str = "insufficient_funds") -> Any:
        """The bank takes a settled debit back."""
        return self.control("POST", "return", intent=intent, reason=reason)

    def intent(self, method: str = "pm_card_visa", *, amount: int = 5000, key: str | None = None, **more: Any) -> Any:
        wanted = {
            "amount": amount,
            "currency": "usd",
            "confirm": True,
            "payment_method": method,
            "allowed_payment_method_types": ["card"],
        }
        return self.api.payment_intents.create(wanted | more, {"idempotency_key": key} if key else {})

    def events(self) -> list[str]:
        """Types of all events, oldest first."""
        return [event.type for event in reversed(self.api.events.list({"limit": 100}).data)]


def price(amount: int, name: str = "Invoice 1001") -> dict[str, Any]:
    return {"currency": "usd", "unit_amount": amount, "product_data": {"name": name}}


def submit(url: str, **typed: str) -> requests.Response:
    """Sends the card form; redirects are not followed."""
    return requests.post(url, data=CARD | typed, allow_redirects=False, timeout=20)


def pay_by_bank(url: str, account: str = "000123456789", *, way: str = "instant", **typed: str) -> requests.Response:
    """Sends the bank account form; redirects are not followed."""
    form = BANK | {"account": account, "way": way} | typed
    return requests.post(url, data=form, allow_redirects=False, timeout=20)


def bank_answer(url: str, answer: str = "complete") -> requests.Response:
    """Presses a button on the page of the card's bank."""
    return requests.post(url, data={"answer": answer}, allow_redirects=False, timeout=20)


def verify(url: str, **typed: str) -> requests.Response:
    """Sends the micro-deposit form: code=, or first= and second=."""
    return requests.post(url, data=typed or {"code": "SM11AA"}, allow_redirects=False, timeout=20)


def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(0.02)


@dataclass(frozen=True)
class Heard:
    path: str
    host: str
    signature: str
    body: bytes


class Listener:
    """A shop on this machine that hears webhooks; `answers` are the status codes to give, the last one for good."""

    def __init__(self, answers: list[int] | None = None) -> None:
        self.heard: list[Heard] = []
        self.answers = answers or [200]
        self.on_heard: Callable[[], object] = lambda: None
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.port = self._http.server_address[1]
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://demo.localhost:{self.port}/hooks/stripe/"

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.heard.append(Heard(self.path, self.headers["Host"], self.headers["Stripe-Signature"], body))
                listener.on_heard()
                answer = listener.answers.pop(0) if len(listener.answers) > 1 else listener.answers[0]
                self.send_response(answer)
                self.end_headers()

            def do_GET(self) -> None:
                page = b"<!doctype html><title>Shop</title><h1>Back in the shop</h1>"
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *args: Any) -> None:
                pass

        return Handler
