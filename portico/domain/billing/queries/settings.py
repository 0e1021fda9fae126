"""The rules of paying, and what their settings page shows. Of the keys only the last letters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portico.domain.billing import ports
from portico.domain.billing.models import PaymentAccount, PaymentPolicy
from portico.foundation.tenancy.scope import reading
from portico.kernel import clock


@dataclass(frozen=True, slots=True)
class PaymentRules:
    """What customers may do. Amounts in minor units of the company's currency; the text stands on every receipt.

    A customer is mailed at most one statement within `statement_every_days` days.
    """

    is_partial_allowed: bool
    minimum_minor: int
    partial_minimum_invoice_minor: int
    is_ach_allowed: bool
    receipt_text: str
    statement_every_days: int


@dataclass(frozen=True, slots=True)
class AccountRow:
    """The account that money goes to."""

    key_hint: str
    is_live: bool
    is_sandbox: bool
    is_told: bool


@dataclass(frozen=True, slots=True)
class PaymentSettings:
    """`account` is None where there is none that works with the gateway in use."""

    account: AccountRow | None
    cards_paused_until: datetime | None


@reading
def payment_settings() -> PaymentSettings:
    """How the running company takes payments."""
    account = PaymentAccount.objects.filter(is_active=True, gateway__in=ports.GATEWAYS).first()
    row = (
        AccountRow(
            key_hint=account.key_hint,
            is_live=account.is_live,
            is_sandbox=ports.GATEWAYS[account.gateway].is_sandbox,
            is_told=bool(account.webhook_secret_sealed),
        )
        if account
        else None
    )
    return PaymentSettings(row, cards_paused_until())


@reading
def payment_rules() -> PaymentRules:
    """The rules as they stand."""
    policy = PaymentPolicy.objects.first() or PaymentPolicy()
    return PaymentRules(
        is_partial_allowed=policy.is_partial_allowed,
        minimum_minor=policy.minimum_minor,
        partial_minimum_invoice_minor=policy.partial_minimum_invoice_minor,
        is_ach_allowed=policy.is_ach_allowed,
        receipt_text=policy.receipt_text,
        statement_every_days=policy.statement_every_days,
    )


@reading
def cards_paused_until() -> datetime | None:
    """Until when new cards are paused; None when they are not."""
    until = PaymentPolicy.objects.values_list("cards_paused_until", flat=True).first()
    return until if until is not None and until > clock.real_now() else None
