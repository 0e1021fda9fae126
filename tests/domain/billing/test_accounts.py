import pytest
from django.db import transaction

from portico.adapters.stripe.kind import Stripe
from portico.config import payments as wiring
from portico.config.env import BadSetting
from portico.domain.billing import errors, ports
from portico.domain.billing.models import PaymentAccount
from portico.domain.billing.operations import accounts
from portico.domain.billing.queries import payments as queries
from portico.foundation.tenancy.scope import company_scope
from portico.kernel.sealed import CannotUnseal
from tests.factories import people


@pytest.fixture
def gateways():
    before = dict(ports.GATEWAYS)
    yield ports.GATEWAYS
    ports.GATEWAYS.clear()
    ports.GATEWAYS.update(before)


def keys(company_id: int) -> list[str]:
    with company_scope(company_id), transaction.atomic():
        rows = PaymentAccount.objects.filter(is_active=True)
        return [accounts._unseal(account, account.secret_key_sealed) for account in rows]


def test_with_the_sandbox_each_company_gets_an_account_of_its_own(db, gateways):
    gateways.clear()
    gateways["sandbox"] = Stripe(api_base="http://127.0.0.1:1")
    found = []
    for company in (people.make_company("one"), people.make_company("two")):
        with company_scope(company.id):
            accounts.ensure_account()
            accounts.ensure_account()
            assert queries.may_pay_online()
        found += keys(company.id)
    assert (len(found), len(set(found))) == (2, 2)
    assert all(key.startswith("sk_test_") for key in found)


def test_environment_fills_the_account_of_the_only_company(db, gateways, settings):
    gateways.clear()
    gateways["stripe"] = Stripe()
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = "sk_live_0123456789", "whsec_a whsec_b"
    company = people.make_company("one")
    with company_scope(company.id):
        accounts.ensure_account()
        account = accounts.require_account()
    assert (keys(company.id), account.is_live) == (["sk_live_0123456789"], True)
    assert account.webhook_secrets == ("whsec_a", "whsec_b")


def test_environment_fills_nothing_where_there_are_two_companies(db, gateways, settings):
    gateways.clear()
    gateways["stripe"] = Stripe()
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = "sk_test_0123456789", "whsec_a"
    first, _second = people.make_company("one"), people.make_company("two")
    with company_scope(first.id):
        accounts.ensure_account()
        assert not queries.may_pay_online()
        with pytest.raises(errors.CannotPayOnline):
            accounts.require_account()


def test_sandbox_account_is_not_used_with_the_real_gateway(db, gateways):
    gateways.clear()
    gateways["sandbox"] = Stripe(api_base="http://127.0.0.1:1")
    company = people.make_company("one")
    with company_scope(company.id):
        accounts.ensure_account()
        gateways.clear()
        gateways["stripe"] = Stripe()
        assert (accounts.open_account(), queries.may_pay_online()) == (None, False)


def test_sealed_key_does_not_open_for_another_company(db, gateways):
    gateways.clear()
    gateways["sandbox"] = Stripe(api_base="http://127.0.0.1:1")
    first, second = people.make_company("one"), people.make_company("two")
    with company_scope(first.id):
        accounts.ensure_account()
        with transaction.atomic():
            stolen = PaymentAccount.objects.get()
    assert b"sk_test" not in bytes(stolen.secret_key_sealed)
    with company_scope(second.id), pytest.raises(CannotUnseal):
        accounts._unseal(stolen, stolen.secret_key_sealed)


@pytest.mark.parametrize(
    ("key", "webhook", "base", "allowed"),
    (
        ("sk_live_1", "whsec_1", "http://127.0.0.1:1", True),
        ("", "", "http://127.0.0.1:1", False),
        ("sk_test_1", "", "", True),
    ),
)
def test_start_up_refuses_what_nobody_can_mean(settings, gateways, key, webhook, base, allowed):
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = key, webhook
    settings.STRIPE_API_BASE, settings.PORTICO_ALLOW_SANDBOX = base, allowed
    with pytest.raises(BadSetting):
        wiring.wire()


def test_start_up_names_the_sandbox_or_stripe(settings, gateways):
    settings.STRIPE_API_BASE = "http://127.0.0.1:1"
    wiring.wire()
    assert list(gateways) == ["sandbox"]
    settings.STRIPE_API_BASE = ""
    wiring.wire()
    assert list(gateways) == ["stripe"]
