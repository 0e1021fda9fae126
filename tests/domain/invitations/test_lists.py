"""A messy list of five thousand lines: judged row by row, sent by the worker, stopped in the middle, sent once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.db.models import F

from portico.config import env
from portico.domain.customers.models import EmailAddress, PortalContact
from portico.domain.customers.operations import sync_portal_contacts
from portico.domain.invitations import operations, queries
from portico.domain.invitations.enums import ListState, Outcome
from portico.domain.invitations.errors import ListRefused, Missing
from portico.domain.invitations.models import InviteList, InviteListRow
from portico.domain.invitations.operations import reading
from portico.domain.invitations.operations.sweeping import AREA
from portico.foundation.audit.models import AuditEntry
from portico.foundation.audit.operations import SHELL, SYSTEM
from portico.foundation.messaging.models import Message
from portico.foundation.people.models import Login
from portico.foundation.tenancy import files
from portico.foundation.tenancy.companies import CompanyRow
from portico.foundation.tenancy.models import Company
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock
from tests import database
from tests.factories import customers as make
from tests.factories import drain, people, waiting
from tests.foundation.messaging.test_sending import Server, smtp

__all__ = ["smtp"]  # the mail server on loopback
pytestmark = pytest.mark.django_db(transaction=True)
LINES = 5000
NEW, INVITED, ACTIVE, REVOKED = 300, 40, 30, 10
STAND_INS = ("noemail@example.com", "none@nowhere.com", "na@example.com")


@pytest.fixture(autouse=True)
def company() -> Iterator[CompanyRow]:
    made = people.make_company()
    with company_scope(made.id):
        yield made


@dataclass
class Messy:
    """The lines of a list, and what its report must say of each thing with an @: line, email, outcome."""

    lines: list[bytes] = field(default_factory=list)
    told: list[tuple[int, str, Outcome]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def add(self, line: bytes, *found: tuple[str, Outcome]) -> None:
        self.lines.append(line)
        for email, outcome in found:
            is_repeated = email != "" and email in self.seen
            self.told.append((len(self.lines), email, Outcome.REPEATED if is_repeated else outcome))
            self.seen.add(email)

    def content(self) -> bytes:
        return b"\r\n".join(self.lines)


def fill(*, new: int = 5, invited: int = 2, active: int = 2, revoked: int = 2) -> dict[str, Outcome]:
    """Who stands on a record, and what a list must find out about each."""
    named = {"new": new, "invited": invited, "active": active, "revoked": revoked}
    with transaction.atomic():
        for kind, count in named.items():
            for n in range(count):
                make.add_emails(make.make_customer(), f"{kind}{n}@example.com", sync=False)
        for email in STAND_INS:
            make.add_emails(make.make_customer(), email, sync=False)
        for _n in range(6):
            make.add_emails(make.make_customer(), "front.desk@example.com", sync=False)
        home = make.make_location(make.make_customer())
        make.add_emails(home.customer, "tenant@example.com", location=home, sync=False)
        sync_portal_contacts(customer_ids=None, by=SYSTEM)
        for n in range(active):
            people.make_login(f"active{n}@example.com", password=None)
        now = clock.real_now()
        PortalContact.objects.filter(email__startswith="invited").update(invited_at=now)
        PortalContact.objects.filter(email__startswith="revoked").update(revoked_at=now)
        assert EmailAddress.objects.filter(is_placeholder=True).count() == 4
    found = {f"{kind}{n}@example.com": Outcome(kind) for kind, count in named.items() for n in range(count)}
    stand_ins = dict.fromkeys((*STAND_INS, "front.desk@example.com"), Outcome.PLACEHOLDER)
    return found | stand_ins | {"tenant@example.com": Outcome.NEW}


def messy(known: dict[str, Outcome]) -> Messy:
    """Five thousand lines with every kind of dirt, in an encoding that nobody asked for, one of them ten megabytes."""
    made, luck = Messy(), random.Random(7)
    made.add("Name;Straße;E-Mail".encode("cp1252"))
    everybody = list(known.items())
    luck.shuffle(everybody)
    for email, outcome in everybody:
        made.add(*_line(luck, email, outcome))
    made.add(b"x" * 5_000_000 + b"," + b"@," * 100_000 + b"late@nowhere.example.com" + b"," * 4_800_000,
             ("late@nowhere.example.com", Outcome.UNKNOWN))  # fmt: skip
    while len(made.lines) < LINES:
        _add_dirt(made, luck, everybody)
    return made


def _line(luck: random.Random, email: str, outcome: Outcome) -> tuple[bytes, tuple[str, Outcome]]:
    typed = luck.choice((email, email.upper(), email.title(), f" {email}\t", f'"{email}"', f"<{email}>"))
    cells = ["Müller, José", "512-555-0100", typed, "€ 12", ""]
    luck.shuffle(cells)
    return luck.choice(",;\t|").join(cells).encode("cp1252"), (email, outcome)


def _add_dirt(made: Messy, luck: random.Random, everybody: list[tuple[str, Outcome]]) -> None:
    n = len(made.lines)
    match luck.randrange(6):
        case 0:
            made.add(b"")
        case 1:
            made.add("Nobody here, only words @ 12,50 é".encode("cp1252"))
        case 2:
            made.add(f"stranger{n}@nowhere.example.com".encode(), (f"stranger{n}@nowhere.example.com", Outcome.UNKNOWN))
        case 3:
            typed = luck.choice(("ana@", "@example.com", "ana@@example.com", "a@b@c.com", "ana@localhost", "=1+1@x"))
            made.add(f"7,{typed},x".encode(), ("", Outcome.MALFORMED))
        case 4:
            made.add(*_line(luck, *luck.choice(everybody)))
        case _:
            first, second = luck.sample(everybody, 2)
            made.add(f"{first[0]}; {second[0].upper()}".encode(), first, second)


def found_in(invite_list: UUID) -> list[tuple[int, str, Outcome]]:
    return [(row.line, row.email, row.outcome) for row in rows_of(invite_list)]


def rows_of(invite_list: UUID) -> list[queries.ListRow]:
    return queries.rows_of(invite_list, after=0, limit=100_000)


def facts(invite_list: UUID) -> queries.ListFacts:
    found = queries.list_of(invite_list)
    assert found is not None
    return found


def added(content: bytes, name: str = "people.csv") -> UUID:
    """A list that was read."""
    found = operations.add_list(name=name, content=content, by=people.OFFICE)
    drain()
    return found


def confirm(invite_list: UUID, *, include_invited: bool = False) -> None:
    operations.confirm_list(invite_list=invite_list, include_invited=include_invited, by=people.OFFICE)


def mailed(server: Server) -> Counter[str]:
    return Counter(str(mail["To"]) for mail in server.received)


def all_of(known: dict[str, Outcome], *outcomes: Outcome) -> Counter[str]:
    return Counter(email for email, outcome in known.items() if outcome in outcomes)


DIES = """
import os, signal, uuid, django
django.setup()
from portico.domain.customers import operations as customers
from portico.domain.invitations import operations
from portico.foundation.tenancy.scope import company_scope
invite, calls = customers.invite, []
def invite_and_die(**words):
    invite(**words)
    calls.append(1)
    if len(calls) == 130:
        os.kill(os.getpid(), signal.SIGKILL)
