"""A company in which much was done by portal, phone and import, in two branches, around the ends of fourteen months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import time_machine

from portico.domain.billing.models import Payment
from portico.domain.booking.models import Booking, BookingStep
from portico.domain.catalog.models import BusinessUnit
from portico.domain.customers.models import Customer, PortalContact
from portico.domain.estimates.models import Estimate
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor, ActorKind
from portico.foundation.messaging.models import Message
from portico.foundation.people.models import Login, OneTimeLink
from portico.foundation.tenancy.models import Branch
from portico.kernel import clock
from tests.factories import billing, estimates, people, visits
from tests.factories import customers as make

ZONE = "America/Chicago"
MONTHS = 14
_numbers = count(1)
LONG = "Mr. and Mrs. Maximilian Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh of the Very Long Lane"


@dataclass
class Busy:
    """Dice with a seed, the branches with a unit each, and the customers."""

    dice: Random
    units: list[BusinessUnit]
    customers: list[Customer]

    def moment(self) -> datetime:
        """Some time in the last fourteen months; one in three is within minutes of a month's end in some zone."""
        today = clock.today(ZONE)
        back = self.dice.randrange(MONTHS)
        month = today.year * 12 + today.month - 1 - back
        first = datetime(month // 12, month % 12 + 1, 1, tzinfo=ZoneInfo(self.dice.choice([ZONE, "UTC"])))
        if self.dice.random() < 0.33:
            at = first + timedelta(minutes=self.dice.choice([-1, 0, 1]))
        else:
            at = first + timedelta(minutes=self.dice.randrange(27 * 24 * 60))
        return min(at.astimezone(UTC), clock.real_now())


def make_busy(*, seed: int = 7, people_count: int = 24, facts: int = 40) -> Busy:
    """Fill the scope's company."""
    dice = Random(seed)
    main = Branch.objects.get(is_main=True)
    west = Branch.objects.create(name="West", display_name="Brightwater West", time_zone="America/Los_Angeles")
    units = [BusinessUnit.objects.create(name=f"Unit {n}", branch=branch) for n, branch in enumerate((main, west))]
    customers = [
        make.make_customer("" if n else LONG, *_emails(n), branch=dice.choice([main, main, west]))
        for n in range(people_count)
    ]
    busy = Busy(dice, units, customers)
    for customer in customers:
        _go_along(busy, customer)
        _give_reasons(busy, customer)
    for _n in range(facts):
        _pay(busy)
        _approve(busy)
        _book(busy)
        _sign_in(busy)
    return busy


def _emails(n: int) -> list[str]:
    """Some have none, some two, some a placeholder."""
    return [[f"p{n}@example.com"], [f"p{n}@example.com", f"q{n}@example.com"], [], ["noemail@example.com"]][
        n % 4 if n % 3 == 0 else n % 2
    ]


def _go_along(busy: Busy, customer: Customer) -> None:
    """Each address is somewhere between never invited and active."""
    dice = busy.dice
    for row in PortalContact.objects.filter(customer=customer).order_by("pk"):
        how_far = dice.randrange(9)
        if how_far >= 1:
            PortalContact.objects.filter(pk=row.pk).update(invited_at=busy.moment())
        if how_far in (2, 3, 4, 8):
            Message.objects.create(
                kind="invitation",
                branch=customer.branch,
                to_email=row.email,
                letter={},
                subject_id=row.public_id,
                state={2: "queued", 3: "bounced", 4: "sent", 8: "failed"}[how_far],
                queued_at=busy.moment(),
            )
        if how_far == 5:
            OneTimeLink.objects.create(
                purpose="invitation",
                digest=f"link {row.pk}".encode(),
                email=row.email,
                subject_id=row.public_id,
                made_at=busy.moment(),
                expires_at=clock.real_now() + timedelta(days=1),
            )
            OneTimeLink.objects.filter(subject_id=row.public_id).update(opened_at=busy.moment())
        if how_far in (6, 7) and not Login.objects.filter(email=row.email).exists():
            people.make_login(row.email, password=None)
            seen = clock.real_now() - timedelta(days=dice.choice([1, 29, 31, 100]))
            Login.objects.filter(email=row.email).update(created_at=seen - timedelta(days=9), last_signed_in_at=seen)
        if dice.random() < 0.1:
            PortalContact.objects.filter(pk=row.pk).update(revoked_at=clock.real_now())


def _give_reasons(busy: Busy, customer: Customer) -> None:
    """Some customers owe, are to be visited, or were worked for; some want no mail or are gone."""
    dice = busy.dice
    if dice.random() < 0.1:
        Customer.objects.filter(pk=customer.pk).update(is_active=False)
    elif dice.random() < 0.1:
        Customer.objects.filter(pk=customer.pk).update(do_not_mail=True)
    if dice.random() < 0.4:
        billing.make_invoice(customer, dice.randrange(1000, 90000))
    if dice.random() < 0.4:
        visits.make_visit(
            visits.make_job(customer), starts_at=clock.now() + timedelta(hours=dice.choice([-30, 30, 70]))
        )
    if dice.random() < 0.4:
        done = clock.now() - timedelta(days=dice.choice([2, 59, 61]))
        visits.make_job(customer, status="Completed", completed_at=done)


def _pay(busy: Busy) -> None:
    dice = busy.dice
    Payment.objects.create(
        customer=dice.choice(busy.customers),
        amount_minor=dice.choice([5000, 12345, 1, -700]),
        currency="USD",
        method=dice.choice(["card", "ach", "check", "credit"]),
        method_label="=cmd|' /C calc'!A0",
        channel=dice.choice(["portal", "portal", "office", "import"]),
        state=dice.choice(["succeeded", "succeeded", "processing", "failed", "open", "refunded", "charged_back"]),
        is_voided=dice.random() < 0.1,
        created_at=busy.moment(),
    )


def _approve(busy: Busy) -> None:
    dice = busy.dice
    unit = dice.choice(busy.units)
    at = busy.moment()
    wanted = {"business_unit": unit, "branch": unit.branch}
    customer = dice.choice(busy.customers)
    if dice.random() < 0.3:
        source = {"source_id": next(_numbers), "status": dice.choice(["Sold", "Dismissed"]), "decided_at": at}
        estimates.make_estimate(customer, **wanted, **source)
        return
    estimate = estimates.make_estimate(customer, **wanted)
    with time_machine.travel(at, tick=False):
        approval = estimates.approve(estimate, by_phone=dice.random() < 0.4)
    if dice.random() < 0.2:
        estimates.take_back(approval)
        if dice.random() < 0.5:  # and sold after all, elsewhere
            Estimate.objects.filter(pk=estimate.pk).update(status="Sold", decided_at=busy.moment())


def _book(busy: Busy) -> None:
    dice = busy.dice
    unit, at = dice.choice(busy.units), busy.moment()
    told = {"business_unit": unit, "created_at": at, "source_id": next(_numbers) if dice.random() < 0.4 else None}
    job = visits.make_job(dice.choice(busy.customers), **told)
    if dice.random() < 0.1:
        return  # nobody was ever to come
    visit = visits.make_visit(job, starts_at=at + timedelta(days=2))
    if dice.random() < 0.6:
        _booked(job, visit, at, is_by_office=dice.random() < 0.3)
    if dice.random() < 0.2:
        _booked(job, visits.make_visit(job, starts_at=at + timedelta(days=9)), busy.moment(), is_by_office=False)
    if dice.random() < 0.5:
        BookingStep.objects.create(
            appointment=visit,
            kind=dice.choice(["booked", "moved", "canceled"]),
            at=busy.moment(),
            is_by_office=dice.random() < 0.3,
        )


def _booked(job: Any, visit: Any, at: datetime, *, is_by_office: bool) -> None:
    Booking.objects.create(
        appointment=visit,
        customer=job.customer,
        minutes=60,
        is_by_office=is_by_office,
        made_at=at,
        key=f"busy {next(_numbers)}",
        request_hash="",
    )


def _sign_in(busy: Busy) -> None:
    logins = list(Login.objects.filter(side="customer").order_by("pk"))
    if not logins:
        return
    login = busy.dice.choice(logins)
    verb = busy.dice.choice(
        ["person.signed_in", "person.signed_in_by_code", "person.signed_in_by_shell_link", "person.signed_out"]
    )
    by = audit.SHELL if verb.endswith("shell_link") else Actor(ActorKind.CUSTOMER, str(login.public_id), login.name)
    staff = Actor(ActorKind.STAFF, str(login.public_id), "Olga")
    for actor in (by, staff):
        with time_machine.travel(busy.moment(), tick=False):
            audit.record(verb, login, by=actor)
