"""What customers and the office said and did about an estimate, and what was signed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from portico.domain.estimates.enums import ApprovalChannel, EventKind, MessageKind, MessageSide, SignatureKind
from portico.foundation.tenancy.models import TenantModel
from portico.kernel.fields import CurrencyField, MinorField, PublicIdField


class Approval(TenantModel):
    """What was approved, once and for all: append-only. Internal: note, recorded_by_name, address and browser.

    `snapshot` is the canonical JSON of everything that was agreed to, `sha256` its digest in hex. A standing approval
    has no ApprovalUndo. `login` is who signed; none by phone, where `recorded_by_name` and `note` say who took it down.
    """

    public_id = PublicIdField()
    estimate = models.ForeignKey(
        "estimates.Estimate", on_delete=models.PROTECT, related_name="approvals", db_index=False
    )
    channel = models.CharField(max_length=6, choices=ApprovalChannel.choices)
    login = models.UUIDField(null=True)
    signer_name = models.CharField(max_length=200)
    signature_kind = models.CharField(max_length=5, choices=SignatureKind.choices)
    signature_png = models.BinaryField(default=bytes, blank=True)
    version_n = models.PositiveIntegerField()
    terms_n = models.PositiveIntegerField()
    snapshot = models.TextField()
    sha256 = models.CharField(max_length=64)
    currency = CurrencyField()
    total_minor = MinorField()
    deposit_minor = MinorField(default=0)
    ip_prefix = models.CharField(max_length=64, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    recorded_by_name = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="approval_has_its_digest"),
            models.CheckConstraint(
                condition=Q(channel="portal", login__isnull=False, signature_kind__in=["drawn", "typed"])
                | Q(channel="phone", login__isnull=True, signature_kind="none") & ~Q(note="") & ~Q(recorded_by_name=""),
                name="an_approval_says_by_whom",
            ),
            models.CheckConstraint(condition=~Q(signer_name=""), name="an_approval_has_a_name"),
        ]
        indexes = [
            models.Index(fields=["estimate", "id"], name="approval_of_estimate"),
            models.Index(fields=["company", "at"], name="approval_by_moment"),
        ]

    def __str__(self) -> str:
        return f"approval {self.public_id}"


class ApprovalUndo(TenantModel):
    """An approval that was taken back within the office's window. Append-only."""

    approval = models.OneToOneField(Approval, on_delete=models.PROTECT, related_name="undo")
    made_by_name = models.CharField(max_length=200, blank=True)
    by_office = models.BooleanField(default=False)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"undo of {self.approval_id}"


class ApprovalPaper(TenantModel):
    """The proof as PDF, made once from the snapshot. Append-only."""

    approval = models.OneToOneField(Approval, on_delete=models.PROTECT, related_name="paper")
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"paper of {self.approval_id}"


class EstimateMessage(TenantModel):
    """A question of a customer, an answer of the office, or a wish for a new estimate. `item_name` is the line's."""

    public_id = PublicIdField()
    estimate = models.ForeignKey(
        "estimates.Estimate", on_delete=models.PROTECT, related_name="messages", db_index=False
    )
    kind = models.CharField(max_length=8, choices=MessageKind.choices)
    side = models.CharField(max_length=8, choices=MessageSide.choices)
    item_name = models.CharField(max_length=500, blank=True)
    text = models.TextField()
    login = models.UUIDField(null=True)
    author_name = models.CharField(max_length=200, blank=True)
    author_email = models.CharField(max_length=254, blank=True)
    answered_at = models.DateTimeField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="answer", side="office") | ~Q(kind="answer") & Q(side="customer"),
                name="customers_ask_and_the_office_answers",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="a_message_says_something"),
        ]
        indexes = [
            models.Index(fields=["estimate", "id"], name="message_of_estimate"),
            models.Index(
                fields=["company", "id"],
                condition=Q(side="customer", answered_at__isnull=True),
                name="message_to_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"


class EstimateEvent(TenantModel):
    """What happened to an estimate: when, by whom, in which version. Append-only.

    `note` is what a customer said, such as the reason for declining. A login's look at a version is kept once.
    """

    estimate = models.ForeignKey("estimates.Estimate", on_delete=models.PROTECT, related_name="events", db_index=False)
    kind = models.CharField(max_length=20, choices=EventKind.choices)
    version_n = models.PositiveIntegerField()
    login = models.UUIDField(null=True)
    made_by_name = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=EventKind.values), name="event_kind_is_known"),
            models.UniqueConstraint(
                fields=["company", "estimate", "login", "version_n"],
                condition=Q(kind="viewed"),
                name="a_version_is_looked_at_once_by_each",
            ),
        ]
        indexes = [models.Index(fields=["estimate", "id"], name="event_of_estimate")]

    def __str__(self) -> str:
        return f"{self.kind} {self.estimate_id}"
