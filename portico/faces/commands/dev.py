"""`bin/dev`: database, tables, demo company, web, worker and payment sandbox, until Ctrl-C."""

import argparse
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import util
from pathlib import Path

import psycopg

from portico.config import cluster, env, processes
from portico.faces.commands import listening
from portico.faces.commands.supervisor import Stopped, Supervisor, command_line
from portico.faces.commands.table import COMMANDS

DEMO_HOST = "demo"
DEMO_CUSTOMER = "maria.ortega@example.com"
DEMO_STAFF = "manager@example.com"
NEEDED_BYTES = 200 * 1024 * 1024


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reload", action="store_true", help="start the web server anew when a source file changes")


def run(args: argparse.Namespace) -> int:
    port = env.number("PORT", 8000)
    supervisor = Supervisor()
    server: cluster.Cluster | None = None
    try:
        _require_room()
        listening.require_free(port, wanted_for="the web server")
        listening.require_free(port + 1, wanted_for="the payment sandbox")
        server = _database()
        _prepare()
        _start(supervisor, port, reload=args.reload)
        _tell(port)
        supervisor.watch()
    except (Stopped, KeyboardInterrupt):
        return 0
    finally:
        if supervisor.programs:
            print("Stopping …", flush=True)
        supervisor.stop()
        _leave(server)
    return 0


def _require_room() -> None:
    folder = env.folder("PORTICO_DATA_DIR", env.PROJECT / "var")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        trial = folder / f".trial.{os.getpid()}"
        trial.touch()
        trial.unlink()
    except OSError as error:
        raise SystemExit(
            f"Portico keeps its files in {folder} and cannot write there: {error.strerror}. "
            "Set PORTICO_DATA_DIR to a folder that can be written."
        ) from error
    free = shutil.disk_usage(folder).free
    if free < NEEDED_BYTES:
        raise SystemExit(
            f"The disk under {folder} is full: {free >> 20} MB are free, {NEEDED_BYTES >> 20} MB are needed."
        )


def _database() -> cluster.Cluster | None:
    """The embedded server, which we stop on our way out if a run of ours started it; None when it is yours."""
    if env.text("DATABASE_URL"):
        if not env.text("DATABASE_OWNER_URL"):
            raise SystemExit("DATABASE_URL is set: set DATABASE_OWNER_URL too, migrating needs the tables' owner.")
        return None
    with _step("PostgreSQL"):
        server = cluster.embedded()
        if server.start():
            _mark(server).touch()
        cluster.join()
    return server


def _leave(server: cluster.Cluster | None) -> None:
    if server and _mark(server).exists() and server.answers() and not server.is_in_use():
        server.stop()
        _mark(server).unlink(missing_ok=True)


def _mark(server: cluster.Cluster) -> Path:
    """Outlives a kill -9 of ours, so that the next run stops what this one started."""
    return server.data.parent / ".started-by-dev"


def _prepare() -> None:
    if _missing_migrations():
        with _step("Tables"):
            _must("migrate")
    if "load-demo" in COMMANDS and not _has_company():
        with _step("Demo company"):
            _must("load-demo")


