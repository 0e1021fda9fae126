"""What was mailed to whom, and what became of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from portico.foundation.messaging.enums import MessageKind
from portico.foundation.tenancy.models import Branch, TenantModel
from portico.kernel.fields import PublicIdField


class MessageState(models.TextChoices):
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"


class Message(TenantModel):
    """One mail to one address. `letter` is its content as data; it is rendered when it is sent."""

    public_id = PublicIdField()
    kind = models.CharField(max_length=30, choices=MessageKind.choices)
    key = models.CharField(max_length=120, null=True)  # noqa: DJ001 - many mails have none; those that do are unique
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    to_email = models.CharField(max_length=254)
    letter = models.JSONField()
    attachments = models.JSONField(default=list)
    subject_id = models.UUIDField(null=True)
    customer_id = models.UUIDField(null=True)
    state = models.CharField(max_length=10, choices=MessageState.choices, default=MessageState.QUEUED)
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "key"], name="automatic_mail_goes_once"),
            models.CheckConstraint(condition=Q(state__in=MessageState.values), name="message_state_is_known"),
        ]
        indexes = [
            models.Index(fields=["company", "subject_id", "-queued_at"], name="message_of_subject"),
            models.Index(fields=["company", "customer_id", "-queued_at"], name="message_of_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"


class MailWording(TenantModel):
    """A company's own words for one kind of mail; without a row our words are used."""

    kind = models.CharField(max_length=30, choices=MessageKind.choices)
    subject = models.CharField(max_length=200)
    heading = models.CharField(max_length=200)
    text = models.TextField()
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "kind"], name="one_wording_of_a_kind")]

    def __str__(self) -> str:
        return f"wording of {self.kind}"
