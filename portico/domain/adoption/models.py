"""What the company believes a call costs."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from portico.foundation.tenancy.models import TenantModel


class CallAssumptions(TenantModel):
    """How many calls each act in the portal saves, in hundredths, and how long a call takes. No row: the defaults."""

    payment_hundredths = models.PositiveIntegerField(default=40)
    approval_hundredths = models.PositiveIntegerField(default=70)
    booking_hundredths = models.PositiveIntegerField(default=100)
    change_hundredths = models.PositiveIntegerField(default=100)
    minutes_per_call = models.PositiveIntegerField(default=6)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company"], name="one_set_of_call_assumptions_each"),
            models.CheckConstraint(
                condition=Q(
                    payment_hundredths__lte=1000,
                    approval_hundredths__lte=1000,
                    booking_hundredths__lte=1000,
                    change_hundredths__lte=1000,
                    minutes_per_call__gte=1,
                    minutes_per_call__lte=240,
                ),
                name="call_assumptions_are_believable",
            ),
        ]

    def __str__(self) -> str:
        return "call assumptions"
