"""Estimates of the small export in every state, and with every odd but valid line."""

from __future__ import annotations

from datetime import date, timedelta

from portico.sandbox.exports import books, homes, trades, visits
from portico.sandbox.exports.draft import Draft, Record
from portico.sandbox.exports.homes import Home
from portico.sandbox.exports.moments import workday
from portico.sandbox.exports.trades import BY_NAME
from portico.sandbox.exports.visits import Slot

OWNER = "Esther Mates"
OPTIONS = (("Good", 300000), ("Better", 450000), ("Best", 700000))
OPEN, SOLD, DISMISSED = 0, 1, 2
HEATER = BY_NAME["Water Heater Replacement"].lines


def add(draft: Draft) -> None:
    """At one home: open, sold, declined, expired, inactive ones, and those of a canceled job."""
    home = homes.add_home(draft, draft.plan.branches[1], OWNER, emails=("esther.mates@example.com",))
    _options(draft, _job(draft, home, 1), (OPEN, OPEN, OPEN))
    _options(draft, _job(draft, home, 70), (DISMISSED, SOLD, DISMISSED))
    _options(draft, _job(draft, home, 75), (SOLD, OPEN, DISMISSED))
    _options(draft, _job(draft, home, 80), (DISMISSED, DISMISSED, DISMISSED))
    old = _job(draft, home, 60)
    books.add_estimate(draft, old, "Expired offer", HEATER, expires=10)
    books.add_estimate(draft, old, "Declined offer", HEATER, status=DISMISSED)
    books.add_estimate(draft, old, "Inactive offer", HEATER)["active"] = False
    canceled = visits.add_job(draft, home.location, "Replacement Estimate", _slot(draft, 5), status="Canceled")
    books.add_estimate(draft, canceled, "Offer of a canceled job", HEATER)
    books.add_estimate(draft, canceled, "Accepted before it was canceled", HEATER, status=SOLD)
    _odd(draft, _job(draft, home, 2))


def _job(draft: Draft, home: Home, days: int) -> Record:
    return visits.add_job(draft, home.location, "Replacement Estimate", _slot(draft, days))


def _slot(draft: Draft, days: int) -> Slot:
    day: date = draft.now.date() - timedelta(days=days)
    return Slot(workday(day, back=True))


def _options(draft: Draft, job: Record, statuses: tuple[int, ...]) -> None:
    for at, ((name, price), status) in enumerate(zip(OPTIONS, statuses, strict=True)):
        lines = (trades.Price("WH-50", f"Water heater, {name.lower()}", "Equipment", price), *HEATER[1:])
        books.add_estimate(draft, job, name, lines, status=status, proposal=True, recommended=at == 1)


def _odd(draft: Draft, job: Record) -> None:
    """Half a unit, a rebate, a line that is not charged, markup, and next to nothing else."""
    lines = (
        trades.Price("PIPE", "<b>Copper</b> & pipe", "Material", 1250),
        trades.Price("REBATE", "Rebate", "PriceModifier", -500),
        trades.Price("SCRAP", f"Scrap {draft.canary()}", "Material", 900),
    )
    estimate = books.add_estimate(draft, job, "“Odd” offer, 见积书", lines)
    pipe, _, scrap = estimate["items"]
    pipe |= {"qty": 2.5, "unitRate": 5.0, "description": "Cut to fit.\nType L."}
    scrap |= {"chargeable": False}
    estimate["subtotal"] = 7.5
    for name in ("expiresOn", "isRecommended", "reviewStatus", "businessUnitId"):
        del estimate[name]
    estimate["summary"] = ""
