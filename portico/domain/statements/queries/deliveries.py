"""What became of the mails of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from portico.foundation.messaging.models import Message
from portico.foundation.tenancy.scope import reading


@dataclass(frozen=True, slots=True)
class Delivery:
    """One mail: to whom, how far, and what the mail server said of one that did not go."""

    email: str
    state: str
    said: str


@reading
def deliveries(mails: Sequence[UUID]) -> dict[UUID, list[Delivery]]:
    """Of each of these statements, by address."""
    found: dict[UUID, list[Delivery]] = {mail: [] for mail in mails}
    rows = Message.objects.filter(subject_id__in=list(mails)).order_by("to_email", "pk")
    for subject, email, state, said in rows.values_list("subject_id", "to_email", "state", "error"):
        if subject is not None:
            found[subject].append(Delivery(email, state, said))
    return found
