"""Approvals that somebody gives by phone: taken down by name, with a note, and never silently."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from portico.domain.estimates import rules
from portico.domain.estimates.enums import ApprovalChannel, EstimateStatus
from portico.domain.estimates.operations import approving, proposals, sending
from portico.domain.estimates.operations.approving import Consent
from portico.domain.estimates.signatures import BY_PHONE
from portico.foundation.audit.operations import Actor


@transaction.atomic
def approve_by_phone(
    *, estimate: UUID, shown: str, chosen: Sequence[str], signer_name: str, note: str, by: Actor
) -> UUID:
    """Take down that a customer approved what was read out; the approval's id. A draft is opened by it.

    All that an approval brings follows: the other options are closed, the deposit is asked for, everybody is mailed.
    """
    row = proposals.locked(estimate)
    consent = Consent(
        ApprovalChannel.PHONE,
        rules.signer(signer_name),
        BY_PHONE,
        recorded_by_name=by.name or by.ref,
        note=rules.message(note),
    )
    if row.status == EstimateStatus.DRAFT:
        sending.offer(row)
    return approving.agree(row, shown=shown, chosen=chosen, consent=consent, by=by)
