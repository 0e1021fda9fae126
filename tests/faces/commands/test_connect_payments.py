import argparse

from portico.adapters.stripe.kind import Stripe
from portico.domain.billing import ports
from portico.domain.billing.operations import accounts
from portico.domain.billing.queries import payments
from portico.faces.commands import connect_payments
from portico.foundation.tenancy.scope import company_scope
from tests.factories import people
from tests.stripe_sandbox import stripe_sandbox, wired_sandbox

__all__ = ["stripe_sandbox", "wired_sandbox"]


def test_every_company_gets_an_account_that_knows_our_webhook(db, wired_sandbox, capsys):
    companies = [people.make_company("one"), people.make_company("two")]
    assert connect_payments.run(argparse.Namespace()) == 0
    assert capsys.readouterr().out == "2 of 2 companies are connected.\n"
    found = []
    for company in companies:
        with company_scope(company.id):
            account = accounts.require_account()
            assert (payments.may_pay_online(), accounts.is_connected()) == (True, True)
            found += account.webhook_secrets
    assert len(set(found)) == 2


def test_gateway_that_does_not_answer_is_told(db, wired_sandbox, capsys):
    ports.GATEWAYS["sandbox"] = Stripe(api_base="http://127.0.0.1:9", retries=0)
    people.make_company("one")
    assert connect_payments.run(argparse.Namespace()) == 1
    assert capsys.readouterr().out == "0 of 1 companies are connected.\n"
