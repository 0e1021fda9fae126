"""A mail in words that may not be kept yet, sent to who writes them."""

from __future__ import annotations

from django.db import transaction

from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.messaging import operations, wording, wording_rules
from portico.foundation.messaging.enums import MessageKind
from portico.foundation.messaging.letter import Letter
from portico.foundation.messaging.wording_rules import Wording
from portico.foundation.tenancy.brands import brand_of_branch
from portico.foundation.tenancy.companies import current_company


@transaction.atomic
def send_test(*, kind: MessageKind, told: Wording, to: str, branch_id: int, by: Actor) -> None:
    """Mail a sample in these words, kept or not, to a member of the office."""
    wording_rules.check(told)
    letter = Letter(**wording.sample(kind, told, wording.brand_values(brand_of_branch(branch_id))))
    operations.queue_letter(kind=MessageKind.TEST, to_email=to, branch_id=branch_id, letter=letter)
    audit.record("mail.test_sent", current_company(), by=by, note=kind.value)