def _start(supervisor: Supervisor, port: int, *, reload: bool) -> None:
    if not env.text("STRIPE_API_BASE") and not env.text("STRIPE_SECRET_KEY"):
        os.environ["STRIPE_API_BASE"] = f"http://127.0.0.1:{port + 1}"
    environment = dict(os.environ)
    with _step("Servers"):
        if util.find_spec("portico.sandbox.stripe.__main__"):
            supervisor.start("sandbox", "sandbox", "--port", str(port + 1), environment=environment)
        supervisor.start("worker", "worker", environment=environment)
        supervisor.start("web", "web", *(["--reload"] if reload else []), environment=environment)
        supervisor.wait_until(lambda: _is_ready(port), seconds=60, what="The web server's first answer")
        if "sandbox" in supervisor.programs:
            supervisor.wait_until(lambda: listening.answers(port + 1), seconds=30, what="The sandbox's first answer")
            _popen("connect-payments")  # beside the rest; the worker does it too, within a minute


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _tell(port: int) -> None:
    mail = env.folder("PORTICO_DATA_DIR", env.PROJECT / "var") / "mail"
    lines = ["", "Portico is up."]
    if _has_company(DEMO_HOST):
        links = _links()
        lines += [
            f"  Portal   http://{DEMO_HOST}.localhost:{port}/",
            f"  Office   http://office.{DEMO_HOST}.localhost:{port}/",
            *(f"  Sign in as {who:<8} {link}" for who, link in links.items()),
            *(["  Each link works once, for ten minutes; more: bin/portico sign-in-link --help"] if links else []),
        ]
    else:
        lines += [f"  http://HOST.localhost:{port}/ for each company's HOST, office.HOST.localhost for its office"]
    lines += [
        f"  Mail     {mail} (one file a message)" if not env.text("EMAIL_URL") else "",
        "  Ctrl-C stops everything.",
        "",
    ]
    print("\n".join(lines), flush=True)


def _links() -> dict[str, str]:
    if "sign-in-link" not in COMMANDS:
        return {}
    asked = {
        "customer": ["sign-in-link", DEMO_CUSTOMER, "--company", DEMO_HOST],
        "staff": ["sign-in-link", DEMO_STAFF, "--company", DEMO_HOST, "--office"],
    }
    running = {who: _popen(*command) for who, command in asked.items()}
    said = {who: child.communicate()[0].strip().splitlines() for who, child in running.items()}
    return {who: lines[-1] for who, lines in said.items() if lines and lines[-1].startswith("http")}


def _missing_migrations() -> bool:
    """Whether a file stands in a migrations folder that the database does not know; a second start needs no Django."""
    package = util.find_spec("procrastinate")
    roots = [env.PROJECT / "portico"]
    if package and package.origin:
        roots.append(Path(package.origin).parent / "contrib/django")
    wanted = {path.stem for root in roots for path in root.rglob("migrations/[0-9]*.py")}
    labelled = {(_label(path), path.stem) for root in roots for path in root.rglob("migrations/[0-9]*.py")}
    if not wanted:
        return False
    with psycopg.connect(env.text("DATABASE_OWNER_URL")) as owner:
        found = owner.execute("SELECT to_regclass('public.django_migrations')").fetchone()
        if not found or not found[0]:
            return True
        known = set(owner.execute("SELECT app, name FROM django_migrations").fetchall())
    return not labelled <= known


def _label(path: Path) -> str:
    """An app's label is its folder's name; Procrastinate's Django part is the exception."""
    name = path.parent.parent.name
    return "procrastinate" if name == "django" else name


def _has_company(host: str | None = None) -> bool:
    asked = "SELECT EXISTS (SELECT FROM tenancy_hostname WHERE %(host)s::text IS NULL OR host = %(host)s)"
    with psycopg.connect(env.text("DATABASE_URL")) as app:
        row = app.execute(asked, {"host": host}).fetchone()
    return bool(row and row[0])


def _must(*command: str) -> None:
    """Run a command to its end; what it says is shown when it fails."""
    child = _popen(*command)
    said, _ = child.communicate()
    if child.returncode:
        raise SystemExit(f"bin/portico {' '.join(command)} failed:\n{said}")


def _popen(*command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command_line(*command),
        cwd=env.PROJECT,
        env={**os.environ, processes.SUPERVISOR: str(os.getpid())},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@contextmanager
def _step(what: str) -> Iterator[None]:
    started = time.monotonic()
    print(f"{what} …", flush=True)
    try:
        yield
    except Stopped:
        raise
    except BaseException:
        print(f"{what}: failed", flush=True)
        raise
    print(f"{what}: {time.monotonic() - started:.1f} s", flush=True)
