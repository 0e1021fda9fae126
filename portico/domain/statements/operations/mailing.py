"""Mailing one statement: judged and written down under the customer's lock, so that nobody gets it twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portico.domain.billing import statement_papers
from portico.domain.customers import operations as customers
from portico.domain.customers.errors import NoBillingAccess
from portico.domain.customers.models import Customer
from portico.domain.statements import letters, papers
from portico.domain.statements.enums import Outcome
from portico.domain.statements.errors import Missing, NotMailed, TooSoon
from portico.domain.statements.models import StatementMail
from portico.domain.statements.queries import judging
from portico.domain.statements.queries.judging import Judged
from portico.domain.statements.rules import Wanted
from portico.domain.statements.words import WHY, too_soon
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.messaging import operations as messaging
from portico.foundation.messaging.enums import MessageKind
from portico.foundation.messaging.letter import Enclosure, Link
from portico.kernel import clock


@transaction.atomic
def mail_statement(*, customer: UUID, on: date, reason: str = "", by: Actor) -> StatementMail:
    """Mail what is open on a day to everybody who may see all of this customer's bills.

    TooSoon where one went lately and no `reason` is given; NotMailed says why there is nothing to mail.
    """
    key = Customer.objects.filter(public_id=customer).values_list("pk", flat=True).first()
    if key is None:
        raise Missing(_("There is no such customer."))
    wanted = Wanted(every_days=judging.every_days(), may_repeat=bool(reason.strip()))
    judged, made = send(key, on=on, wanted=wanted, reason=reason.strip(), by=by)
    if made is None:
        raise _refusal(judged, wanted)
    return made


def send(
    customer: int, *, on: date, wanted: Wanted, reason: str = "", by: Actor
) -> tuple[Judged, StatementMail | None]:
    """Judge a customer as it is now, and mail its statement if it gets one; within the caller's transaction."""
    lock_customer(customer)
    (judged,) = judging.judge([customer], on=on, wanted=wanted)
    if judged.outcome != Outcome.MAIL:
        return judged, None
    links = _links(judged, by)
    if not links:
        return replace(judged, outcome=Outcome.NO_ADDRESS, emails=()), None
    made = _written(judged, list(links), reason, by)
    for email, link in links.items():
        _queue(made, judged, email, link)
    _record(made, judged, by)
    return replace(judged, outcome=Outcome.MAILED, emails=tuple(links)), made


def lock_customer(customer: int) -> None:
    """Of two who would mail the same customer one waits, and then sees what the other did."""
    list(Customer.objects.filter(pk=customer).select_for_update(no_key=True).values_list("pk", flat=True))


def _links(judged: Judged, by: Actor) -> dict[str, Link | None]:
    """Each address with the link that it can use, without those that lost their billing access this very moment."""
    found: dict[str, Link | None] = {}
    for email in judged.emails:
        try:
            link = customers.document_link(
                kind=MessageKind.STATEMENT,
                customer_id=judged.customer,
                email=email,
                label=_("See the statement and pay"),
                path=f"/statements/?customer={judged.statement.account.id}&on={judged.statement.on}",
                by=by,
            )
        except NoBillingAccess:
            continue
        found[email] = link
    return found


def _written(judged: Judged, emails: list[str], reason: str, by: Actor) -> StatementMail:
    return StatementMail.objects.create(
        customer_id=judged.customer,
        as_of_on=judged.statement.on,
        open_minor=judged.open_minor,
        due_minor=judged.due_minor,
        currency=judged.statement.account.currency,
        paper=statement_papers.kept_open(judged.statement),
        emails=emails,
        reason=reason[:300],
        made_by=by.ref,
        made_by_name=by.name,
        mailed_at=clock.now(),
    )


def _queue(made: StatementMail, judged: Judged, email: str, link: Link | None) -> None:
    account = judged.statement.account
    messaging.queue_letter(
        kind=MessageKind.STATEMENT,
        to_email=email,
        branch_id=account.brand.id,
        letter=letters.statement(judged.statement, due_today=judged.due_today, link=link),
        subject_id=made.public_id,
        customer_id=account.id,
        enclosures=(Enclosure(papers.KIND, made.public_id),),
    )


def _record(made: StatementMail, judged: Judged, by: Actor) -> None:
    audit.record(
        "statement.mailed",
        made,
        by=by,
        customer=judged.statement.account.id,
        note=made.reason or ", ".join(made.emails),
        as_of=made.as_of_on.isoformat(),
        due_minor=made.due_minor,
        mails=len(made.emails),
    )


def _refusal(judged: Judged, wanted: Wanted) -> NotMailed:
    if judged.outcome == Outcome.RECENT and judged.mailed_on:
        return TooSoon(too_soon(judged.mailed_on, every_days=wanted.every_days, has_this_one=judged.has_this_one))
    return NotMailed(str(WHY[judged.outcome]))