customers.invite = invite_and_die
with company_scope({company}):
    operations.finish(invite_list=uuid.UUID("{which}"))
"""


def killed_worker(company: CompanyRow, which: UUID) -> int:
    """A worker of its own that is killed while it invites the 130th address, before anything of it is committed."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portico.config.settings",
        "DATABASE_URL": database.app_url(connection.settings_dict["NAME"]),
    }
    program = DIES.format(company=company.id, which=which)
    return subprocess.run([sys.executable, "-c", program], cwd=env.PROJECT, env=environment, check=False).returncode


def test_messy_list_is_judged_row_by_row_and_mailed_once_though_the_worker_is_killed(
    company: CompanyRow, smtp: Any
) -> None:
    known = fill(new=NEW, invited=INVITED, active=ACTIVE, revoked=REVOKED)
    made = messy(known)
    assert len(made.lines) == LINES
    which = added(made.content())
    assert found_in(which) == made.told
    assert facts(which).counts == Counter(outcome.value for _line, _email, outcome in made.told)
    assert (facts(which).state, facts(which).planned) == (ListState.READY, NEW + 1)
    assert (smtp.received, files.stored_in(AREA)) == ([], set())

    confirm(which)
    assert killed_worker(company, which) == -signal.SIGKILL
    assert (facts(which).state, facts(which).results) == (ListState.SENDING, {"sent": 129})
    drain(at_most=5000)
    assert mailed(smtp) == all_of(known, Outcome.NEW)
    assert set(mailed(smtp).values()) == {1}
    assert (facts(which).state, facts(which).results) == (ListState.DONE, {"sent": NEW + 1})
    assert facts(which).finals == Counter(row.final.value for row in rows_of(which))
    assert {row.final for row in rows_of(which) if row.outcome == Outcome.NEW} == {Outcome.SENT}
    with transaction.atomic():
        assert AuditEntry.objects.filter(verb="portal.invited", actor_name="Olga Office").count() == NEW + 1

    again = added(made.content())
    assert facts(again).planned == 0
    with pytest.raises(ListRefused):
        confirm(again)
    drain()
    assert sum(mailed(smtp).values()) == NEW + 1


