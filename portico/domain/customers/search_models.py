"""The one row a customer that search reads."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from portico.foundation.tenancy.models import TenantModel


class SearchRow(TenantModel):
    """What a customer can be found by, folded. Derived: `search.refresh_search` writes it, nothing else does.

    `keys` holds whole words, each word with one letter left out, and marked numbers and addresses (search_rules.py).
    """

    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+", db_index=False)
    name = models.TextField()
    places = models.TextField()
    marks = models.TextField()
    keys = SearchVectorField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "customer"], name="one_search_row_a_customer")]
        indexes = [GinIndex("company", "keys", name="search_by_key", fastupdate=False)]

    def __str__(self) -> str:
        return f"search row of {self.customer_id}"
