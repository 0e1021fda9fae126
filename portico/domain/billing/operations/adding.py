"""Adding a card or bank account: a visit to the gateway's page, written down before it, like a payment."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portico.domain.billing import errors
from portico.domain.billing.enums import MethodKind, MethodState, SetupState
from portico.domain.billing.models import MethodSetup, PaymentMethod
from portico.domain.billing.operations import accounts, keeping, limits, payers, sending
from portico.domain.billing.operations.accounts import OpenAccount
from portico.domain.billing.ports import Gateway, MethodSnapshot, Refused, Setup, SetupSnapshot, Unknown
from portico.foundation.audit.enums import ActorKind
from portico.foundation.audit.operations import Actor
from portico.foundation.messaging import links
from portico.foundation.people import throttling
from portico.foundation.tenancy.models import Company
from portico.foundation.tenancy.scope import current_company_id, reading
from portico.kernel import clock, ids, locks

log = logging.getLogger("portico.payments")

AT_ONCE = 50
MARGIN = timedelta(minutes=1)
VERIFIED_WITHIN = timedelta(days=11)
OVER = frozenset({SetupState.SUCCEEDED, SetupState.FAILED, SetupState.EXPIRED})


@dataclass(frozen=True, slots=True)
class Adding:
    """A visit that was begun; `url` is the gateway's page, empty while we do not know it."""

    setup: UUID
    url: str


def add(*, customer_id: int, kind: MethodKind, form_token: str, email: str = "", by: Actor) -> Adding:
    """Open the gateway's page that saves a card or bank account. The same form opens the same page.

    Raises TooManyMethods, TooManyTries, FormReused or CannotPayOnline.
    """
    account = accounts.require_account()
    setup = _begin(customer_id=customer_id, kind=kind, form_token=form_token, account_id=account.id, by=by)
    if setup.session_url or setup.state != SetupState.CREATED:
        return Adding(setup.public_id, setup.session_url)
    customer_ref = payers.gateway_customer(customer_id=customer_id, email=email, account=account)
    body = _stored_body(setup.pk, account.gateway, customer_ref)
    try:
        snapshot = account.gateway.start_setup(body, key=setup.idempotency_key)
    except Unknown as unknown:
        log.warning("method.unknown", extra={"setup": setup.pk, "why": str(unknown)})
        return Adding(setup.public_id, "")
    except Refused as refused:
        _refused(setup, account, refused)
    _apply(setup_id=setup.pk, snapshot=snapshot, method=None)
    return Adding(setup.public_id, snapshot.url)


def come_back(*, setup: UUID, is_leaving: bool, by: Actor) -> SetupState:
    """The payer is back from the page: find out what was saved. Who leaves it unfinished has it closed."""
    found = _setup(setup)
    may_close = is_leaving and by.ref == str(found.made_by)
    return look(setup_id=found.pk, is_closing=may_close)


def look(*, setup_id: int, is_closing: bool = False) -> SetupState:
    """Ask the gateway how a visit stands and apply it; the state afterwards, unchanged when it gives no answer."""
    setup = _by_key(setup_id)
    if setup.state in OVER:
        return SetupState(setup.state)
    if not setup.session_ref:
        return _without_page(setup)
    try:
        gateway = accounts.gateway_of(setup.account_id)
        snapshot = (gateway.expire_setup if is_closing else gateway.fetch_setup)(setup.session_ref)
        method = _method_of(gateway, snapshot)
    except (Unknown, Refused) as problem:
        log.warning("method.unknown", extra={"setup": setup_id, "why": str(problem)})
        return SetupState(setup.state)
    return _apply(setup_id=setup_id, snapshot=snapshot, method=method)


def take_news(account: OpenAccount, snapshot: SetupSnapshot) -> keeping.Work | None:
    """What an event about a visit asks us to do; None for one that is not ours."""
    setup_id = _key_of(snapshot)
    if setup_id is None:
        return None
    method = _method_of(account.gateway, snapshot)
    return lambda: _apply(setup_id=setup_id, snapshot=snapshot, method=method)


def look_after_open() -> int:
    """Visits whose page is over, and bank accounts that nobody verified; how many."""
    due = _due()
    for setup_id in due:
        look(setup_id=setup_id)
    return len(due)


@transaction.atomic
def _begin(*, customer_id: int, kind: MethodKind, form_token: str, account_id: int, by: Actor) -> MethodSetup:
    existing = MethodSetup.objects.filter(customer_id=customer_id, form_token=form_token).first()
    if existing is not None:
        return _same(existing, kind)
    saved = PaymentMethod.objects.filter(customer_id=customer_id).exclude(state=MethodState.DETACHED)
    if saved.count() >= sending.MOST_SAVED:
        words = _("You have %(count)s ways to pay saved, which is as many as there may be. Remove one first.")
        raise errors.TooManyMethods(words % {"count": sending.MOST_SAVED})
    try:
        with transaction.atomic():
            setup = MethodSetup.objects.create(
                customer_id=customer_id,
                account_id=account_id,
                kind=kind,
                form_token=form_token,
                idempotency_key=ids.new_secret(),
                made_by=UUID(by.ref) if by.ref else None,
                made_by_name=by.name,
                created_at=clock.real_now(),
                expires_at=clock.real_now() + sending.PAGE_OPEN_FOR,
            )
    except IntegrityError:
        return _same(MethodSetup.objects.get(customer_id=customer_id, form_token=form_token), kind)
    throttling.spend(limits.METHODS_A_DAY, str(customer_id))
    return setup


