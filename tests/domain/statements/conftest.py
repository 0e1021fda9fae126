from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from portico.foundation.tenancy.companies import CompanyRow
from tests.factories import people
from tests.factories.books import Books
from tests.factories.customers import make_customer


@pytest.fixture
def company(db: None) -> CompanyRow:
    return people.make_company()


@pytest.fixture
def books(company: CompanyRow) -> Iterator[Books]:
    """Ana owes 100.00, forty days past due, and 50.00 that is not due yet."""
    with people.inside(company):
        made = Books(make_customer("Ana Sample", "ana@example.com"))
        made.bill(10000, ago=70, number="A-1")
        made.bill(5000, ago=3, number="A-2")
        yield made


@pytest.fixture
def today(books: Books) -> date:
    return books.today
