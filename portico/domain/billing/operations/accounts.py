"""The company's own account at the gateway: given, sealed, opened, told where our webhook is."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portico.domain.billing import errors, ports
from portico.domain.billing.models import PaymentAccount
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import SYSTEM, Actor
from portico.foundation.messaging import links
from portico.foundation.tenancy.models import Company
from portico.foundation.tenancy.scope import current_company_id, reading
from portico.kernel import locks
from portico.kernel.sealed import Sealer

log = logging.getLogger("portico.payments")

WEBHOOK_PATH = "/hooks/stripe/"
HINT = 4


@dataclass(frozen=True, slots=True)
class OpenAccount:
    """An account with its gateway opened."""

    id: int
    public_id: UUID
    is_live: bool
    webhook_secrets: tuple[str, ...]
    webhook_url: str
    gateway: ports.Gateway


def ensure_account() -> None:
    """Give the running company an account if it has none: its own in the sandbox, or the environment's keys."""
    for code, kind in ports.GATEWAYS.items():
        if _has_account(code):
            continue
        try:
            _fill(code, kind)
        except IntegrityError:  # another process was quicker; its account is as good
            log.info("payments.account_given_twice")


def connect_account() -> None:
    """Have the sandbox tell our webhook; a real account's secret is entered together with its keys."""
    account = open_account()
    url = links.portal_url(WEBHOOK_PATH)
    if account is None or not ports.GATEWAYS[_code()].is_sandbox:
        return
    if account.webhook_secrets and account.webhook_url == url and account.gateway.has_webhook(url):
        return
    secret = account.gateway.register_webhook(url)
    _keep_webhook(account_id=account.id, url=url, secret=secret)


def is_connected() -> bool:
    """Whether the account knows our webhook, as far as our own records tell."""
    account = _active()
    return account is None or (bool(account.webhook_secret_sealed) and account.webhook_url == _expected_url(account))


def open_account() -> OpenAccount | None:
    """The running company's account; None where there is none that works with the gateway in use."""
    account = _active()
    return _opened(account) if account else None


def require_account() -> OpenAccount:
    """The same, or CannotPayOnline."""
    account = open_account()
    if account is None:
        raise errors.CannotPayOnline(_("Paying online is not possible here. Call us, and we take your payment."))
    return account


def gateway_of(account_id: int) -> ports.Gateway:
    """The gateway of an account that an earlier attempt was made with; Unknown when it cannot be reached any more."""
    account = _account(account_id)
    if account.gateway not in ports.GATEWAYS:
        raise ports.Unknown(f"no way to a {account.gateway} account now")
    return _opened(account).gateway


@transaction.atomic
def save_account(
    *, code: str, secret_key: str, webhook_secrets: tuple[str, ...], webhook_url: str, by: Actor
) -> PaymentAccount:
    """Make this the company's active account; the former one stays for the attempts that it made."""
    PaymentAccount.objects.filter(is_active=True).update(is_active=False)
    account = PaymentAccount(
        gateway=code, key_hint=secret_key[-HINT:], is_live="_live_" in secret_key, webhook_url=webhook_url
    )
    account.secret_key_sealed = _seal(account, secret_key)
    account.webhook_secret_sealed = _seal(account, " ".join(webhook_secrets)) if webhook_secrets else b""
    account.save()
    audit.record("payment.account_added", account, by=by, gateway=code)
    return account


@transaction.atomic
def replace_keys(*, account_id: int, secret_key: str, webhook_secret: str, webhook_url: str, by: Actor) -> None:
    """Another key of the same account; events signed with the former webhook secret are still believed."""
    account = locks.lock_one(PaymentAccount.objects.filter(pk=account_id))
    former = _unseal(account, account.webhook_secret_sealed).split()
    secrets_now = list(dict.fromkeys([webhook_secret, *former]))[:2]
    account.secret_key_sealed = _seal(account, secret_key)
    account.webhook_secret_sealed = _seal(account, " ".join(secrets_now))
    account.key_hint, account.is_live, account.webhook_url = secret_key[-HINT:], "_live_" in secret_key, webhook_url
    account.save()
    audit.record("payment.account_key_replaced", account, by=by)


def _fill(code: str, kind: ports.GatewayKind) -> None:
    if kind.is_sandbox:
        key = f"sk_test_{secrets.token_hex(16)}"
        save_account(code=code, secret_key=key, webhook_secrets=(), webhook_url="", by=SYSTEM)
    elif settings.STRIPE_SECRET_KEY and settings.STRIPE_WEBHOOK_SECRET and _is_only_company():
        save_account(
            code=code,
            secret_key=settings.STRIPE_SECRET_KEY,
            webhook_secrets=tuple(settings.STRIPE_WEBHOOK_SECRET.split()[:2]),
            webhook_url=links.portal_url(WEBHOOK_PATH),
            by=SYSTEM,
        )


@transaction.atomic
def _keep_webhook(*, account_id: int, url: str, secret: str) -> None:
    account = locks.lock_one(PaymentAccount.objects.filter(pk=account_id))
    account.webhook_secret_sealed = _seal(account, secret)
    account.webhook_url = url
    account.save(update_fields=["webhook_secret_sealed", "webhook_url"])
    log.info("payments.webhook_registered", extra={"account": str(account.public_id)})


@reading
def _has_account(code: str) -> bool:
    return PaymentAccount.objects.filter(is_active=True, gateway=code).exists()


@reading
def _active() -> PaymentAccount | None:
    return PaymentAccount.objects.filter(is_active=True, gateway__in=ports.GATEWAYS).first()


@reading
def _account(account_id: int) -> PaymentAccount:
    return PaymentAccount.objects.get(pk=account_id)


@reading
def _is_only_company() -> bool:
    return Company.objects.count() == 1


def _expected_url(account: PaymentAccount) -> str:
    is_sandbox = ports.GATEWAYS[account.gateway].is_sandbox
    return links.portal_url(WEBHOOK_PATH) if is_sandbox else account.webhook_url


def _opened(account: PaymentAccount) -> OpenAccount:
    return OpenAccount(
        id=account.pk,
        public_id=account.public_id,
        is_live=account.is_live,
        webhook_secrets=tuple(_unseal(account, account.webhook_secret_sealed).split()),
        webhook_url=account.webhook_url,
        gateway=ports.GATEWAYS[account.gateway].open(_unseal(account, account.secret_key_sealed)),
    )


def _code() -> str:
    return next(iter(ports.GATEWAYS))


def _seal(account: PaymentAccount, text: str) -> bytes:
    return _sealer().seal(text, bound_to=_bound(account))


def _unseal(account: PaymentAccount, sealed: bytes | memoryview) -> str:
    return _sealer().unseal(bytes(sealed), bound_to=_bound(account)) if sealed else ""


def _sealer() -> Sealer:
    return Sealer([settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS], purpose="payment account")


def _bound(account: PaymentAccount) -> str:
    return f"company {current_company_id()} account {account.public_id}"
