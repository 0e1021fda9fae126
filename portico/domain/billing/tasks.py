"""What billing does by the clock, company by company."""

from __future__ import annotations

from portico.domain.billing import ports
from portico.domain.billing.operations import accounts, adding, comparison, reconcile, refunds, webhooks
from portico.foundation.tenancy.tasks import periodic_for_each_company


@periodic_for_each_company(name="billing.reconcile_payments", cron="*/2 * * * *")
def reconcile_payments() -> None:
    """Attempts and refunds past their next check, visits to add a method, and events not yet applied."""
    reconcile.reconcile_due()
    refunds.reconcile_due()
    adding.look_after_open()
    webhooks.sweep()


@periodic_for_each_company(name="billing.catch_up_events", cron="17 * * * *")
def catch_up_events() -> None:
    """Events that no webhook brought."""
    webhooks.catch_up()


@periodic_for_each_company(name="billing.compare_payments", cron="43 9 * * *")
def compare_payments() -> None:
    """The gateway's cash against the books, once a day."""
    comparison.run_daily()


@periodic_for_each_company(name="billing.connect_payments", cron="* * * * *")
def connect_payments() -> None:
    """A company without an account gets one; the sandbox learns where our webhook is."""
    accounts.ensure_account()
    if not accounts.is_connected():
        connect()


def connect() -> bool:
    """Register our webhook; whether that worked."""
    try:
        accounts.connect_account()
    except (ports.Unknown, ports.Refused):
        return False
    return True
