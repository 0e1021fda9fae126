"""Putting a mail into the queue, in the transaction of the fact; and sending it, in the worker."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db import transaction

from portico.foundation.messaging import outgoing
from portico.foundation.messaging.enums import MessageKind
from portico.foundation.messaging.letter import Enclosure, Letter
from portico.foundation.messaging.models import Message, MessageState
from portico.foundation.tenancy.scope import reading
from portico.kernel import clock, locks


@transaction.atomic
def queue_letter(
    *,
    kind: MessageKind,
    to_email: str,
    branch_id: int,
    letter: Letter,
    subject_id: UUID | None = None,
    customer_id: UUID | None = None,
    key: str | None = None,
    enclosures: tuple[Enclosure, ...] = (),
) -> Message | None:
    """Write the mail down and defer its sending. With `key`, once: None when that key was used before."""
    if key is not None and Message.objects.filter(key=key).exists():
        return None
    message = Message.objects.create(
        kind=kind,
        key=key,
        branch_id=branch_id,
        to_email=to_email,
        letter=_plain(letter.as_json()),
        attachments=[_plain(asdict(enclosure)) for enclosure in enclosures],
        subject_id=subject_id,
        customer_id=customer_id,
        queued_at=clock.real_now(),
    )
    outgoing.SEND.defer(message=str(message.public_id))
    return message


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


@reading
def newest_of(subject_id: UUID) -> Message | None:
    """The newest mail about one thing, to show what became of it."""
    return Message.objects.filter(subject_id=subject_id).order_by("-queued_at", "-id").first()


@transaction.atomic
def mark_bounced(*, message_id: UUID, reason: str) -> None:
    """A provider says that the mail came back."""
    message = locks.lock_one(Message.objects.filter(public_id=message_id))
    message.state = MessageState.BOUNCED
    message.error = reason[:2000]
    message.save(update_fields=["state", "error"])