def test_tick_box_mails_those_again_who_are_invited(smtp: Any) -> None:
    known = fill()
    which = added("\n".join(known).encode())
    confirm(which, include_invited=True)
    drain(at_most=5000)
    assert mailed(smtp) == all_of(known, Outcome.NEW, Outcome.INVITED)
    assert facts(which).results == {"sent": 6, "resent": 2}
    with transaction.atomic():
        assert AuditEntry.objects.filter(verb="portal.invitation_resent").count() == 2


def test_without_the_tick_those_who_are_invited_get_nothing(smtp: Any) -> None:
    fill()
    which = added(b"invited1@example.com new1@example.com")
    confirm(which)
    drain()
    assert mailed(smtp) == Counter(["new1@example.com"])
    assert [row.final for row in rows_of(which)] == [Outcome.INVITED, Outcome.SENT]


def test_two_lists_of_the_same_people_at_once_mail_everybody_once(smtp: Any) -> None:
    fill()
    content = b"new1@example.com invited1@example.com"
    lists = [added(content), added(content)]
    for which in lists:
        confirm(which, include_invited=True)
    drain()
    assert mailed(smtp) == Counter(["new1@example.com", "invited1@example.com"])
    assert [[row.final for row in rows_of(which)] for which in lists] == [
        [Outcome.SENT, Outcome.RESENT],
        [Outcome.INVITED, Outcome.INVITED],
    ]


def test_what_changes_between_reading_and_sending_is_minded(smtp: Any) -> None:
    fill()
    which = added(b"new1@example.com,new2@example.com,new3@example.com,new4@example.com")
    with transaction.atomic():
        people.make_login("new1@example.com")
        PortalContact.objects.filter(email="new2@example.com").update(revoked_at=clock.real_now())
        PortalContact.objects.filter(email="new3@example.com").update(is_present=False)
    confirm(which)
    drain()
    assert mailed(smtp) == Counter(["new4@example.com"])
    assert [row.final for row in rows_of(which)] == [
        *(Outcome.ACTIVE, Outcome.REVOKED, Outcome.UNKNOWN, Outcome.SENT),
    ]


def test_reading_in_steps_finds_what_reading_at_once_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    made = messy(fill())
    long = 1 + next(at for at, line in enumerate(made.lines) if len(line) > 1000)
    lines = [*made.lines[: long - 1], *made.lines[long:300]]
    monkeypatch.setattr(reading, "AT_ONCE", 37)
    which = operations.add_list(name="a.csv", content=b"\n".join(lines), by=people.OFFICE)
    assert operations.step(invite_list=which)
    assert 0 < facts(which).read_share < 100
    drain()
    moved = [(line - (line > long), email, outcome) for line, email, outcome in made.told if line != long]
    assert found_in(which) == [told for told in moved if told[0] < 300]


