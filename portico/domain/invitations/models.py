"""Lists of people to invite, and what became of every address in them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from portico.domain.invitations.enums import Fault, ListState, Outcome
from portico.foundation.tenancy.models import TenantModel
from portico.kernel.fields import PublicIdField


class InviteList(TenantModel):
    """An uploaded list. `read_to` and `read_line` say how far it is read; `counts` what was found, `results` what was
    done, each by outcome, `finals` the outcomes as they are now. `touched_at` is when the worker
    last did something for it."""

    public_id = PublicIdField()
    name = models.CharField(max_length=200)
    stored_as = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=8, choices=ListState.choices, default=ListState.READING)
    fault = models.CharField(max_length=10, choices=Fault.choices, blank=True)
    read_to = models.BigIntegerField(default=0)
    read_line = models.BigIntegerField(default=1)
    read_share = models.PositiveSmallIntegerField(default=0)
    is_cut = models.BooleanField(default=False)
    counts = models.JSONField(default=dict)
    results = models.JSONField(default=dict)
    finals = models.JSONField(default=dict)
    include_invited = models.BooleanField(default=False)
    made_by = models.CharField(max_length=64, blank=True)
    made_by_name = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    touched_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ListState.values), name="invite_list_state_is_known"),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(read_at__isnull=False), name="invite_list_is_read_before_it_is_sent"
            ),
        ]
        indexes = [
            models.Index(fields=["company", "-made_at", "-id"], name="invite_list_newest"),
            models.Index(
                fields=["company", "touched_at"],
                condition=Q(state__in=[ListState.READING, ListState.SENDING]),
                name="invite_list_under_way",
            ),
        ]

    def __str__(self) -> str:
        return f"invite list {self.public_id}"


class InviteListRow(TenantModel):
    """One address as it stands in a list. `outcome` is what was found when it was read, `result` what was done."""

    invite_list = models.ForeignKey(InviteList, on_delete=models.CASCADE, db_index=False, related_name="rows")
    position = models.PositiveIntegerField()
    line = models.PositiveBigIntegerField()
    typed = models.CharField(max_length=254)
    email = models.CharField(max_length=254, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    result = models.CharField(max_length=12, choices=Outcome.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "invite_list", "position"], name="place_in_an_invite_list"),
            models.UniqueConstraint(
                fields=["company", "invite_list", "email"],
                condition=~Q(email="") & ~Q(outcome=Outcome.REPEATED),
                name="address_judged_once_in_an_invite_list",
            ),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="invite_row_outcome_is_known"),
        ]
        indexes = [
            models.Index(
                fields=["company", "invite_list", "outcome", "position"],
                condition=Q(result=""),
                name="invite_row_waits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invite_list_id}: {self.position}"
