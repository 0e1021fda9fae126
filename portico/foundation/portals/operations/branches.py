"""A branch's name, ways to reach it, hours and looks, entered in the office."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.messaging import paper
from portico.foundation.portals.errors import BadEntry
from portico.foundation.portals.queries import values_of
from portico.foundation.portals.stand import require_unchanged
from portico.foundation.tenancy import hours
from portico.foundation.tenancy.brands import keep_former_logo
from portico.foundation.tenancy.companies import current_company
from portico.foundation.tenancy.hours import Span
from portico.foundation.tenancy.models import Branch, Logo
from portico.kernel import brand, clock, locks, text
from portico.kernel.errors import UnusablePicture

DIGEST_LETTERS = 16
LEAST_DIGITS, MOST_DIGITS = 7, 20
MOST_NAME_LETTERS = 120
MOST_LOGO_BYTES = 5_000_000  # no more of an upload is looked at
LENGTHS = {"display_name": 200, "phone": 40, "support_email": 254, "address": 300}


@dataclass(frozen=True, slots=True)
class BranchEntry:
    """What was typed for a branch. `logo_digest` is empty for no logo, else that of one that was sent before."""

    display_name: str
    phone: str
    support_email: str
    address: str
    time_zone: str
    color: str
    logo_digest: str
    spans: Sequence[Span | None]


@transaction.atomic
def save_branch(*, branch: UUID, entry: BranchEntry, seen: str, by: Actor) -> bool:
    """Change a branch; BadEntry or ChangedMeanwhile where that cannot be. False when it already was so."""
    row = locks.lock_one(Branch.objects.filter(public_id=branch))
    before = values_of(row)
    require_unchanged(before, seen)
    wanted = checked(entry)
    changed = {name: value for name, value in wanted.items() if before[name] != value}
    if not changed:
        return False
    if "logo_digest" in changed:
        _put_logo(row, changed["logo_digest"])
    for name, value in changed.items():
        setattr(row, name, value)
    row.save(update_fields=[*changed, *(["logo_png"] if "logo_digest" in changed else [])])
    was = {name: before[name] for name in changed}
    audit.record("branch.changed", row, by=by, note=row.name, before=was, after=changed)
    return True


@transaction.atomic
def add_branch(*, name: str, time_zone: str, by: Actor) -> UUID:
    """Add a branch under the office's own name for it, looking like the main one until it is given its own looks."""
    wanted, zone = text.squeeze(name), _zone(time_zone)
    if not wanted:
        raise BadEntry(_("Enter a name for the branch."), field="name")
    if len(wanted) > MOST_NAME_LETTERS:
        raise BadEntry(_("Enter at most %(n)s letters.") % {"n": MOST_NAME_LETTERS}, field="name")
    main = locks.lock_one(Branch.objects.filter(is_main=True))  # two who add at once come one after the other
    if Branch.objects.filter(name__iexact=wanted).exists():
        raise BadEntry(_("There is a branch of this name."), field="name")
    looks = {name: getattr(main, name) for name in ("phone", "support_email", "color", "logo_png", "logo_digest")}
    branch = Branch.objects.create(name=wanted, display_name=main.display_name, time_zone=zone, **looks)
    audit.record("branch.added", branch, by=by, note=branch.name, time_zone=zone)
    return UUID(str(branch.public_id))


def keep_logo(*, content: bytes, by: Actor) -> str:
    """Write a picture anew as a logo and keep it, shown nowhere yet; its digest. UnusablePicture where it is none."""
    png = _drawn(content)  # takes its time, so before the transaction
    digest = hashlib.sha256(png).hexdigest()[:DIGEST_LETTERS]
    with transaction.atomic():
        kept = {"png": png, "created_at": clock.real_now()}
        _logo, is_new = Logo.objects.get_or_create(digest=digest, defaults=kept)
        if is_new:
            audit.record("branch.logo_sent", current_company(), by=by, note=digest)
    return digest


def checked(entry: BranchEntry) -> dict[str, Any]:
    """The columns that an entry makes; BadEntry names the first field that cannot be."""
    wanted: dict[str, Any] = {name: text.squeeze(getattr(entry, name)) for name in LENGTHS}
    _require_lengths(wanted)
    if not wanted["display_name"]:
        raise BadEntry(_("Enter the name that customers know."), field="display_name")
    if wanted["phone"] and not LEAST_DIGITS <= len(text.digits(wanted["phone"])) <= MOST_DIGITS:
        raise BadEntry(_("Enter a phone number that can be dialed, such as 512-555-0100."), field="phone")
    if wanted["support_email"] and not text.is_email(wanted["support_email"]):
        raise BadEntry(_("Enter an email address such as help@example.com."), field="support_email")
    wanted |= {"time_zone": _zone(entry.time_zone), "color": _color(entry.color)}
    return wanted | {"opening_hours": _hours(entry.spans), "logo_digest": entry.logo_digest}


def _require_lengths(wanted: dict[str, Any]) -> None:
    for name, most in LENGTHS.items():
        if len(wanted[name]) > most:
            raise BadEntry(_("Enter at most %(n)s letters.") % {"n": most}, field=name)


def _zone(typed: str) -> str:
    try:
        return ZoneInfo(typed).key
    except (ValueError, OSError, KeyError):
        raise BadEntry(_("Choose a time zone of the list."), field="time_zone") from None


def _color(typed: str) -> str:
    try:
        return brand.normalised(typed)
    except ValueError:
        raise BadEntry(_("Enter a color as six digits after a #, such as #1f6f54."), field="color") from None


def _hours(spans: Sequence[Span | None]) -> str:
    for day, span in enumerate(spans):
        if span and span[0] >= span[1]:
            name = hours.day_names()[day]
            raise BadEntry(
                _("%(day)s: closing time must be after opening time.") % {"day": name}, field=f"closes_{day}"
            )
    return hours.written(spans)


def _put_logo(row: Branch, digest: str) -> None:
    """The one of before is kept beside, for mails and papers that were made with it."""
    keep_former_logo(row)
    sent = Logo.objects.filter(digest=digest).first() if digest else None
    if digest and sent is None:
        raise BadEntry(_("The logo you chose is no longer here. Choose the file again."), field="logo")
    row.logo_png = bytes(sent.png) if sent else b""


def _drawn(content: bytes) -> bytes:
    from portico.kernel import images  # loads Pillow

    if b"<svg" in content[:2000]:
        return images.clean_logo(paper.svg_to_png(content))
    if not content.startswith((b"\x89PNG", b"\xff\xd8")):
        raise UnusablePicture(_("A logo is a PNG, JPEG or SVG file. This file is something else."))
    return images.clean_logo(content)
