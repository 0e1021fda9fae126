"""What the office decides about paying: its rules, and which account the money goes to."""

from __future__ import annotations

from dataclasses import asdict

from django.db import transaction
from django.utils.translation import gettext as _

from portico.domain.billing import errors, ports
from portico.domain.billing.models import PaymentPolicy
from portico.domain.billing.operations import accounts
from portico.domain.billing.ports import AccountFacts, Refused, Unknown
from portico.domain.billing.queries.settings import PaymentRules
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.messaging import links
from portico.foundation.tenancy.companies import current_company
from portico.kernel import locks

KEY_KINDS = ("sk_test_", "sk_live_", "rk_test_", "rk_live_")


@transaction.atomic
def change_rules(*, rules: PaymentRules, by: Actor) -> None:
    """Write the rules down; the trail says what was changed."""
    PaymentPolicy.objects.get_or_create()
    policy = locks.lock_one(PaymentPolicy.objects.all())
    changed = {name: value for name, value in asdict(rules).items() if getattr(policy, name) != value}
    if not changed:
        return
    for name, value in changed.items():
        setattr(policy, name, value)
    policy.save(update_fields=list(changed))
    audit.record("payment.rules_changed", current_company(), by=by, **changed)


def connect(*, secret_key: str, webhook_secret: str, by: Actor) -> AccountFacts:
    """Try a key out and make its account the company's; what it opened.

    Another key of the same account replaces the former one. Without a webhook secret the gateway is asked to tell us
    its news itself. KeyRefused says what is wrong; then nothing has changed.
    """
    code, kind = next(iter(ports.GATEWAYS.items()))
    if not secret_key.startswith(KEY_KINDS) or (kind.is_sandbox and "_live_" in secret_key):
        raise errors.KeyRefused(_("This is not a secret key. It begins with sk_ or rk_ and stands in your account."))
    gateway = kind.open(secret_key)
    facts = _facts(gateway)
    url = links.portal_url(accounts.WEBHOOK_PATH)
    secret = webhook_secret or _registered(gateway, url)
    former = _same_account(facts)
    if former is None:
        accounts.save_account(code=code, secret_key=secret_key, webhook_secrets=(secret,), webhook_url=url, by=by)
    else:
        accounts.replace_keys(account_id=former, secret_key=secret_key, webhook_secret=secret, webhook_url=url, by=by)
    return facts


def _facts(gateway: ports.Gateway) -> AccountFacts:
    try:
        return gateway.facts()
    except Refused as refused:
        raise errors.KeyRefused(
            _("The payment provider does not accept this key. Copy it again, all of it.")
        ) from refused
    except Unknown as unknown:
        raise errors.KeyRefused(
            _("The payment provider did not answer. Nothing was changed. Try again in a minute.")
        ) from unknown


def _registered(gateway: ports.Gateway, url: str) -> str:
    try:
        return gateway.register_webhook(url)
    except (Refused, Unknown) as problem:
        raise errors.KeyRefused(
            _("The key works, but may not set up the webhook. Add %(url)s there and enter its signing secret here.")
            % {"url": url}
        ) from problem


def _same_account(facts: AccountFacts) -> int | None:
    """The active account, when the new key opens the same one; an old key that opens nothing any more says nothing."""
    active = accounts.open_account()
    if active is None:
        return None
    try:
        return active.id if active.gateway.facts().ref == facts.ref else None
    except (Refused, Unknown):
        return None
