"""Single-purpose links from mails: made, looked at, used once, ended. Messaging computes the secret when it mails."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from portico.foundation.messaging import links as addresses
from portico.foundation.people.enums import LinkPurpose
from portico.foundation.people.models import Login, OneTimeLink
from portico.foundation.tenancy.scope import reading
from portico.kernel import clock, errors, ids

LASTS = {
    LinkPurpose.INVITATION: timedelta(days=7),
    LinkPurpose.COPIED_INVITATION: timedelta(hours=24),
    LinkPurpose.PASSWORD_RESET: timedelta(minutes=30),
    LinkPurpose.EMAIL_CHANGE: timedelta(hours=24),
    LinkPurpose.EMAIL_UNDO: timedelta(hours=72),
    LinkPurpose.SHELL_SIGN_IN: timedelta(minutes=10),
    LinkPurpose.STAFF_INVITATION: timedelta(days=7),
}
CODE_LASTS = timedelta(minutes=10)
CODE_TRIES = 5


class LinkState(StrEnum):
    VALID = "valid"
    EXPIRED = "expired"
    USED = "used"
    ENDED = "ended"


class LinkSpent(errors.Conflict):
    """The link was used, replaced, ended or is too old."""

    code = "link_spent"


class WrongCode(errors.NotAllowed):
    """The typed code is not the one that was mailed, or it is too old or was tried too often."""

    code = "wrong_code"


@dataclass(frozen=True, slots=True)
class FoundLink:
    """A link as a page needs to know it."""

    id: int
    public_id: UUID
    purpose: LinkPurpose
    state: LinkState
    email: str
    login_id: int | None
    subject_id: UUID | None
    facts: dict[str, Any]
    has_code: bool


def make_link(
    *,
    purpose: LinkPurpose,
    email: str,
    login: Login | None = None,
    subject_id: UUID | None = None,
    facts: dict[str, Any] | None = None,
) -> OneTimeLink:
    """Add one link, in the transaction of its reason."""
    now, public_id = clock.real_now(), ids.new_public_id()
    return OneTimeLink.objects.create(
        public_id=public_id,
        purpose=purpose,
        digest=ids.digest(addresses.one_time_token(public_id)),
        email=email,
        login=login,
        subject_id=subject_id,
        made_at=now,
        expires_at=now + LASTS[purpose],
        facts=facts or {},
    )


@reading
def find_link(token: str, *purposes: LinkPurpose) -> FoundLink | None:
    """The link with this secret, in whatever state; None when there never was one of these purposes."""
    link = OneTimeLink.objects.filter(digest=ids.digest(token), purpose__in=purposes).first()
    return _found(link) if link else None


def require_valid(token: str, *purposes: LinkPurpose) -> FoundLink:
    """The link with this secret while it can still be used; LinkSpent otherwise."""
    link = find_link(token, *purposes)
    if link is None or link.state != LinkState.VALID:
        raise spent()
    return link


def token_of(link: OneTimeLink) -> str:
    """The secret itself, for who made the link and shows it once."""
    return addresses.one_time_token(link.public_id)


def spent() -> LinkSpent:
    return LinkSpent(_("This link has been used, replaced or is too old."))


@transaction.atomic
def note_opened(*, link_id: int) -> None:
    """Somebody (or a mail scanner) has opened the page of this link."""
    OneTimeLink.objects.filter(pk=link_id, opened_at=None).update(opened_at=clock.real_now())


def use_link(*, link_id: int) -> None:
    """Use it, in the transaction of what it does; LinkSpent for the second of two who come at once."""
    now = clock.real_now()
    fresh = OneTimeLink.objects.filter(pk=link_id, used_at=None, ended_at=None, expires_at__gt=now)
    if fresh.update(used_at=now) != 1:
        raise spent()


def end_links(**which: Any) -> int:
    """End every unused link that fits, e.g. subject_id=…; how many there were."""
    return OneTimeLink.objects.filter(used_at=None, ended_at=None, **which).update(ended_at=clock.real_now())


def set_code(*, link_id: int) -> UUID:
    """Give the link a new code, to be named in a Letter; an earlier one is worth nothing from now on."""
    code = ids.new_public_id()
    digest = _code_digest(link_id, addresses.mailed_code(code))
    columns = {"code_digest": digest, "code_expires_at": clock.real_now() + CODE_LASTS}
    OneTimeLink.objects.filter(pk=link_id).update(code_tries=0, **columns)
    return code


def try_code(*, link_id: int, typed: str) -> None:
    """Compare a typed code. The try is counted first and stays counted: WrongCode is raised after its transaction."""
    if not _fits(link_id, "".join(typed.split())):
        raise WrongCode(_("This code is not right or too old. Check the newest mail, or have a new code sent."))


@transaction.atomic
def _fits(link_id: int, code: str) -> bool:
    waiting = OneTimeLink.objects.filter(pk=link_id, code_tries__lt=CODE_TRIES, code_expires_at__gt=clock.real_now())
    if waiting.update(code_tries=F("code_tries") + 1) != 1:
        return False
    kept = OneTimeLink.objects.values_list("code_digest", flat=True).get(pk=link_id)
    return hmac.compare_digest(bytes(kept or b""), _code_digest(link_id, code))


@transaction.atomic
def sweep(*, before: datetime) -> None:
    """Drop links that are over since `before`."""
    OneTimeLink.objects.filter(expires_at__lt=before).delete()


def _found(link: OneTimeLink) -> FoundLink:
    return FoundLink(
        id=link.pk,
        public_id=link.public_id,
        purpose=LinkPurpose(link.purpose),
        state=_state(link),
        email=link.email,
        login_id=link.login_id,
        subject_id=link.subject_id,
        facts=link.facts,
        has_code=bool(link.code_digest),
    )


def _state(link: OneTimeLink) -> LinkState:
    if link.used_at:
        return LinkState.USED
    if link.ended_at:
        return LinkState.ENDED
    return LinkState.VALID if link.expires_at > clock.real_now() else LinkState.EXPIRED


def _code_digest(link_id: int, code: str) -> bytes:
    return salted_hmac("portico.registration_code", f"{link_id}:{code}", algorithm="sha256").digest()
