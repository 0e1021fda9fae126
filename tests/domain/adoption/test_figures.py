"""Each figure of the adoption page, recomputed from the base tables by SQL that shares nothing with the product's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from portico.domain.adoption import queries
from portico.domain.adoption.enums import Act, Kind, Reason, Step, Via
from portico.domain.adoption.queries import Span
from portico.foundation.tenancy.models import Branch
from portico.kernel import clock
from tests.factories import people
from tests.factories.adoption import ZONE, Busy, make_busy

pytestmark = pytest.mark.django_db
# Which of these stands in %(month)s is asked by the wall clock of the zone; whose branch, by its name or '%%' for all.
MONTHLY = {
    (Kind.PAYMENTS, Via.PORTAL): "count(*) FROM billing_payment f, customers_customer o, tenancy_branch n"
    " WHERE f.customer_id = o.id AND o.branch_id = n.id AND f.channel = 'portal' AND f.amount_minor > 0"
    " AND f.is_voided = false AND f.method != 'credit' AND NOT f.state IN ('open', 'verifying', 'failed', 'canceled')"
    " AND {f.created_at}",
    (Kind.APPROVALS, Via.PORTAL): "count(*) FROM estimates_approval f LEFT JOIN estimates_approvalundo u"
    " ON u.approval_id = f.id, estimates_estimate e, tenancy_branch n WHERE u.id IS NULL AND e.id = f.estimate_id"
    " AND e.branch_id = n.id AND f.channel = 'portal' AND {f.at}",
    (Kind.APPROVALS, Via.IMPORT): "count(*) FROM estimates_estimate f, tenancy_branch n WHERE f.branch_id = n.id"
    " AND f.status = 'Sold' AND f.id NOT IN (SELECT a.estimate_id FROM estimates_approval a"
    "   WHERE a.id NOT IN (SELECT u.approval_id FROM estimates_approvalundo u)) AND {f.decided_at}",
    (Kind.BOOKINGS, Via.PORTAL): "count(*) FROM booking_booking f JOIN jobs_appointment a ON f.appointment_id = a.id"
    " JOIN jobs_job j ON a.job_id = j.id JOIN catalog_businessunit w ON w.id = j.business_unit_id"
    " JOIN tenancy_branch n ON n.id = w.branch_id WHERE f.is_by_office = false AND {f.made_at}",
    (Kind.BOOKINGS, Via.IMPORT): "count(DISTINCT f.id) FROM jobs_job f JOIN jobs_appointment a ON a.job_id = f.id"
    " LEFT JOIN booking_booking b ON b.appointment_id = a.id JOIN catalog_businessunit w ON w.id = f.business_unit_id"
    " JOIN tenancy_branch n ON n.id = w.branch_id"
    " WHERE b.id IS NULL AND f.source_id IS NOT NULL AND {f.created_at}",
    (Kind.CHANGES, Via.PORTAL): "count(*) FROM booking_bookingstep f JOIN jobs_appointment a ON f.appointment_id = a.id"
    " JOIN jobs_job j ON a.job_id = j.id JOIN catalog_businessunit w ON w.id = j.business_unit_id"
    " JOIN tenancy_branch n ON n.id = w.branch_id"
    " WHERE f.kind IN ('moved', 'canceled') AND f.is_by_office = false AND {f.at}",
}
MONTHLY[Kind.PAYMENTS, Via.OFFICE] = MONTHLY[Kind.PAYMENTS, Via.PORTAL].replace("'portal'", "'office'")
MONTHLY[Kind.PAYMENTS, Via.IMPORT] = MONTHLY[Kind.PAYMENTS, Via.PORTAL].replace("'portal'", "'import'")
MONTHLY[Kind.APPROVALS, Via.OFFICE] = MONTHLY[Kind.APPROVALS, Via.PORTAL].replace("'portal'", "'phone'")
BY_STAFF = MONTHLY[Kind.BOOKINGS, Via.PORTAL].replace("is_by_office = false", "is_by_office = true")
BY_HAND = MONTHLY[Kind.BOOKINGS, Via.IMPORT].replace("source_id IS NOT NULL", "source_id IS NULL")
SIGNED_IN = """count(DISTINCT g.email) FROM people_login g JOIN audit_auditentry f
  ON f.actor_ref = g.public_id::text AND f.actor_kind = 'customer' AND f.verb LIKE 'person.signed\\_in%%'
  OR f.subject_id = g.public_id::text AND f.verb = 'person.signed_in_by_shell_link' AND f.actor_kind = 'shell'
