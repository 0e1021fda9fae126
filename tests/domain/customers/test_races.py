"""Two at the same moment: each pair runs in threads over its own connections, many times."""

import threading
import time

import pytest
from django.db import connections, transaction

from portico.domain.customers import operations, queries
from portico.domain.customers.models import Contact, PortalContact
from portico.domain.customers.operations import sync_portal_contacts
from portico.foundation.audit.operations import SYSTEM
from portico.foundation.messaging import links
from portico.foundation.people.models import Login, LoginSession, OneTimeLink
from portico.foundation.people.sessions import Browser
from portico.foundation.tenancy.scope import company_scope
from portico.kernel.errors import PorticoError, Unavailable
from tests.factories import customers as make
from tests.factories import people

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 4


def at_once(company, *calls):
    """Run every call in a thread of its own, let go together; what each gave or raised."""
    barrier, outcome = threading.Barrier(len(calls)), [None] * len(calls)

    def run(place, call):
        try:
            with company_scope(company.id):
                barrier.wait()
                outcome[place] = call()
        except PorticoError as error:
            outcome[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(calls)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return outcome


def register(token, name="Ana"):
    def call():
        return operations.register(token=token, password="ample green tomatoes", name=name, browser=Browser())

    return call


def invited(company, email):
    with people.inside(company):
        customer = make.make_customer("", email)
        row = make.row_of(customer, email)
        operations.invite(portal_contact=row.public_id, by=people.OFFICE)
        link = OneTimeLink.objects.get(subject_id=row.public_id)
    return row, links.one_time_token(link.public_id)


def test_two_registrations_of_one_link_make_one_login():
    company = people.make_company()
    for number in range(ROUNDS):
        email = f"ana{number}@example.com"
        _row, token = invited(company, email)
        outcome = at_once(company, register(token, "One"), register(token, "Two"))
        assert sorted(isinstance(each, PorticoError) for each in outcome) == [False, True]
        with people.inside(company):
            assert Login.objects.filter(email=email).count() == 1


def test_two_links_of_one_address_make_one_login():
    company = people.make_company()
    for number in range(ROUNDS):
        email = f"ana{number}@example.com"
        (_, first), (_, second) = invited(company, email), invited(company, email)
        outcome = at_once(company, register(first), register(second))
        assert sorted(isinstance(each, PorticoError) for each in outcome) == [False, True]
        with people.inside(company):
            assert Login.objects.filter(email=email).count() == 1


def test_registering_while_the_address_is_corrected_never_leaves_both():
    """Either the wrong address registered first (then correcting asks), or its link was dead: never both."""
    company = people.make_company()
    outcomes = []
    for number in range(ROUNDS * 2):
        email = f"ana{number}@example.com"
        row, token = invited(company, email)

        def correct(row=row, number=number):
            time.sleep(0.02 * (number % 5))
            return operations.correct_address(
                portal_contact=row.public_id, email=f"anna{number}@example.com", by=people.OFFICE
            )

        registered, corrected = at_once(company, register(token), correct)
        with people.inside(company):
            reached = [reach.name for reach in queries.reach_of(email)]
            has_login = Login.objects.filter(email=email).exists()
            live = LoginSession.objects.filter(login__email=email, ended_at=None).count()
        if isinstance(registered, PorticoError):
            assert (has_login, reached, live) == (False, [], 0)
            assert not isinstance(corrected, PorticoError)
        else:
            assert isinstance(corrected, PorticoError)
            assert (has_login, len(reached), live) == (True, 1, 1)
        outcomes.append(isinstance(registered, PorticoError))
    assert len(outcomes) == ROUNDS * 2


def test_registering_while_access_is_revoked_reaches_nothing():
    company = people.make_company()
    for number in range(ROUNDS):
        email = f"ana{number}@example.com"
        row, token = invited(company, email)

        def revoke(row=row):
            return operations.revoke_access(portal_contact=row.public_id, by=people.OFFICE)

        at_once(company, register(token), revoke)
        with people.inside(company):
            assert queries.reach_of(email) == []
            assert LoginSession.objects.filter(login__email=email, ended_at=None).count() == 0


def test_adding_one_address_to_six_customers_at_once_counts_them_all():
    company = people.make_company()
    with people.inside(company):
        everyone = [make.make_customer(f"C{number}") for number in range(6)]

    def adding(customer):
        return lambda: operations.add_address(customer=customer.public_id, email="m@example.com", by=people.OFFICE)

    at_once(company, *(adding(customer) for customer in everyone))
    with people.inside(company):
        (row,) = PortalContact.objects.filter(customer=everyone[0]).select_related("address")
        assert (row.address.customer_count, row.address.is_placeholder) == (6, True)


def test_sync_of_everybody_while_people_register_does_not_deadlock():
    company = people.make_company()
    tokens = [invited(company, f"ana{number}@example.com")[1] for number in range(4)]

    def sync():
        return sync_portal_contacts(customer_ids=None, by=SYSTEM)

    outcome = at_once(company, sync, *(register(token) for token in tokens), sync)
    assert [each for each in outcome if isinstance(each, PorticoError)] == []
    with people.inside(company):
        assert (Login.objects.count(), Contact.objects.count()) == (4, 4)


def test_office_is_told_to_wait_while_an_import_writes_addresses():
    company = people.make_company()
    with people.inside(company):
        customer = make.make_customer("C1")
    holding, done = threading.Event(), threading.Event()

    def importing():
        with transaction.atomic():
            sync_portal_contacts(customer_ids=None, by=SYSTEM)
            holding.set()
            done.wait(20)

    def adding():
        holding.wait(20)
        try:
            return operations.add_address(customer=customer.public_id, email="m@example.com", by=people.OFFICE)
        finally:
            done.set()

    _, outcome = at_once(company, importing, adding)
    assert isinstance(outcome, Unavailable)
