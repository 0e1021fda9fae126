"""The second factor of the office: a session begins only when both the password and a code were right.

Between the two there is a pending sign-in, bound to the browser. Codes are those of authenticator apps (RFC 6238: six
digits, thirty seconds); one is good once, also the one before and the one after. Ten recovery codes stand in for a
lost app, each once.
"""

from __future__ import annotations

import secrets
from base64 import b32decode, b32encode
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote, urlencode
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django_otp.oath import TOTP

from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.people import budgets, operations, queries, sessions
from portico.foundation.people.enums import Side
from portico.foundation.people.errors import SignInLapsed, WrongSecond
from portico.foundation.people.models import Login, PendingSignIn, RecoveryCode, SecondFactor
from portico.foundation.people.sessions import Browser, SignedIn
from portico.foundation.tenancy.scope import current_company_id, reading
from portico.kernel import clock, ids, locks
from portico.kernel.sealed import Sealer

LASTS = timedelta(minutes=10)
TRIES = 5
STEP, DRIFT = 30, 1
KEY_BYTES = 20
RECOVERY_CODES, HALF = 10, 5
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that is read as something else


@dataclass(frozen=True, slots=True)
class Pending:
    """Who is at the door with the right password. With `has_factor` a code is asked for, else an app is set up."""

    id: int
    login_id: int
    email: str
    has_factor: bool


@dataclass(frozen=True, slots=True)
class SetUp:
    """What an authenticator app reads: the key to type, and the same as an address for a QR code."""

    key: str
    uri: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person's second factor stands; `codes_left` recovery codes were not used yet."""

    has_factor: bool
    codes_left: int


# --- Signing in ---------------------------------------------------------------------------------------------------


def begin(*, email: str, password: str, browser: Browser) -> str:
    """The secret of a pending sign-in for who knows the password; WrongPassword or TooManyTries otherwise."""
    known = operations.who_knows(side=Side.STAFF, email=email, password=password, browser=browser)
    return _begin(login_id=known.pk, stored=known.password)


@transaction.atomic
def _begin(*, login_id: int, stored: str) -> str:
    login = operations.still_known(login_id=login_id, stored=stored)
    now, secret = clock.real_now(), ids.new_secret()
    is_new = not SecondFactor.objects.filter(login=login).exists()
    sealed = _seal(login, secrets.token_bytes(KEY_BYTES)) if is_new else None
    facts = {"digest": ids.digest(secret), "sealed": sealed, "made_at": now, "expires_at": now + LASTS}
    PendingSignIn.objects.create(login=login, **facts)
    return secret


@reading
def pending(secret: str) -> Pending | None:
    """The pending sign-in of this browser while it lasts."""
    row = _alive(secret).select_related("login").first() if secret else None
    if row is None or not row.login.is_active:
        return None
    has_factor = SecondFactor.objects.filter(login_id=row.login_id).exists()
    return Pending(row.pk, row.login_id, row.login.email, has_factor)


def finish(*, secret: str, typed: str, browser: Browser) -> SignedIn:
    """Begin the session for a right code, of the app or a recovery code.

    WrongSecond otherwise: the try is counted first and stays counted. SignInLapsed: the password is to be typed anew.
    """
    found = _spend(secret, browser)
    if not found.has_factor:
        raise WrongSecond(_("Set up an authenticator app first."))
    if not _takes(found.login_id, typed):
        raise WrongSecond(_("This code is not right, or it was used already. Wait for the next one."))
    return _session(found, browser, verb="person.signed_in")


@reading
def set_up(*, secret: str) -> SetUp:
    """What the app is to read; the same while this sign-in lasts. SignInLapsed when it is over."""
    row = _alive(secret).select_related("login").first()
    if row is None or row.sealed is None:
        raise _lapsed()
    return _shown(row.login, _unseal(row.login, row.sealed))


def finish_set_up(*, secret: str, typed: str, browser: Browser) -> tuple[SignedIn, list[str]]:
    """Begin the session with an app that shows the right code; also the recovery codes, told this once only."""
    found = _spend(secret, browser)
    codes = _keep_new(found, typed)
    return _session(found, browser, verb="person.second_factor_set"), codes


@transaction.atomic
def _keep_new(found: Pending, typed: str) -> list[str]:
    login = locks.lock_one(Login.objects.filter(pk=found.login_id))
    sealed = PendingSignIn.objects.values_list("sealed", flat=True).get(pk=found.id)
    if sealed is None or SecondFactor.objects.filter(login=login).exists():
        raise _lapsed()
    step = _step_of(_unseal(login, sealed), typed, after=0)
    if step is None:
        raise WrongSecond(_("This code is not right. Check that the clock of your phone is, and type the newest code."))
    SecondFactor.objects.create(login=login, sealed=bytes(sealed), last_step=step, made_at=clock.real_now())
    return _fresh_codes(login)


def _spend(secret: str, browser: Browser) -> Pending:
    """Count a try before the code is compared."""
    found = pending(secret)
    if found is None:
        raise _lapsed()
    budgets.spend_second(str(found.login_id), browser.ip_prefix)
    with transaction.atomic():
        counted = PendingSignIn.objects.filter(pk=found.id, tries__lt=TRIES).update(tries=F("tries") + 1)
    if not counted:
        raise _lapsed()
    return found


