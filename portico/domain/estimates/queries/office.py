"""Estimates as the office sees them: by state, of a job, one with its story, and what a new one begins with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portico.domain.customers import readers
from portico.domain.customers.enums import Right
from portico.domain.estimates import difference_rules, rules, words
from portico.domain.estimates.enums import ProposalState
from portico.domain.estimates.models import Estimate, EstimatePolicy
from portico.domain.estimates.queries import offers, undo
from portico.domain.estimates.queries import office_sql as sql
from portico.domain.estimates.queries.offers import Current
from portico.domain.jobs.queries.office_jobs import MANY, OfficeJob, job_of
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json
from portico.kernel import clock

PAGE, FIRST = 25, 5
FAR = "infinity"
LAST = 2**63 - 1
STATES = ("waiting", "questions", "accepted", "declined", "expired", "draft", "withdrawn")
UNDO_HOURS: int = EstimatePolicy._meta.get_field("undo_hours").default
DAYS: int = EstimatePolicy._meta.get_field("expires_after_days").default


@dataclass(frozen=True, slots=True)
class Version:
    """A version and in what it differs from the one before it, in sentences."""

    n: int
    by: str
    at: datetime
    differences: list[str]


@reading
def proposals(*, state: str, now: datetime, after: UUID | None = None, limit: int = PAGE + 1) -> list[dict[str, Any]]:
    """Proposals of a state: what waits by the day on which it ends, expired ones latest first, others newest first."""
    last = fetch_json(sql.AFTER, after=after) if after else None
    key = last["key"] if last else LAST
    if state == "waiting":
        return _rows(sql.WAITING, **_waiting_after(last, now), limit=limit)
    if state == "expired":
        at = (last and last["open_until"]) or now
        return _rows(sql.EXPIRED, at=at, key=key if last else 0, limit=limit)
    return _rows(sql.IN_STATE, state=state, at=last["listed_at"] if last else FAR, key=key, limit=limit)


def _waiting_after(last: dict[str, Any] | None, now: datetime) -> dict[str, Any]:
    if last is None:
        return {"at": now, "key": LAST, "endless": 0}
    if last["open_until"] is None:
        return {"at": FAR, "key": LAST, "endless": last["key"]}
    return {"at": last["open_until"], "key": last["key"], "endless": 0}


@reading
def questions(*, after: UUID | None = None, limit: int = PAGE + 1) -> list[dict[str, Any]]:
    """What customers asked and nobody answered, the oldest first."""
    key = fetch_json(sql.AFTER_QUESTION, after=after) if after else None
    found: list[dict[str, Any]] = fetch_json(sql.QUESTIONS, key=key or 0, limit=limit)
    for row in found:
        row["at"] = datetime.fromisoformat(row["at"])
    return found


@reading
def proposals_of_customer(customer: UUID, *, limit: int) -> list[dict[str, Any]]:
    """What was offered to a customer, whatever became of it, the newest first."""
    return _rows(sql.OF_CUSTOMER, customer=customer, states=ProposalState.values, limit=limit)


@reading
def job_with_proposals(customer: UUID, job: UUID) -> tuple[OfficeJob, list[dict[str, Any]]] | None:
    """A job of this customer with what was offered for it, the newest first; None where there is none such."""
    found = fetch_json(sql.JOB_PAGE, customer=customer, job=job, many=MANY)
    return (job_of(found["job"]), _proposals(found["estimates"])) if found["job"] else None


@reading
def estimate(public_id: UUID) -> dict[str, Any] | None:
    """Everything about one; None where there is none such."""
    row: dict[str, Any] | None = fetch_json(sql.PAGE, estimate=public_id, now=clock.now())
    if row is None:
        return None
    for name in ("expires_at", "created_at"):
        row[name] = _moment(row[name])
    for each in (*row["events"], *row["messages"], *row["versions"], *([row["approval"]] if row["approval"] else ())):
        each["at"] = datetime.fromisoformat(each["at"])
    row["options"] = [_option(one) for one in row["options"]]
    row["content"] = row["versions"][0]["content"]
    row["versions"] = _versions(row)
    row["undo"] = undo.facts(row["undo"]) if row["undo"] else None
    row["undo_hours"] = UNDO_HOURS if row["undo_hours"] is None else row["undo_hours"]
    return row


@reading
def job_to_write_for(job: UUID, *, proposal: UUID | None) -> dict[str, Any] | None:
    """What a new estimate of this job begins with; None where there is no such job, or not this proposal of it."""
    row: dict[str, Any] | None = fetch_json(sql.JOB, job=job, proposal=proposal)
    if row is None or (proposal and row["proposal"] is None):
        return None
    return row | {"days": row["days"] or DAYS}


@reading
def recipients(*, customer_key: int, location_key: int) -> list[str]:
    """The addresses that may be sent an estimate: those that see its prices."""
    return readers.readers(customer_id=customer_key, location_id=location_key, right=Right.PRICES)


@reading
def offer_now(public_id: UUID) -> Current | None:
    """What the customer is offered at this moment."""
    row = Estimate.objects.select_related("proposal").filter(public_id=public_id).first()
    return offers.current(row, clock.now()) if row else None


def _rows(statement: str, **values: Any) -> list[dict[str, Any]]:
    return _proposals(fetch_json(statement, **values))


def _proposals(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for row in found:
        row["open_until"], row["listed_at"] = _moment(row["open_until"]), _moment(row["listed_at"])
        row["options"] = [_option(one) for one in row["options"]]
    return found


def _option(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"expires_at": _moment(row["expires_at"])}


def _versions(row: dict[str, Any]) -> list[Version]:
    """The newest first; the last of those that were read says nothing about one before it."""
    noted = row["versions"]
    offered = [rules.offer(one["content"], is_member=False, terms_n=0) for one in noted]
    return [
        Version(one["n"], one["by"], one["at"], _differences(offered[nth + 1], offered[nth], row["time_zone"]))
        if nth + 1 < len(noted)
        else Version(one["n"], one["by"], one["at"], [])
        for nth, one in enumerate(noted)
    ]


def _differences(before: rules.Offer, after: rules.Offer, zone: str) -> list[str]:
    found = difference_rules.differences(before, after)
    return [words.difference_words(one, after.currency, zone) for one in found]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def newest_offer(row: dict[str, Any]) -> rules.Offer:
    """Of an estimate as `estimate` gives it: what its newest version offers to its customer."""
    return rules.offer(row["content"], is_member=row["is_member"], terms_n=0)
