"""The HTTP server: this machine only, a thread for each connection."""

import os
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from portico.sandbox.stripe import control, due, pages
from portico.sandbox.stripe.api import Api
from portico.sandbox.stripe.delivery import LOOPBACK, Courier
from portico.sandbox.stripe.store import Store
from portico.sandbox.stripe.wire import Request, Response, json_response

FILE = "stripe.sqlite3"
LARGEST_BODY = 1_000_000
TICK = 1.0
QUIET_AFTER = 120


class Sandbox:
    """A running sandbox: `start()` returns once it listens, `stop()` ends it."""

    def __init__(self, *, port: int, folder: Path, control_token: str | None = None) -> None:
        self.store = Store(folder / FILE)
        self.courier = Courier(self.store)
        self.control_token = control_token
        self.api = Api(self.store, wake=self.courier.wake, has_faults=control_token is not None)
        self._http = _Server((LOOPBACK, port), _Handler)
        self._http.sandbox = self
        self.port = int(self._http.server_address[1])
        self.base = f"http://{LOOPBACK}:{self.port}"
        self._stopping = threading.Event()

    def start(self) -> "Sandbox":
        self.courier.start()
        threading.Thread(target=self._let_time_pass, daemon=True).start()
        threading.Thread(target=self._http.serve_forever, daemon=True).start()
        return self

    def stop(self) -> None:
        self._stopping.set()
        self._http.shutdown()
        self._http.server_close()
        self.courier.stop()
        self.store.close()

    def answer(self, request: Request) -> Response:
        if not _is_local(request.headers.get("host", "")):
            return json_response(421, {"error": {"message": "The sandbox answers on this machine only."}})
        if request.path.startswith("/v1/"):
            return self.api.answer(request)
        if request.path.startswith("/_emu/") and self.control_token is not None:
            response = control.answer(request, self.store, self.control_token)
            due.run(self.store, self.base)
        else:
            response = pages.answer(request, self.store)
        self.courier.wake()
        return response

    def _let_time_pass(self) -> None:
        while not self._stopping.wait(TICK):
            due.run(self.store, self.base)
            self.courier.wake()
        self.store.close()


def serve(*, port: int, folder: Path, control_token: str | None = None, with_parent: bool = False) -> None:
    """Runs until it is told to end, or, if asked, until the program that started it is gone."""
    parent = os.getppid()
    try:
        sandbox = Sandbox(port=port, folder=folder, control_token=control_token).start()
    except OSError as error:
        raise SystemExit(f"The payment sandbox cannot listen on {LOOPBACK}:{port}: {error.strerror}.") from None
    print(f"{sandbox.port}" if port == 0 else f"Payment sandbox on {sandbox.base}", flush=True)
    ended = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: ended.set())
    while not ended.wait(1) and not (with_parent and os.getppid() != parent):
        pass
    sandbox.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    sandbox: Sandbox

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no news; everything else is."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "PaymentSandbox"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = QUIET_AFTER
    server: _Server

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing is logged: a request line may hold a session id, a body a card number."""

    def finish(self) -> None:
        super().finish()
        self.server.sandbox.store.close()

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST_BODY:
            self.close_connection = True
            self._send(json_response(413, {"error": {"message": "Too large."}}))
            return
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(length)
        sandbox = self.server.sandbox
        self._send(sandbox.answer(Request(self.command, parts.path, parts.query, headers, body, sandbox.base)))

    def _send(self, response: Response) -> None:
        if response.is_dropped:
            self.close_connection = True
            return
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        self.wfile.write(response.body)


def _is_local(host: str) -> bool:
    name = host.rpartition(":")[0] if ":" in host else host
    return name in {LOOPBACK, "localhost"} or name.endswith(".localhost")
