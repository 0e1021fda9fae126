"""Which pages are measured, as whom, and against which budget."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

import psycopg

from bench.cast import FEW, HOST, LANDLORD, LONG, LONG_LANDLORD, SOME, Kind, cookies_of, numbers_of
from bench.drive import Target
from bench.ground import Ground
from bench.servers import Server

LATE = 300
OLDER = re.compile(r'href="([^"]*[?&;](?:after|before)=[^"]+)"')


@dataclass(frozen=True, slots=True)
class Measured:
    """A page, and how much of the plain project's empty view it must reach."""

    target: Target
    budget: float | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two pages that must cost the same."""

    name: str
    base: str
    other: str


PAIRS = (
    Pair("home, 10,000 ÷ 10 jobs and invoices", "home", "home, long history"),
    Pair("paid invoices, first page, 10,000 ÷ 60", "paid invoices", "paid invoices, long history"),
    Pair(f"paid invoices, page {LATE} ÷ first", "paid invoices, long history", f"paid invoices, page {LATE}"),
    Pair("invoice page, 10,000 ÷ 10 invoices", "invoice", "invoice, long history"),
    Pair("payments, first page, 10,000 ÷ 30", "payments", "payments, long history"),
    Pair(f"payments, page {LATE} ÷ first", "payments, long history", f"payments, page {LATE}"),
    Pair("jobs, first page, 10,000 ÷ 60", "jobs", "jobs, long history"),
    Pair(f"jobs, page {LATE} ÷ first", "jobs, long history", f"jobs, page {LATE}"),
    Pair("job page, newest, 10,000 ÷ 10", "job", "job, long history"),
    Pair("job page, oldest, 10,000 ÷ 10", "job, oldest", "job, long history, oldest"),
    Pair("jobs at 61 addresses, 10,000 ÷ 10 (10 rows)", "jobs at 61 addresses", "jobs at 61 addresses, last page"),
)


def measured_pages(ground: Ground, ours: Server, plain: Server) -> list[Measured]:
    """Every page that answers; one that does not is said and left out."""
    host = f"{HOST}.localhost:{ours.port}"
    pages = [
        Measured(
            Target("plain Django, empty view", plain, "localhost", ["/"], _cookies("sessionid", ground.plain_cookies))
        )
    ]

    def add(name: str, kind: Kind, paths: list[str], budget: float | None = None) -> None:
        target = Target(name, ours, host, paths, _cookies("portal", cookies_of(kind)))
        status, _ = target.ask()
        if status == 200:
            pages.append(Measured(target, budget))
        else:
            print(f"left out: {name} answers {status}")

    add("our empty view", FEW, ["/bench/empty/"], 1.5)
    add("home", FEW, ["/"], 0.45)
    add("invoices to pay, 25 rows", SOME, ["/invoices/"], 0.55)
    add("invoice", FEW, _invoice_paths(ground, FEW), 0.55)
    add("payments", SOME, ["/payments/"], 0.55)
    add("paid invoices", SOME, ["/invoices/?show=paid"], 0.55)
    add("jobs", SOME, ["/jobs/"], 0.55)
    add("job", FEW, _job_paths(ground, FEW, 3), 0.55)
    add("job, oldest", FEW, _job_paths(ground, FEW, FEW.jobs))
    add("job, long history", LONG, _job_paths(ground, LONG, 3))
    add("job, long history, oldest", LONG, _job_paths(ground, LONG, LONG.jobs))
    add("jobs at 61 addresses", LANDLORD, ["/jobs/"])
    tenth = _job_paths(ground, LONG_LANDLORD, LONG_LANDLORD.jobs - LANDLORD.jobs + 2)[0].split("/")[2]
    add("jobs at 61 addresses, last page", LONG_LANDLORD, [f"/jobs/?after={tenth}"])
    add("home, long history", LONG, ["/"])
    add("invoice, long history", LONG, _invoice_paths(ground, LONG))
    for name, path in (("paid invoices", "/invoices/?show=paid"), ("payments", "/payments/"), ("jobs", "/jobs/")):
        first = Target(name, ours, host, [path], _cookies("portal", cookies_of(LONG)))
        add(f"{name}, long history", LONG, [path])
        add(f"{name}, page {LATE}", LONG, [_late(first)])
    return pages


def _cookies(name: str, secrets: list[str]) -> list[str]:
    """A browser that was here before has the other cookie too."""
    return [
        f"{name}={secret}; {'csrf' if name == 'portal' else 'csrftoken'}={'0123456789abcdef' * 2}" for secret in secrets
    ]


def _invoice_paths(ground: Ground, kind: Kind) -> list[str]:
    """The newest paid invoice of each person, which has lines and a payment."""
    wanted = [number * 100_000 + kind.open + 1 for number in numbers_of(kind)]
    with psycopg.connect(ground.superuser) as server:
        found = server.execute(
            "SELECT i.public_id FROM billing_invoice i JOIN tenancy_hostname h USING (company_id)"
            " WHERE h.host = %s AND i.source_id = ANY(%s) ORDER BY i.source_id",
            [HOST, wanted],
        ).fetchall()
    return [f"/invoices/{public_id}/" for (public_id,) in found]


def _job_paths(ground: Ground, kind: Kind, number: int) -> list[str]:
    """A job of each person: they are numbered from the newest on."""
    wanted = [person * 100_000 + number for person in numbers_of(kind)]
    with psycopg.connect(ground.superuser) as server:
        found = server.execute(
            "SELECT j.public_id FROM jobs_job j JOIN tenancy_hostname h USING (company_id)"
            " WHERE h.host = %s AND j.source_id = ANY(%s) ORDER BY j.source_id",
            [HOST, wanted],
        ).fetchall()
    return [f"/jobs/{public_id}/" for (public_id,) in found]


def _late(first: Target) -> str:
    """The address of page 300, reached as a reader reaches it: by the link to older ones."""
    path = first.paths[0]
    for _ in range(LATE - 1):
        status, body = Target(first.name, first.server, first.host, [path], first.cookies).ask()
        found = OLDER.findall(body.decode()) if status == 200 else []
        if not found:
            break
        older = html.unescape(found[-1])
        path = older if older.startswith("/") else f"{path.partition('?')[0]}{older}"
    return path
