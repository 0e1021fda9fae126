"""A branch as customers know it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from portico.foundation.tenancy.models import Branch, Logo
from portico.foundation.tenancy.scope import reading
from portico.kernel import clock, ids

# The JSON object that BrandFacts.of() reads, of a branch named `b` in a statement.
BRAND_SQL = """json_build_object('id', b.id, 'public_id', b.public_id, 'display_name', b.display_name,
  'phone', b.phone, 'support_email', b.support_email, 'address', b.address, 'color', b.color,
  'logo_digest', b.logo_digest, 'time_zone', b.time_zone, 'opening_hours', b.opening_hours)"""


@dataclass(frozen=True, slots=True)
class BrandFacts:
    """Name, phone, colour and zone of a branch. `logo_digest` is empty where there is no logo."""

    id: int
    public_id: UUID
    display_name: str
    phone: str
    support_email: str
    address: str
    color: str
    logo_digest: str
    time_zone: str
    opening_hours: str = ""

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> BrandFacts:
        """From the JSON object of BRAND_SQL."""
        return _brand(**found)


@lru_cache(1000)
def _brand(*, public_id: str, **found: Any) -> BrandFacts:
    """Kept by all its values: every page brings the same few."""
    return BrandFacts(public_id=ids.public_id(public_id), **found)


@reading
def brand_of_branch(branch_id: int) -> BrandFacts:
    """The brand of one branch of this company."""
    columns = ("id", "public_id", "display_name", "phone", "support_email", "address", "color", "logo_digest")
    return BrandFacts(**Branch.objects.filter(pk=branch_id).values(*columns, "time_zone", "opening_hours").get())


def keep_former_logo(branch: Branch) -> None:
    """Keep the logo that a branch has, before another one or none takes its place."""
    if branch.logo_digest:
        kept = {"png": bytes(branch.logo_png), "created_at": clock.real_now()}
        Logo.objects.get_or_create(digest=branch.logo_digest, defaults=kept)


@reading
def logo_png(digest: str) -> bytes | None:
    """A logo by its digest, within this company; also one that is no longer used, for mails that were sent with it."""
    found = Branch.objects.filter(logo_digest=digest).values_list("logo_png", flat=True).first()
    found = found or Logo.objects.filter(digest=digest).values_list("png", flat=True).first()
    return bytes(found) if found else None