def test_an_address_on_several_customers_gets_one_mail(smtp: Any) -> None:
    with transaction.atomic():
        first, second = make.make_customer("A", "ana@example.com"), make.make_customer("B", "ana@example.com")
        PortalContact.objects.filter(customer=first).update(revoked_at=clock.real_now())
    which = added(b"ANA@example.com")
    confirm(which)
    drain()
    assert mailed(smtp) == Counter(["ana@example.com"])
    with transaction.atomic():
        assert PortalContact.objects.get(invited_at__isnull=False).customer == second


def test_lost_list_is_found_by_the_clock() -> None:
    fill()
    which = operations.add_list(name="a.csv", content=b"new1@example.com", by=people.OFFICE)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    operations.catch_up()
    assert waiting() == []
    with transaction.atomic():
        InviteList.objects.update(touched_at=F("touched_at") - timedelta(minutes=2))
    operations.catch_up()
    operations.catch_up()
    assert waiting() == ["invitations.step"]
    drain()
    assert facts(which).state == ListState.READY


def test_portal_that_is_off_sends_nothing_and_goes_on_when_it_is_on(smtp: Any) -> None:
    fill()
    which = added(b"new1@example.com")
    with transaction.atomic():
        Company.objects.update(portal_state="off")
    with pytest.raises(ListRefused):
        confirm(which)
    with transaction.atomic():
        Company.objects.update(portal_state="on")
    confirm(which)
    with transaction.atomic():
        Company.objects.update(portal_state="off")
    drain()
    assert (facts(which).state, smtp.received) == (ListState.SENDING, [])
    with transaction.atomic():
        Company.objects.update(portal_state="on")
        InviteList.objects.update(touched_at=F("touched_at") - timedelta(minutes=2))
    operations.catch_up()
    drain()
    assert (facts(which).state, mailed(smtp)) == (ListState.DONE, Counter(["new1@example.com"]))


@pytest.mark.parametrize("content", (b"", b" \r\n ", b"PK\x03\x04 ana@example.com", b"a" * 25_000_001))
def test_what_is_no_list_is_refused_with_a_reason(content: bytes) -> None:
    with pytest.raises(ListRefused) as refused:
        operations.add_list(name="a", content=content, by=people.OFFICE)
    assert len(refused.value.message) > 15
    with transaction.atomic():
        assert InviteList.objects.count() == 0


def test_very_long_list_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portico.domain.invitations.rules.MOST_ADDRESSES", 5)
    which = added(b" ".join(b"p%d@example.com" % n for n in range(9)))
    assert (facts(which).is_cut, facts(which).found) == (True, 5)


def test_lost_file_is_told_and_stray_files_go() -> None:
    which = operations.add_list(name="a.csv", content=b"ana@example.com", by=people.OFFICE)
    for name in files.stored_in(AREA):
        files.delete(name)
    drain()
    assert (facts(which).state, facts(which).fault) == (ListState.REFUSED, "gone")
    files.save(AREA, b"left over")
    assert operations.remove_strays() == 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("portico.domain.invitations.operations.sweeping.UNDER_WAY", timedelta(hours=-1))
        assert operations.remove_strays() == 1


def test_another_company_and_unknown_lists_find_nothing(company: CompanyRow) -> None:
    which = added(b"ana@example.com")
    with pytest.raises(Missing):
        confirm(UUID(int=1))
    assert queries.list_of(UUID(int=1)) is None
    assert len(queries.newest_lists()) == 1
    assert len(list(queries.every_row(company.id, which))) == 1


def test_shell_sends_in_its_own_name(smtp: Any) -> None:
    fill()
    which = operations.add_list(name="a.csv", content=b"new1@example.com", by=SHELL)
    operations.finish(invite_list=which)
    operations.confirm_list(invite_list=which, include_invited=False, by=SHELL)
    operations.finish(invite_list=which)
    assert facts(which).state == ListState.DONE
    with transaction.atomic():
        assert AuditEntry.objects.get(verb="portal.invited").actor_kind == "shell"
        assert (Message.objects.count(), Login.objects.filter(email="new1@example.com").count()) == (1, 0)
        assert InviteListRow.objects.get().result == "sent"
