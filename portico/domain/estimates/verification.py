"""Whether an approval is still what was signed: everything that was kept of it is computed again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portico.domain.estimates import papers, proof_rules, rules
from portico.domain.estimates.errors import MissingApproval
from portico.domain.estimates.models import Approval, ApprovalPaper, EstimateTerms, EstimateVersion
from portico.domain.estimates.proof_rules import Agreed
from portico.foundation.audit.models import AuditEntry
from portico.foundation.tenancy.scope import reading

APPROVED, PAPER_MADE = "estimate.approved", "estimate.proof_made"
BROKEN = (ValueError, KeyError, TypeError, AttributeError, ArithmeticError)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `holds` is None where it could not be told; `why` says more."""

    what: str
    holds: bool | None
    why: str = ""


@reading
def verify(*, approval: UUID) -> list[Finding]:
    """Everything that has to be true of an approval; it is unchanged when none is false."""
    found = Approval.objects.select_related("estimate").filter(public_id=approval).first()
    if found is None:
        raise MissingApproval.unknown()
    return [*_digests(found), *_contents(found), *_paper(found)]


def _digests(approval: Approval) -> Iterator[Finding]:
    digest = rules.digest(approval.snapshot)
    yield _same("the snapshot has the digest that is kept beside it", digest, approval.sha256)
    entry = _entry(approval, APPROVED)
    yield _same("the audit trail names the same digest", digest, entry.facts.get("sha256") if entry else None)
    if entry is not None:
        yield _same("the audit trail names the same facts", _told(approval), _facts(approval, entry))


def _contents(approval: Approval) -> Iterator[Finding]:
    """What the snapshot says, against the columns and against what was offered."""
    try:
        agreed = proof_rules.read(approval.snapshot)
        yield from (_checked(what, check, approval, agreed) for what, check in _CHECKS)
    except BROKEN as broken:
        yield _broken("the snapshot can be read", broken)


def _checked(
    what: str, check: Callable[[Approval, Agreed], tuple[Any, Any]], approval: Approval, agreed: Agreed
) -> Finding:
    try:
        return _same(what, *check(approval, agreed))
    except BROKEN as broken:
        return _broken(what, broken)


def _columns(approval: Approval, agreed: Agreed) -> tuple[Any, Any]:
    how, totals = agreed.how, agreed.totals
    said = {
        "public_id": how.approval,
        "estimate": agreed.offer.estimate,
        "channel": how.channel,
        "login": how.signer["login"],
        "signer_name": how.signer["name"],
        "signature_kind": how.signature_kind,
        "version_n": how.version_n,
        "terms_n": agreed.offer.terms_n,
        "currency": agreed.offer.currency,
        "total_minor": totals.total_minor,
        "deposit_minor": totals.deposit_minor,
        "ip_prefix": how.ip_prefix,
        "user_agent": how.browser,
        "recorded_by_name": how.recorded_by,
        "note": how.note,
        "at": how.at,
    }
    told = {name: getattr(approval, name) for name in said if name not in ("public_id", "estimate", "login")}
    told |= {"public_id": str(approval.public_id), "estimate": str(approval.estimate.public_id)}
    return said, told | {"login": str(approval.login or "")}


def _signature(approval: Approval, agreed: Agreed) -> tuple[Any, Any]:
    png = bytes(approval.signature_png)
    return agreed.how.signature_sha256, hashlib.sha256(png).hexdigest() if png else ""


def _sum(approval: Approval, agreed: Agreed) -> tuple[Any, Any]:
    return agreed.totals, rules.totals(agreed.offer, agreed.chosen)


def _shown(approval: Approval, agreed: Agreed) -> tuple[Any, Any]:
    return agreed.shown, rules.version_hash(agreed.offer)


def _version(approval: Approval, agreed: Agreed) -> tuple[Any, Any]:
    noted = EstimateVersion.objects.filter(estimate=approval.estimate_id, n=approval.version_n)
    content = noted.values_list("content", flat=True).first()
    offer = agreed.offer
    again = content and rules.offer(content, is_member=offer.is_member, terms_n=offer.terms_n)
    return rules.as_json(offer), rules.as_json(again) if again else None


def _terms(approval: Approval, agreed: Agreed) -> tuple[Any, Any]:
    n = approval.terms_n
    kept = EstimateTerms.objects.filter(n=n).values_list("text", flat=True).first()
    # Terms 0 are the built-in ones, which a later version of the program may word anew: the snapshot alone keeps them.
    return agreed.how.terms_text, kept if n else agreed.how.terms_text


_CHECKS = (
    ("the approval's columns say what the snapshot says", _columns),
    ("the signature is the one that was given", _signature),
    ("the total adds up from its lines", _sum),
    ("what was shown has the hash that was confirmed", _shown),
    ("the version that was shown is kept as it was", _version),
    ("the terms are kept as they were", _terms),
)


# --- The paper --------------------------------------------------------------------------------------------------


def _paper(approval: Approval) -> Iterator[Finding]:
    paper = ApprovalPaper.objects.filter(approval=approval).first()
    entry = _entry(approval, PAPER_MADE)
    if paper is None:
        is_lost = entry is not None
        yield Finding("the PDF is kept", False if is_lost else None, "gone" if is_lost else "not made yet")
        return
    digest = hashlib.sha256(bytes(paper.content)).hexdigest()
    yield _same("the PDF has the digest that is kept beside it", digest, paper.sha256)
    yield _same("the audit trail names the PDF's digest", digest, entry.facts.get("sha256") if entry else None)
    yield _drawn_again(approval, digest, entry)


def _drawn_again(approval: Approval, digest: str, entry: AuditEntry | None) -> Finding:
    what = "the PDF drawn again is the same"
    if entry is not None and entry.facts.get("layout") != papers.layout():
        return Finding(what, None, "not drawn again: papers have another layout by now")
    try:
        if not papers.is_logo_kept(proof_rules.read(approval.snapshot)):
            return Finding(what, None, "not drawn again: the branch has another logo by now")
        again = papers.approval_pdf(approval.snapshot, bytes(approval.signature_png))
    except BROKEN as broken:
        return _broken(what, broken)
    return _same(what, digest, hashlib.sha256(again).hexdigest())


# --- The trail --------------------------------------------------------------------------------------------------


def _entry(approval: Approval, verb: str) -> AuditEntry | None:
    """The only entry of this kind; two are none."""
    entries = list(AuditEntry.objects.filter(verb=verb, subject_id=str(approval.public_id))[:2])
    return entries[0] if len(entries) == 1 else None


def _told(approval: Approval) -> dict[str, Any]:
    return {
        "estimate": str(approval.estimate.public_id),
        "version": approval.version_n,
        "terms": approval.terms_n,
        "total_minor": approval.total_minor,
        "currency": approval.currency,
        "channel": approval.channel,
        "login": str(approval.login or ""),
    }


def _facts(approval: Approval, entry: AuditEntry) -> dict[str, Any]:
    """By phone the trail names who took it down, where a login signs otherwise."""
    facts = {name: value for name, value in entry.facts.items() if name != "sha256"}
    return facts | {"login": entry.actor_ref if approval.login else ""}


def _broken(what: str, error: Exception) -> Finding:
    return Finding(what, holds=False, why=f"{type(error).__name__}: {error}")


def _same(what: str, one: Any, other: Any) -> Finding:
    if one == other:
        return Finding(what, holds=True)
    if isinstance(one, dict) and isinstance(other, dict):
        names = sorted(name for name in {*one, *other} if one.get(name) != other.get(name))
        return Finding(what, holds=False, why=", ".join(names))
    return Finding(what, holds=False)
