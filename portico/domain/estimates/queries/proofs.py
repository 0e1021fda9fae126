"""The papers of approvals."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from portico.domain.estimates.models import ApprovalPaper
from portico.foundation.tenancy.scope import reading


@dataclass(frozen=True, slots=True)
class Proof:
    """The PDF of an approval, and what its file is called after."""

    content: bytes
    number: str

    @property
    def file_part(self) -> str:
        return "".join(letter if letter.isalnum() else "-" for letter in self.number)[:60]


@reading
def proof_of(*, approval: UUID) -> Proof:
    """The proof; DoesNotExist until the worker has made it."""
    return _proof(_papers().get(approval__public_id=approval))


@reading
def paper_of(*, approval: UUID) -> bytes | None:
    """The PDF of an approval; None until the worker has made it. Whose it is the page has asked before."""
    found = _papers().filter(approval__public_id=approval).first()
    return None if found is None else _proof(found).content


def _papers() -> QuerySet[ApprovalPaper]:
    return ApprovalPaper.objects.select_related("approval__estimate")


def _proof(found: ApprovalPaper) -> Proof:
    return Proof(bytes(found.content), found.approval.estimate.number)
