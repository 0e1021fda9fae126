"""Two customers, or two locations, become one and two again; what was made in between stays with the survivor."""

import random

import pytest
from django.db import transaction
from django.db.models import F, Sum

from portico.domain.billing import invariants as billing
from portico.domain.billing.enums import MethodKind
from portico.domain.billing.models import CreditBalance, Invoice
from portico.domain.billing.operations import manual
from portico.domain.customers import queries
from portico.domain.customers.imported import write_customers
from portico.domain.customers.models import Customer, EmailAddress, Location, PortalContact
from portico.domain.merging import invariants, operations
from portico.domain.merging.errors import MergeRefused
from portico.foundation.audit.models import AuditEntry
from portico.foundation.audit.operations import SHELL
from portico.foundation.tenancy.sourced import Change
from portico.kernel import clock
from tests.factories import billing as bills
from tests.factories import customers as make
from tests.factories import people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def company():
    found = people.make_company()
    with people.inside(found):
        yield found


def merge(survivor, loser):
    return operations.merge_customers(survivor=survivor.public_id, loser=loser.public_id, by=people.OFFICE)


def undo(merged):
    return operations.unmerge(merge=merged, by=people.OFFICE)


def seen():
    """What each address reaches, which invoices that opens, and the credit of each customer."""
    found = {}
    for email in EmailAddress.objects.values_list("email", flat=True):
        for reach in queries.reach_of(email):
            grants = sorted((grant.is_own, sorted(grant.rights), grant.places) for grant in reach.grants)
            invoices = Invoice.objects.filter(customer=reach.customer_id).order_by("number")
            found[email, reach.name] = (grants, list(invoices.values_list("number", flat=True)))
    credit = dict(CreditBalance.objects.exclude(amount_minor=0).values_list("customer__name", "amount_minor"))
    return found, credit


def two():
    smith = make.make_customer("Smith", "ana@example.com", "both@example.com")
    double = make.make_customer("Smith again", "bo@example.com", "both@example.com")
    make.make_location(double, "tenant@example.com")
    for customer, amount in ((smith, 700), (double, 500)):
        bills.make_invoice(customer)
        bills.make_credit(customer, amount)
    return smith, double


def test_everything_is_the_survivors_and_goes_back():
    smith, double = two()
    PortalContact.objects.filter(customer=double, email="bo@example.com").update(memo="Pays", billing="none")
    before, ids = seen(), set(PortalContact.objects.values_list("public_id", flat=True))

    merged = merge(smith, double)

    found, credit = seen()
    assert {name for _, name in found} == {"Smith"}
    assert credit == {"Smith": 1200}
    assert len(found["both@example.com", "Smith"][1]) == 2
    double.refresh_from_db()
    assert (double.merged_into, double.is_active) == (smith, False)
    assert billing.check() + invariants.check() == []

    undo(merged)

    assert seen() == before
    assert set(PortalContact.objects.filter(is_present=True).values_list("public_id", flat=True)) == ids
    assert make.row_of(double, "bo@example.com").memo == "Pays"
    double.refresh_from_db()
    assert (double.merged_into, double.is_active) == (None, True)
    assert billing.check() + invariants.check() == []
    verbs = AuditEntry.objects.filter(customer_id=double.public_id).values_list("verb", flat=True)
    assert {"customer.merged", "customer.unmerged"} <= set(verbs)


def test_what_was_made_in_between_stays():
    smith, double = two()
    merged = merge(smith, double)
    between = bills.make_invoice(smith)
    undo(merged)
    between.refresh_from_db()
    assert between.customer == smith


def test_revoked_in_between_stays_revoked():
    smith, double = two()
    merged = merge(smith, double)
    PortalContact.objects.filter(customer=smith, email="bo@example.com").update(revoked_at="2026-01-01T00:00Z")
    undo(merged)
    assert queries.reach_of("bo@example.com") == []


def test_merged_twice_over_is_undone_in_any_order():
    smith, double = two()
    third = make.make_customer("Third", "cy@example.com")
    before = seen()
    first, second = merge(smith, double), merge(third, smith)
    assert Customer.objects.get(pk=double.pk).merged_into == third
    undo(first)
    again = merge(third, Customer.objects.get(pk=double.pk))
    undo(second)
    undo(again)
    assert seen() == before
    assert billing.check() + invariants.check() == []


