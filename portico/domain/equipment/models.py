"""What stands in a home and is looked after."""

from __future__ import annotations

from django.db import models

from portico.domain.customers.models import Customer, Location
from portico.foundation.tenancy.models import TenantModel
from portico.kernel.fields import PublicIdField


class InstalledEquipment(TenantModel):
    """A unit at a location. Missing dates stay missing. Internal: memo, cost, status.

    `customer` is the location's, kept here so that lists need no look at the location.
    """

    public_id = PublicIdField()
    source_id = models.BigIntegerField(null=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="equipment", db_index=False)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="equipment", db_index=False)
    name = models.CharField(max_length=300)
    type = models.CharField(max_length=200, blank=True)
    manufacturer = models.CharField(max_length=200, blank=True)
    model = models.CharField(max_length=200, blank=True)
    serial_number = models.CharField(max_length=200, blank=True)
    installed_on = models.DateField(null=True)
    manufacturer_warranty_start = models.DateField(null=True)
    manufacturer_warranty_end = models.DateField(null=True)
    service_provider_warranty_start = models.DateField(null=True)
    service_provider_warranty_end = models.DateField(null=True)
    status = models.CharField(max_length=40, blank=True)
    cost = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    memo = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "source_id"], name="equipment_source")]
        indexes = [
            models.Index(fields=["customer", "is_active", "location", "id"], name="equipment_by_place"),
        ]

    def __str__(self) -> str:
        return self.name
