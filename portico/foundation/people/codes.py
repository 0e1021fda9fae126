"""Six digits from a mail: asked for in one place, tried there at most five times, used once.

The digits are computed from the row's public id when they are mailed and when they are compared; no table holds them.
"""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from portico.foundation.audit import operations as audit
from portico.foundation.audit.enums import ActorKind
from portico.foundation.audit.operations import Actor
from portico.foundation.messaging import links
from portico.foundation.people.enums import CodePurpose
from portico.foundation.people.models import Login, MailedCode
from portico.foundation.people.onetime import CODE_LASTS, CODE_TRIES, WrongCode
from portico.foundation.tenancy.scope import reading
from portico.kernel import clock, ids


@transaction.atomic
def make_code(*, purpose: CodePurpose, place: str, email: str, login: Login | None = None) -> MailedCode:
    """A new code for this place; the earlier one here is worth nothing from now on."""
    end_codes(purpose=purpose, place=ids.digest(place))
    now = clock.real_now()
    return MailedCode.objects.create(
        purpose=purpose,
        place=ids.digest(place),
        email=email,
        login=login,
        made_at=now,
        expires_at=now + CODE_LASTS,
    )


@reading
def waiting_for(*, purpose: CodePurpose, place: str) -> str:
    """The address that a code for this place was asked for, while it can be typed; empty when there is none."""
    open_ones = _open(purpose, place).filter(expires_at__gt=clock.real_now())
    return open_ones.values_list("email", flat=True).first() or ""


def try_code(*, purpose: CodePurpose, place: str, typed: str, ip_prefix: str) -> MailedCode:
    """The code that waits here, when these are its digits. The try is counted, and stays so, before it is compared."""
    code = _counted(purpose, place)
    if code is not None and _fits(code, typed) and code.login is not None:
        return code
    if code is not None and code.tries >= CODE_TRIES:
        _note_given_up(code, ip_prefix)
    raise wrong()


def use_code(*, code_id: int) -> None:
    """Use it, in the transaction of what it does; WrongCode for the second of two who come at once."""
    fresh = MailedCode.objects.filter(pk=code_id, used_at=None, ended_at=None)
    if fresh.update(used_at=clock.real_now()) != 1:
        raise wrong()


def end_codes(**which: Any) -> int:
    """End every open code that fits, e.g. login_id=…; how many there were."""
    return MailedCode.objects.filter(used_at=None, ended_at=None, **which).update(ended_at=clock.real_now())


def wrong() -> WrongCode:
    return WrongCode(_("This code is not right or too old. Check the newest mail, or have a new code sent."))


@transaction.atomic
def sweep(*, before: datetime) -> None:
    """Drop codes that are over since `before`."""
    MailedCode.objects.filter(expires_at__lt=before).delete()


@transaction.atomic
def _counted(purpose: CodePurpose, place: str) -> MailedCode | None:
    """The open code of this place with one try more; None when it is too old or was tried too often."""
    waiting = _open(purpose, place).filter(tries__lt=CODE_TRIES, expires_at__gt=clock.real_now())
    if waiting.update(tries=F("tries") + 1) != 1:
        return None
    return _open(purpose, place).select_related("login").first()


def _open(purpose: CodePurpose, place: str) -> QuerySet[MailedCode]:
    return MailedCode.objects.filter(purpose=purpose, place=ids.digest(place), used_at=None, ended_at=None)


def _fits(code: MailedCode, typed: str) -> bool:
    digits = "".join(typed.split())
    return hmac.compare_digest(digits.encode(), links.mailed_code(code.public_id).encode())


@transaction.atomic
def _note_given_up(code: MailedCode, ip_prefix: str) -> None:
    """Five wrong tries are told in the trail; of nobody's address, too, so that both cost the same."""
    by = Actor(ActorKind.CUSTOMER, ref=str(code.login.public_id) if code.login else "", ip_prefix=ip_prefix)
    audit.record("person.code_given_up", code.login or code, by=by, purpose=code.purpose)
