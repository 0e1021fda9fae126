"""A town to book in, and its company's transactions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from portico.foundation.tenancy.scope import company_scope
from tests.factories import people
from tests.factories.town import Town


@pytest.fixture
def town() -> Iterator[Town]:
    company = people.make_company()
    with people.inside(company):
        made = Town()
    with company_scope(company.id):
        yield made


@pytest.fixture
def inside(town: Town) -> Any:
    return lambda: people.inside_id(town.unit.company_id)
