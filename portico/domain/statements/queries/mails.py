"""What a page says before one statement is mailed, and what was mailed before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from portico.domain.statements.enums import Outcome
from portico.domain.statements.models import StatementMail
from portico.domain.statements.queries import judging
from portico.domain.statements.queries.deliveries import Delivery, deliveries
from portico.domain.statements.queries.judging import Judged
from portico.domain.statements.rules import Wanted
from portico.domain.statements.words import WHY, too_soon
from portico.foundation.tenancy.scope import reading
from portico.kernel.money import Money

SHOWN = 12
COLUMNS = ("as_of_on", "due_minor", "currency", "emails", "reason", "made_by_name", "mailed_at")


@dataclass(frozen=True, slots=True)
class Mailed:
    """A statement that went."""

    as_of_on: date
    due: Money
    emails: list[str]
    reason: str
    made_by_name: str
    mailed_at: datetime
    deliveries: list[Delivery]


@dataclass(frozen=True, slots=True)
class Prospect:
    """What would be mailed to whom. `why` says why not, or why a reason is needed."""

    open: Money
    due: Money
    due_today: Money
    emails: tuple[str, ...]
    why: str
    may_go: bool
    needs_reason: bool
    before: list[Mailed]


@reading
def prospect(customer: int, *, on: date) -> Prospect:
    """Of one customer, as the operation would judge it now."""
    every = judging.every_days()
    (judged,) = judging.judge([customer], on=on, wanted=Wanted(every_days=every, may_repeat=True))
    needs_reason, why = _asks(judged, every)
    currency = judged.statement.account.currency
    return Prospect(
        open=Money(judged.open_minor, currency),
        due=Money(judged.due_minor, currency),
        due_today=Money(judged.due_today, currency),
        emails=judged.emails,
        why=why,
        may_go=judged.outcome == Outcome.MAIL,
        needs_reason=needs_reason,
        before=mailed_before(customer),
    )


@reading
def mailed_before(customer: int) -> list[Mailed]:
    """The newest statements that went to this customer."""
    rows = StatementMail.objects.filter(customer=customer).order_by("-mailed_at", "-id")
    found = list(rows[:SHOWN].values_list("public_id", *COLUMNS))
    became = deliveries([row[0] for row in found])
    return [
        Mailed(on, Money(due, currency), emails, reason, by, at, became[key])
        for key, on, due, currency, emails, reason, by, at in found
    ]


def _asks(judged: Judged, every: int) -> tuple[bool, str]:
    if judged.outcome != Outcome.MAIL:
        return False, str(WHY[judged.outcome])
    if not judged.is_too_soon or judged.mailed_on is None:
        return False, ""
    return True, too_soon(judged.mailed_on, every_days=every, has_this_one=judged.has_this_one)
