"""Looking at a customer before a statement is mailed: its books, its addresses, and what was mailed before.

The preview, the worker and a single mail look here, so none of them can tell another amount or another reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q

from portico.domain.billing.queries import statements
from portico.domain.billing.queries.settings import payment_rules
from portico.domain.billing.queries.statements import OpenStatement
from portico.domain.billing.statement_rules import Ageing
from portico.domain.customers import readers
from portico.domain.customers.models import Customer
from portico.domain.customers.readers import BillReader
from portico.domain.statements import rules
from portico.domain.statements.enums import Outcome
from portico.domain.statements.models import StatementMail
from portico.domain.statements.rules import Standing, Wanted
from portico.foundation.tenancy.scope import reading

COLUMNS = ("id", "is_active", "do_not_mail", "merged_into_id", "branch__time_zone")


@dataclass(frozen=True, slots=True)
class Judged:
    """What is to be done about one customer now. `emails` are the addresses that can be mailed."""

    customer: int
    statement: OpenStatement
    due_today: int
    outcome: Outcome
    emails: tuple[str, ...]
    mailed_on: date | None
    is_too_soon: bool
    has_this_one: bool

    @property
    def open_minor(self) -> int:
        return self.statement.ageing.open

    @property
    def due_minor(self) -> int:
        return self.statement.total_due


@reading
def judge(customers: Iterable[int], *, on: date, wanted: Wanted) -> list[Judged]:
    """Each of these customers, in the order of their keys."""
    rows = list(Customer.objects.filter(pk__in=list(customers)).order_by("pk").values(*COLUMNS))
    keys = [row["id"] for row in rows]
    mailed, addresses = _last_mails(keys, on), readers.bill_readers(keys)
    return [_judge(row, mailed.get(row["id"]), addresses[row["id"]], on, wanted) for row in rows]


@reading
def every_days() -> int:
    """The company's setting: at most one statement within so many days."""
    return payment_rules().statement_every_days


def _judge(
    row: dict[str, Any],
    mailed: tuple[datetime, bool] | None,
    addresses: list[BillReader],
    on: date,
    wanted: Wanted,
) -> Judged:
    statement = statements.open_statement(customer=row["id"], on=on)
    today = statement.account.today
    due_today = (
        statement.total_due if on >= today else statements.open_statement(customer=row["id"], on=today).total_due
    )
    mailed_on = mailed[0].astimezone(ZoneInfo(row["branch__time_zone"])).date() if mailed else None
    standing = Standing(
        today=today,
        due_minor=statement.total_due,
        due_today_minor=due_today,
        overdue_minor=_overdue(statement.ageing),
        is_active=row["is_active"],
        is_merged=row["merged_into_id"] is not None,
        do_not_mail=row["do_not_mail"],
        mailed_on=mailed_on,
        has_this_one=mailed is not None and mailed[1],
    )
    emails = tuple(one.email for one in addresses if not one.came_back)
    fault = rules.fault_of(standing, wanted) or rules.fault_of_addresses(usable=len(emails), all_of=len(addresses))
    return Judged(
        customer=row["id"],
        statement=statement,
        due_today=due_today,
        outcome=fault or Outcome.MAIL,
        emails=emails,
        mailed_on=mailed_on,
        is_too_soon=rules.is_too_soon(standing, wanted),
        has_this_one=standing.has_this_one,
    )


def _overdue(ageing: Ageing) -> int:
    return ageing.to_30 + ageing.to_60 + ageing.to_90 + ageing.older


def _last_mails(customers: list[int], on: date) -> dict[int, tuple[datetime, bool]]:
    """When each had its last statement, and whether one as of this very day went; to whom was merged into it counts."""
    away = dict(Customer.objects.filter(merged_into__in=customers).values_list("pk", "merged_into_id"))
    rows = StatementMail.objects.filter(customer__in=[*customers, *away]).order_by().values("customer_id")
    counted = rows.annotate(last=Max("mailed_at"), of_this_day=Count("pk", filter=Q(as_of_on=on)))
    found: dict[int, tuple[datetime, bool]] = {}
    for row in counted:
        customer = away.get(row["customer_id"]) or row["customer_id"]
        last, is_of_this_day = found.get(customer, (row["last"], False))
        found[customer] = (max(last, row["last"]), is_of_this_day or row["of_this_day"] > 0)
    return found