def _same(setup: MethodSetup, kind: MethodKind) -> MethodSetup:
    if setup.kind != kind:
        raise errors.FormReused(_("This form was already used. Choose again what to add."))
    return setup


@transaction.atomic
def _stored_body(setup_id: int, gateway: Gateway, customer_ref: str) -> dict[str, object]:
    """What will be sent is written down first, once: a second sender sends the same."""
    setup = locks.lock_one(MethodSetup.objects.filter(pk=setup_id))
    if not setup.request:
        setup.request = gateway.setup_body(_asked(setup, customer_ref))
        setup.save(update_fields=["request"])
    body: dict[str, object] = setup.request
    return body


def _asked(setup: MethodSetup, customer_ref: str) -> Setup:
    back = links.portal_url(f"/methods/{setup.public_id}/return/")
    return Setup(
        setup=setup.public_id,
        customer_ref=customer_ref,
        kind=MethodKind(setup.kind),
        currency=Company.objects.get(pk=current_company_id()).currency,
        success_url=back,
        cancel_url=f"{back}?back=1",
        expires_at=setup.expires_at or clock.real_now() + sending.PAGE_OPEN_FOR,
    )


def _refused(setup: MethodSetup, account: OpenAccount, refused: Refused) -> None:
    log.error("method.refused", extra={"setup": setup.pk, "why": str(refused)})
    _give_up(setup.pk, SetupState.FAILED)
    if refused.code == sending.MISSING:
        payers.forget(customer_id=setup.customer_id, account_id=account.id)
    raise errors.CannotPayOnline(
        _("The page for adding it could not be opened. Nothing was saved. Try again later.")
    ) from refused


def _method_of(gateway: Gateway, snapshot: SetupSnapshot) -> MethodSnapshot | None:
    """The method that the visit made; one that waits for small amounts is shown, and not charged."""
    if snapshot.method_ref is None or snapshot.state not in (SetupState.SUCCEEDED, SetupState.VERIFYING):
        return None
    method, customer_ref = gateway.method(snapshot.method_ref)
    if snapshot.state == SetupState.VERIFYING:
        return replace(method, state=MethodState.VERIFYING)
    return method if customer_ref else None


@transaction.atomic
def _apply(*, setup_id: int, snapshot: SetupSnapshot, method: MethodSnapshot | None) -> SetupState:
    setup = locks.lock_one(MethodSetup.objects.filter(pk=setup_id))
    if setup.state in OVER:
        return SetupState(setup.state)
    setup.session_ref = snapshot.session_ref or setup.session_ref
    setup.session_url, setup.verify_url = snapshot.url, snapshot.verify_url
    setup.failure_code = snapshot.failure_code[:80]
    setup.state = snapshot.state
    if method is not None:
        setup.method = keeping.keep(
            customer_id=setup.customer_id,
            account_id=setup.account_id,
            snapshot=method,
            mandate_ref=snapshot.mandate_ref,
            by=_who(setup),
        )
    elif setup.method is not None and snapshot.state in (SetupState.FAILED, SetupState.EXPIRED):
        keeping.drop_unverified(method_id=setup.method.pk)
    setup.save()
    return SetupState(setup.state)


@transaction.atomic
def _give_up(setup_id: int, state: SetupState) -> SetupState:
    MethodSetup.objects.filter(pk=setup_id).exclude(state__in=OVER).update(state=state)
    return state


def _without_page(setup: MethodSetup) -> SetupState:
    """The answer that named the page was lost. It saved nothing that sync would not find; past its time it is over."""
    if setup.expires_at is not None and clock.real_now() > setup.expires_at + MARGIN:
        return _give_up(setup.pk, SetupState.EXPIRED)
    return SetupState(setup.state)


def _who(setup: MethodSetup) -> Actor:
    ref = str(setup.made_by) if setup.made_by else ""
    return Actor(ActorKind.CUSTOMER, ref=ref, name=setup.made_by_name)


@reading
def _due() -> list[int]:
    now = clock.real_now()
    over = MethodSetup.objects.filter(
        state__in=[SetupState.CREATED, SetupState.SENT], expires_at__lt=now - MARGIN
    ) | MethodSetup.objects.filter(state=SetupState.VERIFYING, created_at__lt=now - VERIFIED_WITHIN)
    return list(over.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])


@reading
def _setup(public_id: UUID) -> MethodSetup:
    return MethodSetup.objects.get(public_id=public_id)


@reading
def _by_key(setup_id: int) -> MethodSetup:
    return MethodSetup.objects.get(pk=setup_id)


@reading
def _key_of(snapshot: SetupSnapshot) -> int | None:
    """By our id inside the object, which is there before we know the gateway's; else by the gateway's."""
    found = MethodSetup.objects.filter(public_id=snapshot.setup) if snapshot.setup else MethodSetup.objects.none()
    if not snapshot.setup and snapshot.session_ref:
        found = MethodSetup.objects.filter(session_ref=snapshot.session_ref)
    return found.values_list("pk", flat=True).first()
