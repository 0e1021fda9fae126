"""Every way to pay against everything that goes wrong on the way; `bin/test --full` tries all and prints the table."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection, connections

from portico.config import env
from portico.domain.billing.operations import accounts
from portico.foundation.tenancy.scope import company_scope
from tests import database
from tests.races.programs import environment
from tests.races.ways import WAYS, Case, Way, faults_of, finish, look_after
from tests.stripe_sandbox import READ_TIMEOUT, Till

Fault = Callable[[Way, Case], None]
KILLS = 18  # more than any way has steps; those past its end are a run without trouble


# --- Between us and the gateway ---------------------------------------------------------------------------------


def _answer(kind: str, **more: Any) -> Fault:
    """The call itself goes wrong, as often as the library tries it."""

    def hit(way: Way, case: Case) -> None:
        case.till.fault(kind, path=way.path, count=3, **more)
        way.begin(case)
        case.till.shop.control("DELETE", "faults")

    return hit


def _told_wrong(kind: str) -> Fault:
    """The first answers name another amount or currency than was asked for."""

    def hit(way: Way, case: Case) -> None:
        case.till.fault(kind, path=way.path)
        way.begin(case)
        case.till.fault(kind, path=way.path, method="GET")
        look_after(case.till)
        case.till.shop.control("DELETE", "faults")

    return hit


def _slow(way: Way, case: Case) -> None:
    """Done, and the answer comes after we stopped waiting."""
    case.till.fault("slow_after", path=way.path, seconds=READ_TIMEOUT + 0.5, count=3)
    way.begin(case)
    case.till.shop.control("DELETE", "faults")


def _forgotten(way: Way, case: Case) -> None:
    """The answer is lost, and a day later the gateway has forgotten the key."""
    case.till.fault("drop_after", path=way.path, count=3)
    way.begin(case)
    case.till.shop.control("POST", "idempotency/prune")


# --- News -------------------------------------------------------------------------------------------------------


def _news(**webhooks: Any) -> Fault:
    """Webhooks behave badly while the way is gone to its end."""

    def hit(way: Way, case: Case) -> None:
        case.till.shop.control("POST", "webhooks", **webhooks)
        way.begin(case)
        finish(way, case)
        case.till.shop.control("POST", "webhooks", mode="normal", signature="good", duplicate=1)

    return hit


def _reversed(way: Way, case: Case) -> None:
    case.till.shop.control("POST", "webhooks", mode="hold")
    way.begin(case)
    finish(way, case)
    case.till.shop.control("POST", "webhooks/flush", order="reversed", at_once=3)


def _early(way: Way, case: Case) -> None:
    """The news is there before the answer of the call that made it."""
    case.till.shop.control("POST", "webhooks", mode="hold")
    case.till.fault("slow_after", path=way.path, seconds=1)
    flushed = threading.Timer(0.5, case.till.shop.control, ("POST", "webhooks/flush"), {"order": "created"})
    flushed.start()
    way.begin(case)
    flushed.join()
    case.till.shop.control("POST", "webhooks", mode="normal")


# --- Our own machines -------------------------------------------------------------------------------------------


def _database_restarted(way: Way, case: Case) -> None:
    """Every connection is cut while the gateway is being asked."""
    case.till.fault("slow_after", path=way.path, seconds=1)
    cut = threading.Timer(0.5, _cut_connections)
    cut.start()
    try:
        way.begin(case)
    except Exception as broken:  # what the web server answers 500 to
        case.trouble.append(type(broken).__name__)
    cut.join()
    connections.close_all()


def _cut_connections() -> None:
    with psycopg.connect(database.app_url(str(connection.settings_dict["NAME"])), autocommit=True) as ours:
        ours.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
        )


def _killed(step: int) -> Fault:
    """The program that handles the form gets SIGKILL at its n-th step: a commit, a request, an answer."""

    def hit(way: Way, case: Case) -> None:
        surroundings = environment(case.till.shop.sandbox.base)
        program = [sys.executable, "-m", "tests.races.dying", str(step), way.name, *_facts(case)]
        ended = subprocess.run(program, cwd=env.PROJECT, env=surroundings, capture_output=True, timeout=60, check=False)
        case.trouble.append(f"ended {ended.returncode}")
        assert ended.returncode in {0, -signal.SIGKILL}, ended.stderr.decode()[-3000:]

    return hit


def _facts(case: Case) -> list[str]:
    saved = str(case.saved.public_id) if case.saved else ""
    offered = [str(case.estimate.pk), case.shown] if case.estimate else ["", ""]
    return [str(case.till.company_id), str(case.invoice.pk), saved, str(case.paid or ""), *offered]


def _nothing(way: Way, case: Case) -> None:
    """The yardstick."""


FAULTS: dict[str, Fault] = {
    "none": _nothing,
    "not sent": _answer("drop_before"),
    "answer lost": _answer("drop_after"),
    "answer lost, key forgotten": _forgotten,
    "500 before": _answer("error_before"),
    "500 after": _answer("error_after"),
    "409": _answer("conflict"),
    "429": _answer("rate_limit"),
    "slow": _slow,
    "malformed": _answer("malformed"),
    "wrong amount": _told_wrong("wrong_amount"),
    "wrong currency": _told_wrong("wrong_currency"),
    "webhooks lost": _news(mode="off"),
    "webhooks doubled": _news(duplicate=3),
    "webhooks reversed": _reversed,
    "webhooks early": _early,
    "webhooks forged": _news(signature="bad"),
    "webhooks old": _news(signature="old"),
    "database restarted": _database_restarted,
    **{f"killed at step {step}": _killed(step) for step in range(1, KILLS)},
}
CELLS = [(way, fault) for fault in FAULTS for way in WAYS]
SHORT = 11  # of these one is tried each time; prime to the number of ways, so that all ways and kinds get their turn


def _cells() -> Iterator[Any]:
    for number, cell in enumerate(CELLS):
        marks = () if number % SHORT == 0 else (pytest.mark.full,)
        yield pytest.param(*cell, marks=marks, id=" × ".join(cell))


@pytest.mark.parametrize(("way", "fault"), list(_cells()))
def test_money_is_neither_lost_nor_doubled(
    way: str, fault: str, shared_till: Till, live_server: Any, settings: Any, record_property: Callable[..., None]
) -> None:
    settings.PORTICO_PORT_SUFFIX = f":{live_server.thread.port}"
    with company_scope(shared_till.company_id):
        accounts.connect_account()
    case = WAYS[way].prepare(shared_till)
    FAULTS[fault](WAYS[way], case)
    finish(WAYS[way], case)
    _until_told(shared_till)
    found = faults_of(WAYS[way], case)
    record_property("matrix", (fault, way, "; ".join(found) or "ok"))
    assert found == []


def _until_told(till: Till) -> None:
    ends = time.monotonic() + 5
    while till.shop.stats()["undelivered"] and time.monotonic() < ends:
        time.sleep(0.05)
