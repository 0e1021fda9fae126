"""Every table that names a customer or a location is moved by a merge, or stays behind on purpose."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models

from portico.domain.customers.models import Customer, Location
from portico.domain.merging.moving_sql import CUSTOMER_ROWS, LEFT_BEHIND, PLACE_ROWS


@pytest.mark.parametrize(("target", "moved"), ((Customer, CUSTOMER_ROWS), (Location, PLACE_ROWS)))
def test_no_table_is_forgotten(target: type[models.Model], moved: dict[str, tuple[str, str]]) -> None:
    named = {
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is target
    }
    known = {(table, column) for table, (column, _guard) in moved.items()}
    assert known <= named
    assert {table for table, _column in named - known} <= LEFT_BEHIND