WHERE g.side = 'customer' AND {f.at} AND (%(name)s = '%%' OR g.email IN (SELECT p.email
    FROM customers_portalcontact p, customers_customer c, tenancy_branch n
    WHERE c.id = p.customer_id AND n.id = c.branch_id AND n.name LIKE %(name)s AND p.is_present))"""
# How far an address is, worked out from invitations, mails, links and logins: the stored stage is not asked.
FAR = """(SELECT p.customer_id, CASE
    WHEN g.id IS NOT NULL AND greatest(g.last_signed_in_at, g.created_at) >= now() - interval '30 days' THEN 5
    WHEN g.id IS NOT NULL THEN 4
    WHEN p.invited_at IS NULL THEN 0
    WHEN m.state IN ('queued', 'failed', 'bounced') THEN 1
    WHEN EXISTS (SELECT 1 FROM people_onetimelink k WHERE k.subject_id = p.public_id AND k.opened_at IS NOT NULL
      AND k.ended_at IS NULL) THEN 3 ELSE 2 END AS step, m.state IN ('failed', 'bounced') AND g.id IS NULL AS came_back
  FROM customers_portalcontact p JOIN customers_emailaddress e ON e.email = p.email AND NOT e.is_placeholder
  LEFT JOIN people_login g ON g.email = p.email AND g.side = 'customer' AND g.is_active
  LEFT JOIN messaging_message m ON m.subject_id = p.public_id AND m.kind = 'invitation' AND m.queued_at =
    (SELECT max(o.queued_at) FROM messaging_message o WHERE o.subject_id = p.public_id AND o.kind = 'invitation')
  WHERE p.is_present AND p.revoked_at IS NULL)"""
REACHED = f"""count(*) FROM customers_customer c JOIN tenancy_branch n ON n.id = c.branch_id
WHERE c.is_active AND c.merged_into_id IS NULL AND n.name LIKE %(name)s
  AND %(step)s <= (SELECT max(f.step) FROM {FAR} f WHERE f.customer_id = c.id)"""
CAME_BACK = f"""count(*) FROM {FAR} f JOIN customers_customer c ON c.id = f.customer_id
  JOIN tenancy_branch n ON n.id = c.branch_id WHERE f.came_back AND n.name LIKE %(name)s"""
HAS_VISIT = """EXISTS (SELECT 1 FROM jobs_job j, jobs_appointment a WHERE a.job_id = j.id AND j.customer_id = c.id
  AND j.status NOT IN ('Completed', 'Canceled') AND a.status IN ('Scheduled', 'Dispatched')
  AND a.window_starts_at >= now())"""
OWES = """(SELECT coalesce(sum(i.total_minor - i.paid_minor), 0) FROM billing_invoice i WHERE i.customer_id = c.id
  AND i.state != 'void' AND i.total_minor > 0) > 0"""
HAD_WORK = """EXISTS (SELECT 1 FROM jobs_job j WHERE j.customer_id = c.id AND j.status = 'Completed'
  AND j.completed_at BETWEEN now() - interval '60 days' AND now())"""
WAITS = f"""count(*) FROM customers_customer c JOIN tenancy_branch n ON n.id = c.branch_id
WHERE c.is_active AND NOT c.do_not_mail AND n.name LIKE %(name)s
  AND EXISTS (SELECT 1 FROM {FAR} f WHERE f.customer_id = c.id AND f.step = 0)
  AND NOT EXISTS (SELECT 1 FROM {FAR} f WHERE f.customer_id = c.id AND f.step > 0) AND """
WAITING = {
    Reason.VISIT: WAITS + HAS_VISIT,
    Reason.BALANCE: f"{WAITS} NOT {HAS_VISIT} AND {OWES}",
    Reason.JOB: f"{WAITS} NOT {HAS_VISIT} AND NOT {OWES} AND {HAD_WORK}",
}


@pytest.fixture(params=[7, 8, 9])
def busy(request: Any) -> Iterator[Busy]:
    with people.inside(people.make_company()):
        yield make_busy(seed=request.param)


def asked(statement: str, **values: Any) -> int:
    """The one number of a statement; `{f.at}` stands for: in this month, of this branch."""
    before, _brace, moment = statement.partition("{")
    if moment:
        column, _brace, after = moment.partition("}")
        name = "" if "%(name)s" in after else " AND n.name LIKE %(name)s"
        statement = f"{before}to_char({column} AT TIME ZONE '{ZONE}', 'YYYY-MM') = %(month)s{after}{name}"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {statement}", values)
        return int(cursor.fetchone()[0])


def branches() -> list[tuple[str, UUID | None]]:
    return [("%", None), *Branch.objects.values_list("name", "public_id")]


def recomputed(kind: Kind, via: Via, **values: Any) -> int:
    if kind == Kind.USERS:
        return asked(SIGNED_IN, **values) if via == Via.PORTAL else 0
    if (kind, via) == (Kind.BOOKINGS, Via.OFFICE):
        return asked(BY_STAFF, **values) + asked(BY_HAND, **values)
    return asked(MONTHLY[kind, via], **values) if (kind, via) in MONTHLY else 0


@pytest.mark.parametrize("kind", (Kind.PAYMENTS, Kind.APPROVALS, Kind.BOOKINGS, Kind.CHANGES, Kind.USERS))
def test_what_was_done_in_each_month(busy: Busy, kind: Kind) -> None:
    seen = 0
    for name, branch in branches():
        shown = queries.dashboard(Span.of(12, ZONE, branch)).months[kind]
        assert len(shown) == 12
        for month in shown:
            told = {via: month.by.get(via, 0) for via in Via}
            assert told == {via: recomputed(kind, via, month=f"{month.first:%Y-%m}", name=name) for via in Via}
            seen += sum(told.values())
    assert seen > 9, "nothing was compared"


def test_how_far_customers_are(busy: Busy) -> None:
    for name, branch in branches():
        steps = queries.dashboard(Span.of(1, ZONE, branch)).steps
        assert steps == {step: asked(REACHED, step=step.value, name=name) for step in Step}
        assert list(steps.values()) == sorted(steps.values(), reverse=True)
    assert steps[Step.ADDRESS] > 0


def test_bounced_addresses_and_whom_to_invite_next(busy: Busy) -> None:
    seen = 0
    for name, branch in branches():
        shown = queries.dashboard(Span.of(1, ZONE, branch))
        assert shown.bounced == asked(CAME_BACK, name=name)
        assert shown.waiting == {reason: asked(WAITING[reason], name=name) for reason in Reason}
        seen += shown.bounced + sum(shown.waiting.values())
    assert seen > 0


def test_calls_saved_are_what_was_done_here_times_what_is_believed(busy: Busy) -> None:
    shown = queries.dashboard(Span.of(12, ZONE))
    first, last = (f"{month:%Y-%m}" for month in (shown.months[Kind.PAYMENTS][0].first, clock.today(ZONE)))
    kinds = dict(zip(Act, (Kind.PAYMENTS, Kind.APPROVALS, Kind.BOOKINGS, Kind.CHANGES), strict=True))
    counts = {}
    for act, kind in kinds.items():
        statement = MONTHLY[kind, Via.PORTAL]
        months = [f"{month.first:%Y-%m}" for month in shown.months[kind]]
        assert (months[0], months[-1]) == (first, last)
        counts[act] = sum(asked(statement, month=month, name="%") for month in months)
    assert shown.done == counts
    calls = 0.4 * counts[Act.PAYMENT] + 0.7 * counts[Act.APPROVAL] + counts[Act.BOOKING] + counts[Act.CHANGE]
    assert abs(shown.saved.tenths / 10 - calls) <= 0.05
    assert abs(shown.saved.minutes - 6 * calls) <= 0.5


@pytest.mark.parametrize("kind", list(Kind))
def test_lists_hold_exactly_what_was_counted(busy: Busy, kind: Kind) -> None:
    for _name, branch in branches():
        span = Span.of(12, ZONE, branch)
        shown = queries.dashboard(span)
        for month in shown.months.get(kind, []):
            for via in Via:
                one = Span((month.first,), ZONE, branch)
                assert len(walked(kind, one, [via])) == month.by.get(via, 0)
        if kind == Kind.CUSTOMERS:
            for step, many in shown.steps.items():
                assert len(walked(kind, span, [str(one.value) for one in Step if one >= step])) == many
        elif kind == Kind.BOUNCED:
            assert len(walked(kind, span, None)) == shown.bounced
        else:
            assert len(walked(kind, span, None)) == shown.total(kind)


def walked(kind: Kind, span: Span, vias: Any) -> list[UUID]:
    """Every record, three at a time."""
    found: list[Any] = []
    while True:
        page = queries.records(kind, span, vias=vias, after=found[-1].place if found else "", limit=3)
        found += page
        if len(page) < 3:
            keys = [(one.at, one.place) for one in found]
            assert len({place for _at, place in keys}) == len(found) or kind == Kind.USERS
            assert keys == sorted(keys, key=lambda key: key[0], reverse=True)
            return [one.thing for one in found]


def test_whom_to_invite_next_is_listed_best_reason_first(busy: Busy) -> None:
    span = Span.of(1, ZONE)
    found = queries.invite_next(span, reason=None)
    assert len(found) == sum(queries.dashboard(span).waiting.values())
    order = list(Reason)
    assert [one.reason for one in found] == sorted((one.reason for one in found), key=order.index)
    visits = [one.visit_at for one in found if one.reason == Reason.VISIT]
    assert visits == sorted(visits)  # type: ignore[type-var]
    owed = [one.owed or 0 for one in found if one.reason == Reason.BALANCE]
    assert owed == sorted(owed, reverse=True)
    for reason in Reason:
        assert queries.invite_next(span, reason=reason) == [one for one in found if one.reason == reason]
    after = [
        one.row for n in range(len(found)) for one in queries.invite_next(span, reason=None, after=found[n].place)[:1]
    ]
    assert after == [one.row for one in found[1:]]