def test_what_cannot_be_is_refused():
    smith, double = two()
    with pytest.raises(MergeRefused):
        merge(smith, smith)
    merged = merge(smith, double)
    with pytest.raises(MergeRefused):
        merge(double, smith)
    with pytest.raises(MergeRefused):
        merge(smith, double)
    undo(merged)
    with pytest.raises(MergeRefused):
        undo(merged)


def test_import_neither_undoes_a_merge_nor_loses_its_update():
    smith, double = two()
    Customer.objects.filter(pk=double.pk).update(source_id=77)
    merge(smith, double)
    write_customers(
        changes=[Change(77, {"memo": "New"}, said={"memo": ""}, bound={"merged_into_id": None})],
    )
    double.refresh_from_db()
    assert (double.merged_into, double.memo) == (smith, "New")


def test_locations_become_one_and_two_again():
    smith = make.make_customer("Smith", "ana@example.com")
    home, same = make.make_location(smith), make.make_location(smith, "tenant@example.com")
    at_same = bills.make_invoice(smith, location=same)
    before = seen()
    merged = operations.merge_locations(
        customer=smith.public_id, survivor=home.public_id, loser=same.public_id, by=people.OFFICE
    )
    at_same.refresh_from_db()
    (reach,) = queries.reach_of("tenant@example.com")
    assert (at_same.location, reach.grants[0].places) == (home, (home.pk,))
    assert Location.objects.get(pk=same.pk).merged_into == home
    undo(merged)
    at_same.refresh_from_db()
    assert (at_same.location, seen()) == (same, before)
    assert billing.check() + invariants.check() == []


def _uses(customer, chance):
    """Somebody uses the merged record: an invoice is written, and money comes for it, now and then too much."""
    invoice = bills.make_invoice(customer, 1000)
    parts = {invoice.public_id: chance.choice((400, 1000))}
    form = manual.ManualForm(
        customer.public_id, MethodKind.CASH, chance.choice((1000, 1300)), parts, clock.now().date(),
        f"{invoice.public_id}", keeps_rest=True,
    )  # fmt: skip
    manual.record_payment(form=form, by=SHELL)
    return form.amount_minor


def _books(everybody):
    """What is owed, and the credit, of all of them together."""
    owed = Invoice.objects.filter(customer__in=everybody).aggregate(owed=Sum(F("total_minor") - F("paid_minor")))
    return (owed["owed"] or 0) - sum(
        CreditBalance.objects.filter(customer__in=everybody).values_list("amount_minor", flat=True)
    )


def _old(what, numbers):
    """What was there at the start: which addresses reach whom, and the invoices of then."""
    return {who: (grants, [one for one in found if one in numbers]) for who, (grants, found) in what[0].items()}


def _walk(seed):
    """Twelve random steps: merge, use, undo; then everything is undone, in any order."""
    chance, open_merges = random.Random(seed), []
    everybody = [make.make_customer(f"W{seed}-{n}", f"w{seed}-{n}@example.com") for n in range(4)]
    for customer in everybody:
        bills.make_credit(customer, 100)
        bills.make_invoice(customer, 500)
    start, books = seen(), _books(everybody)
    numbers = {one for _grants, found in start[0].values() for one in found}
    for _ in range(12):
        alive = [one for one in everybody if Customer.objects.filter(pk=one.pk, merged_into=None).exists()]
        step = chance.random()
        if step < 0.2:
            books += 1000 - _uses(chance.choice(alive), chance)
        elif step < 0.6 and len(alive) > 1:
            open_merges.append(merge(*chance.sample(alive, 2)))
        elif open_merges:
            undo(open_merges.pop(chance.randrange(len(open_merges))))
        assert _books(everybody) == books, seed
        reached = {queries.reach_of(f"w{seed}-{n}@example.com")[0].customer_id for n in range(4)}
        assert reached <= set(Customer.objects.filter(merged_into=None).values_list("pk", flat=True)), seed
        shown = {number for _grants, found in seen()[0].values() for number in found}
        assert numbers <= shown, seed
    chance.shuffle(open_merges)
    while open_merges:
        undo(open_merges.pop())
    assert _old(seen(), numbers) == _old(start, numbers), seed


def _walks(seeds):
    for seed in seeds:
        with transaction.atomic():
            _walk(seed)
            if seed % 5 == 0:
                assert billing.check() + invariants.check() == [], seed
            transaction.set_rollback(True)


@pytest.mark.parametrize("first", (0, 25, 50, 75))
def test_random_sequences_of_merging_using_and_undoing_end_where_they_began(first):
    _walks(range(first, first + 25))


@pytest.mark.full
def test_thousand_random_sequences_end_where_they_began():
    _walks(range(100, 1100))
