"""The life of one API request: whose key, which endpoint, which trouble, which answer."""

import base64
import binascii
import json
import time
from collections.abc import Callable
from dataclasses import dataclass

from portico.sandbox.stripe import due, faults, idempotency, params, routes
from portico.sandbox.stripe.call import API_VERSION, Call
from portico.sandbox.stripe.errors import ApiError
from portico.sandbox.stripe.store import Body, Store, new_id
from portico.sandbox.stripe.wire import DROPPED, Request, Response, json_response

SERVER_ERROR: Body = {"error": {"type": "api_error", "message": "An unknown error occurred."}}


@dataclass(frozen=True)
class Answer:
    status: int
    body: Body
    replayed_from: str | None = None


@dataclass(frozen=True)
class Api:
    store: Store
    wake: Callable[[], None]
    has_faults: bool

    def answer(self, request: Request) -> Response:
        request_id = new_id("req_", 14)
        try:
            account = _account(request)
            fault = faults.claim(self.store, account, request.method, request.path) if self.has_faults else None
            answer = _One(self.store, request, account, request_id, fault).answer()
        except ApiError as error:
            answer, fault = Answer(error.status, error.body), None
        self.wake()
        return _sent(answer, request, request_id, fault)


@dataclass(frozen=True)
class _One:
    """One request with what is known about it."""

    store: Store
    request: Request
    account: str
    request_id: str
    fault: faults.Fault | None

    @property
    def trouble(self) -> str | None:
        return None if self.fault is None else self.fault.kind

    @property
    def key(self) -> str | None:
        return self.request.headers.get("idempotency-key") if self.request.method == "POST" else None

    def answer(self) -> Answer:
        if self.trouble == "drop_before":
            return Answer(0, {})
        if self.trouble == "rate_limit":
            raise ApiError("Request rate limit exceeded.", status=429, code="rate_limit")
        if self.trouble == "conflict":
            raise idempotency.in_use()
        saved = self._saved()
        if saved is not None:
            return Answer(saved.status, saved.body, saved.request_id)
        try:
            return self._fresh()
        except BaseException:  # refused or broken: nothing was done, the key is free again
            if self.key is not None:
                idempotency.release(self.store, self.account, self.key)
            raise

    def _saved(self) -> idempotency.Saved | None:
        if self.key is None:
            return None
        print_ = idempotency.fingerprint(self.request.method, self.request.path, self.request.body)
        return idempotency.reserve(self.store, self.account, self.key, print_, self.request_id)

    def _fresh(self) -> Answer:
        if self.fault is not None and self.trouble == "slow_before":
            time.sleep(self.fault.seconds)
        if self.request.path.startswith("/v1/checkout/"):
            due.run(self.store, self.request.base)
        if self.request.method == "GET":
            has_error = self.trouble in {"error_before", "error_after"}
            return Answer(500, SERVER_ERROR) if has_error else Answer(200, self._read())
        return self._write()

    def _read(self) -> Body:
        route, idents = _route(self.request)
        given = params.check(route.request, params.decode(self.request.query), takes=route.takes)
        with self.store.reading() as books:
            call = Call(self.account, books, given, self.request.base, self.request_id)
            return _expanded(call, route.act(call, *idents))

    def _write(self) -> Answer:
        """The work and the answer to be given again are kept in one transaction."""
        route, idents = _route(self.request)
        text = self.request.body.decode("utf-8", "replace") or self.request.query
        given = params.check(route.request, params.decode(text), takes=route.takes)
        with self.store.writing() as books:
            call = Call(self.account, books, given, self.request.base, self.request_id, self.key)
            answer = self._done(call, route, idents)
            if self.key is not None:
                idempotency.keep(books, self.account, self.key, answer.status, answer.body)
        return answer

    def _done(self, call: Call, route: routes.Route, idents: tuple[str, ...]) -> Answer:
        if self.trouble == "error_before":
            return Answer(500, SERVER_ERROR)
        try:
            body = _expanded(call, route.act(call, *idents))
        except ApiError as error:
            if not error.keeps_work:
                raise
            return Answer(error.status, error.body)
        return Answer(500, SERVER_ERROR) if self.trouble == "error_after" else Answer(200, body)


def _account(request: Request) -> str:
    """The account of the request's secret key; only test keys have one here."""
    key = _secret_key(request.headers.get("authorization", ""))
    if not key:
        raise ApiError("You did not provide an API key.", status=401)
    if "_live_" in key:
        raise ApiError("The sandbox takes test keys only. Never send it a live key.", status=401)
    if not key.startswith("sk_test_") or len(key) <= len("sk_test_"):
        raise ApiError(f"Invalid API Key provided: {key[:8]}{'*' * 8}", status=401)
    return routes.account_of(key)


def _secret_key(authorization: str) -> str:
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(credentials).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _route(request: Request) -> tuple[routes.Route, tuple[str, ...]]:
    found = routes.find(request.method, request.path)
    if found is None:
        raise ApiError(f"Unrecognized request URL ({request.method}: {request.path}).", status=404)
    return found


def _expanded(call: Call, answer: Body) -> Body:
    return call.expand(answer, call.params.get("expand") or [])


def _sent(answer: Answer, request: Request, request_id: str, fault: faults.Fault | None) -> Response:
    kind = None if fault is None else fault.kind
    if kind in {"drop_before", "drop_after"}:
        return DROPPED
    if fault is not None and kind == "slow_after":
        time.sleep(fault.seconds)
    body = faults.falsified(answer.body, kind) if kind in {"wrong_amount", "wrong_currency"} else answer.body
    response = json_response(answer.status, body, Request_Id=request_id)
    response.headers["Stripe-Version"] = request.headers.get("stripe-version", API_VERSION)
    _tell_of_key(response, request, answer)
    if kind == "malformed":
        response.body = json.dumps(answer.body).encode()[: len(response.body) // 3]
    return response


def _tell_of_key(response: Response, request: Request, answer: Answer) -> None:
    if "idempotency-key" in request.headers:
        response.headers["Idempotency-Key"] = request.headers["idempotency-key"]
    if answer.replayed_from is not None:
        response.headers |= {"Idempotent-Replayed": "true", "Original-Request": answer.replayed_from}