@transaction.atomic
def _takes(login_id: int, typed: str) -> bool:
    """Whether this is a code that was not used yet; it is used now."""
    said = "".join(typed.split()).upper().replace("-", "")
    if len(said) == 2 * HALF:
        unused = RecoveryCode.objects.filter(login_id=login_id, digest=ids.digest(said), used_at=None)
        return unused.update(used_at=clock.real_now()) == 1
    login = Login.objects.get(pk=login_id)
    factor = locks.lock_one(SecondFactor.objects.filter(login=login))
    step = _step_of(_unseal(login, factor.sealed), said, after=factor.last_step)
    if step is None:
        return False
    factor.last_step = step
    factor.save(update_fields=["last_step"])
    return True


@transaction.atomic
def _session(found: Pending, browser: Browser, *, verb: str) -> SignedIn:
    login = locks.lock_one(Login.objects.filter(pk=found.login_id))
    ended = PendingSignIn.objects.filter(pk=found.id, ended_at=None).update(ended_at=clock.real_now())
    if not ended or not login.is_active:
        raise _lapsed()
    signed_in = sessions.start_session(login=login, browser=browser)
    audit.record(verb, login, by=operations.actor_of(login, browser.ip_prefix))
    return signed_in


# --- Looking after it ---------------------------------------------------------------------------------------------


@reading
def standing(login: UUID) -> Standing:
    """How a person's second factor stands."""
    left = RecoveryCode.objects.filter(login__public_id=login, used_at=None).count()
    return Standing(SecondFactor.objects.filter(login__public_id=login).exists(), left)


@transaction.atomic
def new_codes(*, login: UUID, by: Actor) -> list[str]:
    """Ten new recovery codes; the old ones are worth nothing from now on."""
    found = locks.lock_one(Login.objects.filter(public_id=login))
    codes = _fresh_codes(found)
    audit.record("person.recovery_codes_made", found, by=by)
    return codes


@transaction.atomic
def reset(*, login: UUID, by: Actor) -> None:
    """Forget a person's app and recovery codes and sign them out everywhere; the next sign-in sets up anew."""
    found = locks.lock_one(Login.objects.filter(public_id=login, side=Side.STAFF))
    SecondFactor.objects.filter(login=found).delete()
    RecoveryCode.objects.filter(login=found).delete()
    PendingSignIn.objects.filter(login=found, ended_at=None).update(ended_at=clock.real_now())
    sessions.end_sessions_of(login_id=found.pk)
    audit.record("person.second_factor_reset", found, by=by)


@transaction.atomic
def sweep() -> None:
    """Drop sign-ins that were not finished."""
    PendingSignIn.objects.filter(expires_at__lt=clock.real_now()).delete()


def _fresh_codes(login: Login) -> list[str]:
    RecoveryCode.objects.filter(login=login).delete()
    codes = ["".join(secrets.choice(ALPHABET) for _letter in range(2 * HALF)) for _code in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(login=login, digest=ids.digest(code)) for code in codes)
    return [f"{code[:HALF]}-{code[HALF:]}" for code in codes]


# --- Codes and keys -----------------------------------------------------------------------------------------------


def _step_of(key: bytes, typed: str, *, after: int) -> int | None:
    """The time step whose code this is, later than `after`, now or one before or after; None for no such code."""
    said = "".join(typed.split())
    if not (said.isascii() and said.isdecimal() and len(said) == 6):
        return None
    code = TOTP(key, step=STEP, digits=6)
    code.time = clock.real_now().timestamp()
    return int(code.t()) if code.verify(int(said), tolerance=DRIFT, min_t=after + 1) else None


def _shown(login: Login, key: bytes) -> SetUp:
    typed = b32encode(key).decode()
    issuer = queries.company_name()
    label = quote(f"{issuer}:{login.email}")
    return SetUp(
        key=" ".join(typed[at : at + 4] for at in range(0, len(typed), 4)),
        uri=f"otpauth://totp/{label}?{urlencode({'secret': typed, 'issuer': issuer})}",
    )


def _seal(login: Login, key: bytes) -> bytes:
    return _sealer().seal(b32encode(key).decode(), bound_to=_bound(login))


def _unseal(login: Login, sealed: bytes | memoryview) -> bytes:
    return b32decode(_sealer().unseal(bytes(sealed), bound_to=_bound(login)))


def _sealer() -> Sealer:
    return Sealer([settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS], purpose="second factor")


def _bound(login: Login) -> str:
    return f"company {current_company_id()} login {login.public_id}"


def _alive(secret: str) -> QuerySet[PendingSignIn]:
    return PendingSignIn.objects.filter(
        digest=ids.digest(secret), ended_at=None, expires_at__gt=clock.real_now(), tries__lt=TRIES
    )


def _lapsed() -> SignInLapsed:
    return SignInLapsed(_("This sign-in took too long or was tried too often. Type your password again."))
