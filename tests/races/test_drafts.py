"""Two clerks and one draft: it is issued once, and not with what somebody changed in between."""

from __future__ import annotations

import threading
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from portico.domain.billing.draft_rules import WrittenInvoice, WrittenLine
from portico.domain.billing.errors import DraftChanged
from portico.domain.billing.models import Invoice, InvoiceDraft
from portico.domain.billing.operations import drafting
from tests.factories import people
from tests.factories.customers import make_customer
from tests.factories.threads import together

pytestmark = pytest.mark.django_db(transaction=True)


def written(title: str, seen: int | None = None) -> WrittenInvoice:
    return WrittenInvoice((WrittenLine("Labor", Decimal(1), 10000),), title=title, seen_version=seen)


@pytest.fixture
def company() -> Any:
    return people.make_company()


@pytest.fixture
def ana(company: Any) -> UUID:
    with people.inside(company):
        return make_customer("Ana Sample", "ana@example.com").public_id


def save(ana: UUID, *, seen: int | None = None, draft: UUID | None = None, title: str = "Repair") -> UUID:
    return drafting.save_draft(customer=ana, draft=draft, written=written(title, seen), by=people.OFFICE)


def issue(ana: UUID, draft: UUID) -> UUID:
    return drafting.issue_draft(customer=ana, draft=draft, version=1, by=people.OFFICE)


def numbers(company: Any) -> list[str]:
    with people.inside(company), transaction.atomic():
        return sorted(Invoice.objects.values_list("number", flat=True))


def test_draft_that_four_clerks_issue_is_one_invoice(company: Any, ana: UUID) -> None:
    with people.inside(company):
        draft = save(ana)
    outcomes = together(company, *(lambda: issue(ana, draft) for _clerk in range(4)), caught=DraftChanged)
    assert (len(set(outcomes)), numbers(company)) == (1, ["P-1001"])


def test_without_the_lock_a_draft_becomes_two_invoices(
    company: Any, ana: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin of the test above."""
    with people.inside(company):
        draft = save(ana)
    gate = threading.Barrier(2)

    def unlocked(payer: Any, which: UUID) -> InvoiceDraft:
        found = InvoiceDraft.objects.get(public_id=which, customer=payer)
        gate.wait(5)
        return found

    monkeypatch.setattr(drafting, "_locked", unlocked)
    outcomes = together(company, *(lambda: issue(ana, draft) for _clerk in range(2)), caught=DraftChanged)
    assert (len(set(outcomes)), numbers(company)) == (2, ["P-1001", "P-1002"])


def test_issuing_and_changing_at_once_leave_what_one_of_them_saw(company: Any, ana: UUID) -> None:
    for round_ in range(5):
        with people.inside(company):
            draft = save(ana, title="Seen")
        change, issued = together(
            company,
            lambda draft=draft: save(ana, seen=1, draft=draft, title="Changed"),
            lambda draft=draft: issue(ana, draft),
            caught=DraftChanged,
        )
        with people.inside(company), transaction.atomic():
            titles = set(Invoice.objects.values_list("title", flat=True))
            kept = InvoiceDraft.objects.get(public_id=draft)
        assert titles <= {"Seen"}, round_
        assert isinstance(change, DraftChanged) != isinstance(issued, DraftChanged)
        assert (kept.title == "Changed") == isinstance(issued, DraftChanged)
