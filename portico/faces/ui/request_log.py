"""Each request gets an id and leaves one line: route, status, times and statements; never a path, a query or a name."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase

log = logging.getLogger("portico.request")
request_id: ContextVar[str] = ContextVar("portico_request_id", default="")
GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
QUIET = frozenset({"healthz", "readyz"})


def log_requests(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: name the request, count what it costs, write its line. Stands before all others."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        token = request_id.set(_id_of(request))
        started, statements = time.perf_counter(), _Statements()
        try:
            with connections[DEFAULT_DB_ALIAS].execute_wrapper(statements):
                response = get_response(request)
            response.headers["X-Request-ID"] = request_id.get()
            _write(request, response, started, statements)
            return response
        finally:
            request_id.reset(token)

    return answer


class _Statements:
    """Counts statements and the time they take."""

    def __init__(self) -> None:
        self.count, self.seconds = 0, 0.0

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, *rest)
        finally:
            self.count += 1
            self.seconds += time.perf_counter() - started


def _id_of(request: HttpRequest) -> str:
    given = request.META.get("HTTP_X_REQUEST_ID", "")
    if settings.PORTICO_PROXIES and GIVEN_ID.fullmatch(given):
        return str(given)
    return uuid.uuid4().hex


def _write(request: HttpRequest, response: HttpResponseBase, started: float, statements: _Statements) -> None:
    route = request.resolver_match.view_name if request.resolver_match else ""
    if route in QUIET or request.path_info.startswith(settings.STATIC_URL):
        return
    told = {
        "route": route,
        "method": request.method,
        "status": response.status_code,
        "ms": round((time.perf_counter() - started) * 1000, 1),
        "db_ms": round(statements.seconds * 1000, 1),
        "db_n": statements.count,
        "tenant_id": getattr(getattr(request, "company", None), "id", None),
        "ip_prefix": getattr(request, "ip_prefix", ""),
    }
    if log.isEnabledFor(logging.INFO):  # log.info() would look for this line's number at every request
        log.handle(log.makeRecord(log.name, logging.INFO, __file__, 0, "request", (), None, extra=told))
