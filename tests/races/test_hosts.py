"""Companies that want one name at the same time: one of them has it, the other reads that it is taken."""

from __future__ import annotations

import threading
from itertools import count, islice

import pytest
from django.db import connections

from portico.foundation.portals.errors import BadEntry, ChangedMeanwhile
from portico.foundation.portals.hosts import values
from portico.foundation.portals.operations import hosts as operations
from portico.foundation.portals.stand import stand_of
from portico.foundation.tenancy.companies import CompanyRow
from portico.foundation.tenancy.models import HostName
from portico.foundation.tenancy.scope import company_scope
from tests.factories import people
from tests.factories.threads import together

pytestmark = pytest.mark.django_db(transaction=True)
_numbers = count(1)
ROUNDS = 6


def take(company: CompanyRow, wanted: str) -> str:
    return operations.change_host(host=wanted, seen=stand_of(values(company.host)), by=people.OFFICE)


def race(firms: list[CompanyRow], wanted: str) -> list[str]:
    """What each of them read."""
    barrier, outcome = threading.Barrier(len(firms)), list[str]()

    def run(firm: CompanyRow) -> None:
        try:
            with company_scope(firm.id):
                barrier.wait(30)
                outcome.append(take(firm, wanted))
        except BadEntry as refused:
            outcome.append(refused.message)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(firm,)) for firm in firms]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return sorted(outcome)


def test_companies_want_one_name() -> None:
    for number in islice(_numbers, ROUNDS):
        firms = [people.make_company(f"firm{number}{letter}") for letter in "abc"]
        wanted = f"wanted{number}"
        refused = f"“{wanted}” is not free. Choose another name."
        assert race(firms, wanted) == sorted([wanted, refused, refused])
        primary = HostName.objects.filter(company_id__in=[firm.id for firm in firms], is_primary=True).count()
        assert (HostName.objects.filter(host=wanted).count(), primary) == (1, len(firms))


def test_two_admins_of_one_company_want_two_names() -> None:
    company = people.make_company(f"firm{next(_numbers)}")
    calls = [lambda name=name: take(company, name) for name in ("lefty", "righty")]
    outcome = together(company, *calls, caught=ChangedMeanwhile)
    assert sorted(type(one).__name__ for one in outcome) == ["ChangedMeanwhile", "str"]
    assert HostName.objects.filter(company_id=company.id, is_primary=True).count() == 1
