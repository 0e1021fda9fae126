"""The sandbox as a program of its own: started, killed, started again, two of them on one file."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests

from portico.sandbox import stripe as package
from portico.sandbox.stripe.store import Store
from tests.sandbox.running import TOKEN, Listener, Shop, submit, until

STANDARD = sys.stdlib_module_names


class Program:
    def __init__(self, folder: Path, *, port: int = 0, control: bool = True) -> None:
        command = [sys.executable, "-m", "portico.sandbox.stripe", "--port", str(port), "--data", str(folder)]
        command += ["--control", TOKEN] if control else []
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert self.process.stdout is not None
        said = self.process.stdout.readline().strip()
        self.port = int(said.rpartition(":")[2])
        self.shop = Shop(SimpleNamespace(base=f"http://127.0.0.1:{self.port}"))

    def end(self, number: int = signal.SIGTERM) -> str:
        self.process.send_signal(number)
        said, _ = self.process.communicate(timeout=10)
        return said


@pytest.fixture
def programs(tmp_path: Path) -> Iterator[list[Program]]:
    running: list[Program] = []
    yield running
    for program in running:
        if program.process.poll() is None:
            program.end(signal.SIGKILL)


def test_program_ends_on_request_and_says_nothing(tmp_path, programs):
    programs.append(Program(tmp_path))
    submit(programs[0].shop.session().url)
    assert (programs[0].end(), programs[0].process.returncode) == ("", 0)


def test_everything_survives_a_kill(tmp_path, programs):
    listener = Listener([500])
    programs.append(Program(tmp_path))
    shop = programs[0].shop
    shop.api.webhook_endpoints.create({"url": listener.url, "enabled_events": ["payment_intent.succeeded"]})
    first = shop.intent(key="one")
    until(lambda: len(listener.heard) == 1)
    programs[0].end(signal.SIGKILL)
    listener.answers = [200]
    programs.append(Program(tmp_path, port=programs[0].port))
    again = shop.intent(key="one")
    assert (again.id, again.last_response.headers["idempotent-replayed"]) == (first.id, "true")
    until(lambda: shop.stats()["undelivered"] == 0)
    assert json.loads(listener.heard[-1].body)["data"]["object"]["id"] == first.id
    listener.close()


def test_key_of_a_killed_request_is_free_after_the_restart(tmp_path, programs):
    programs.append(Program(tmp_path))
    shop = programs[0].shop
    shop.control("POST", "faults", kind="slow_before", path="/v1/payment_intents", seconds=30)
    with ThreadPoolExecutor(1) as pool:
        lost = pool.submit(shop.intent, key="one")
        until(lambda: shop.control("GET", "faults") == {"faults": []})
        programs[0].end(signal.SIGKILL)
        assert lost.exception(timeout=10) is not None
    programs.append(Program(tmp_path, port=programs[0].port))
    assert shop.intent(key="one").status == "succeeded"


def test_two_programs_share_one_file(tmp_path, programs):
    programs += [Program(tmp_path), Program(tmp_path)]
    programs[1].shop.key = programs[0].shop.key
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: programs[n % 2].shop.intent(amount=100), range(40)))
    assert [program.shop.stats()["cash"] for program in programs] == [{"usd": 4000}] * 2


def test_what_falls_due_survives_a_kill_and_happens_once(tmp_path, programs):
    programs.append(Program(tmp_path))
    intents = [programs[0].shop.debit(amount=100).id for _ in range(5)]
    programs[0].end(signal.SIGKILL)
    programs += [Program(tmp_path), Program(tmp_path)]
    for program in programs[1:]:
        program.shop.key = programs[0].shop.key
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda program: program.shop.advance(days=7), programs[1:]))
    stats = [program.shop.stats() for program in programs[1:]]
    assert [(one["cash"], one["charges_succeeded"]) for one in stats] == [({"usd": 500}, 5)] * 2
    assert programs[1].shop.events().count("payment_intent.succeeded") == len(intents)


def test_file_of_an_earlier_version_keeps_its_open_pages(tmp_path):
    store = Store(tmp_path / "stripe.sqlite3")
    with store.writing() as books:
        books.add("acct_1", {"id": "cs_test_1", "object": "checkout.session", "created": 5})
        books.sql.execute("CREATE TABLE expiries (session TEXT PRIMARY KEY, expires_at INTEGER NOT NULL)")
        books.sql.execute("INSERT INTO expiries VALUES ('cs_test_1', 1900)")
    store.close()
    with Store(tmp_path / "stripe.sqlite3").reading() as books:
        rows = books.sql.execute("SELECT kind, object, account, at FROM dues").fetchall()
        assert [tuple(row) for row in rows] == [("session", "cs_test_1", "acct_1", 1900)]


def test_taken_port_is_told_in_one_sentence(tmp_path, programs):
    programs.append(Program(tmp_path))
    command = [sys.executable, "-m", "portico.sandbox.stripe", "--port", str(programs[0].port), "--data", str(tmp_path)]
    second = subprocess.run(command, capture_output=True, text=True, timeout=20)
    expected = f"The payment sandbox cannot listen on 127.0.0.1:{programs[0].port}: Address already in use.\n"
    assert (second.returncode, second.stderr) == (1, expected)


def test_program_ends_with_its_parent_when_asked(tmp_path):
    command = [sys.executable, "-m", "portico.sandbox.stripe", "--port", "0", "--data", str(tmp_path), "--with-parent"]
    code = (
        f"import subprocess; p = subprocess.Popen({command!r}, stdout=subprocess.PIPE); print(int(p.stdout.readline()))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=20, check=True).stdout

    def is_gone() -> bool:
        with socket.socket() as caller:
            return caller.connect_ex(("127.0.0.1", int(said))) != 0

    until(is_gone)


def test_control_is_closed_without_a_token(tmp_path, programs):
    programs.append(Program(tmp_path, control=False))
    answer = requests.post(f"{programs[0].shop.sandbox.base}/_emu/stats", headers={"X-Emu-Token": TOKEN}, timeout=9)
    assert answer.status_code == 404


def test_the_package_imports_the_standard_library_and_itself_only():
    own = Path(package.__file__).parent
    code = "import sys, portico.sandbox.stripe.server; print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    foreign = {
        name
        for name in said.split()
        if name.split(".")[0] == "portico" and not "portico.sandbox.stripe".startswith(name)
    }
    assert {name for name in foreign if not name.startswith("portico.sandbox.stripe.")} == set()
    roots = {name.split(".")[0] for name in said.split()} - STANDARD - {"portico", "sitecustomize", "usercustomize"}
    assert ({name for name in roots if not name.startswith(("_", "pip"))}, own.name) == (set(), "stripe")
