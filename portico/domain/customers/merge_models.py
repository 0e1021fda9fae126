"""What was merged in the office, and which rows it moved: enough to take it back."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from portico.foundation.tenancy.models import TenantModel
from portico.kernel.fields import PublicIdField


class Merge(TenantModel):
    """Two records made one: two customers, or two locations of one customer (then `places` are set).

    `portal_rows` are the rows of the Customer Portal table as they were before and right after.
    """

    public_id = PublicIdField()
    survivor = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    loser = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="merges")
    surviving_place = models.ForeignKey("customers.Location", on_delete=models.PROTECT, null=True, related_name="+")
    losing_place = models.ForeignKey("customers.Location", on_delete=models.PROTECT, null=True, related_name="merges")
    was_active = models.BooleanField()
    portal_rows = models.JSONField(default=dict)
    at = models.DateTimeField()
    by_name = models.CharField(max_length=254)
    undone_at = models.DateTimeField(null=True)
    undone_by_name = models.CharField(max_length=254, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "loser"],
                condition=Q(undone_at=None, losing_place=None),
                name="customer_merged_away_once",
            ),
            models.UniqueConstraint(
                fields=["company", "losing_place"], condition=Q(undone_at=None), name="location_merged_away_once"
            ),
        ]

    def __str__(self) -> str:
        return f"merge {self.public_id}"


class MergedRow(TenantModel):
    """A row that a merge moved, by its table; `is_over` once it went back or a later change took it elsewhere."""

    merge = models.ForeignKey(Merge, on_delete=models.CASCADE, related_name="rows", db_index=False)
    kind = models.CharField(max_length=60)
    row_id = models.BigIntegerField()
    is_over = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "merge", "kind", "row_id"], name="row_moved_once_by_a_merge")
        ]
        indexes = [models.Index(fields=["company", "kind", "row_id"], name="moves_of_a_row")]

    def __str__(self) -> str:
        return f"{self.kind} {self.row_id}"
