"""The proof of an approval: what goes into its snapshot, its paper, and who is mailed both."""

from __future__ import annotations

import hashlib
from uuid import UUID

from django.db import transaction

from portico.domain.estimates import papers, verification
from portico.domain.estimates.models import Approval, ApprovalPaper, ApprovalUndo, Proposal
from portico.domain.estimates.operations import letters
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import SYSTEM
from portico.foundation.tenancy.companies import current_company
from portico.foundation.tenancy.models import Branch
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.tasks import company_task
from portico.kernel import clock


def letterhead(branch: Branch) -> dict[str, str]:
    """Who offers, as it was when it was agreed to."""
    return {
        "company": current_company().name,
        "name": branch.display_name,
        "phone": branch.phone,
        "support_email": branch.support_email,
        "address": branch.address,
        "color": branch.color,
        "logo_digest": branch.logo_digest,
        "time_zone": branch.time_zone,
    }


def about(proposal: Proposal) -> dict[str, str]:
    """Whose home it is about, and which job."""
    customer, location, job = proposal.customer, proposal.location, proposal.job
    return {
        "customer": str(customer.public_id),
        "customer_name": customer.name,
        "customer_address": customer.one_line(),
        "location": str(location.public_id),
        "location_name": location.name,
        "location_address": location.one_line(),
        "job": str(job.public_id),
        "job_number": job.number,
    }


def make_paper(*, approval: str) -> None:
    """Make the PDF once and mail it; a second run only mails what was not mailed yet."""
    found = _approval(UUID(approval))
    if not _has_paper(found):
        _keep(found, papers.approval_pdf(found.snapshot, bytes(found.signature_png)))
    _mail(found)


def tell_undone(*, approval: str) -> None:
    """Mail that an approval was taken back."""
    with transaction.atomic():
        undo = ApprovalUndo.objects.select_related(
            *(f"approval__estimate__{name}" for name in ("branch", "proposal__customer"))
        )
        letters.send_undone(undo.get(approval__public_id=UUID(approval)))


PAPER = company_task(name="estimates.make_proof")(make_paper)
UNDONE = company_task(name="estimates.tell_undone")(tell_undone)


@reading
def _approval(public_id: UUID) -> Approval:
    rows = Approval.objects.select_related("estimate__branch", "estimate__proposal__customer")
    return rows.get(public_id=public_id)


@reading
def _has_paper(approval: Approval) -> bool:
    return ApprovalPaper.objects.filter(approval=approval).exists()


@transaction.atomic
def _keep(approval: Approval, content: bytes) -> None:
    """The paper with its digest, and the digest in the trail; whoever comes second finds it there."""
    digest = hashlib.sha256(content).hexdigest()
    _paper, is_new = ApprovalPaper.objects.get_or_create(
        approval=approval, defaults={"content": content, "sha256": digest, "made_at": clock.real_now()}
    )
    if is_new:
        customer = approval.estimate.proposal.customer.public_id
        layout = papers.layout()
        audit.record(verification.PAPER_MADE, approval, by=SYSTEM, customer=customer, sha256=digest, layout=layout)


@transaction.atomic
def _mail(approval: Approval) -> None:
    """Nobody is told of an approval that was taken back before its paper was there; the undoing is told."""
    if not ApprovalUndo.objects.filter(approval=approval).exists():
        letters.send_approved(approval)
