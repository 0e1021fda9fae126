"""Each rule finds what it is there for: the books are spoilt by hand, one thing at a time."""

import pytest
from django.db import transaction

from portico.domain.billing import invariants
from portico.domain.billing.models import Allocation, Invoice, Payment, PaymentAttempt
from portico.foundation.messaging.models import Message
from portico.foundation.tenancy.scope import company_scope
from tests.sandbox.running import submit
from tests.stripe_sandbox import Till, violations

SPOILT = {
    "paid cache": (Invoice, "settled", {"paid_minor": 9000, "is_settled": False}),
    "reserved cache": (Invoice, "open", {"reserved_minor": 9000}),
    "received": (Payment, "settled", {"received_minor": 9000}),
    "refunded": (Payment, "settled", {"refunded_minor": 1}),
    "held after the end": (Payment, "open", {"state": "canceled"}),
    "receipt number": (Payment, "settled", {"receipt_number": None}),
    "no check": (PaymentAttempt, "open", {"next_check_at": None}),
    "two ends": (PaymentAttempt, "settled", {"state": "failed"}),
    "posted": (Allocation, "settled", {"posted_minor": 9000}),
    "receipt for nothing": (Message, "settled", {"subject_id": "7f0c7a52-2f0e-4f53-8f6b-0a1f4f1b9b10"}),
}
FOUND = {
    "paid cache": {
        "an invoice's paid amount is what was posted on it",
        "an invoice's paid amount is what the ledger says",
    },
    "reserved cache": {"an invoice's reserved amount is what is held on it"},
    "received": {
        "a payment received what the ledger says",
        "no more of a payment is on invoices than was received and kept",
        "what is left of a payment is what came in less what is on invoices and what went back",
    },
    "refunded": {
        "no more of a payment is on invoices than was received and kept",
        "what is left of a payment is what came in less what is on invoices and what went back",
        "what was given back of a payment is what its refunds say",
        "the ledger gave back what the refunds say",
    },
    "held after the end": {
        "a payment that is over holds nothing",
        "a payment of the portal goes on exactly while a try goes on",
    },
    "receipt number": {"money that came here has a receipt number"},
    "no check": {"a try that goes on will be looked at again, one that is over will not"},
    "two ends": {"a payment of the portal has money exactly when a try succeeded"},
    "posted": {
        "an invoice's paid amount is what was posted on it",
        "the ledger puts of a payment on invoices what its allocations say",
        "what is left of a payment is what came in less what is on invoices and what went back",
    },
    "receipt for nothing": {"a receipt is mailed for money and for nothing else"},
}


@pytest.mark.parametrize("what", SPOILT)
def test_rule_finds_what_was_spoilt(till: Till, what):
    settled, held = till.owes(), till.owes()
    submit(till.pay((settled, 10000)).url)
    till.reconcile()
    till.pay((held, 10000))
    assert violations(till) == []
    model, which, columns = SPOILT[what]
    with company_scope(till.company_id), transaction.atomic():
        rows = {
            Invoice: {"settled": {"pk": settled.pk}, "open": {"pk": held.pk}},
            Payment: {"settled": {"state": "succeeded"}, "open": {"state": "open"}},
            PaymentAttempt: {"settled": {"state": "succeeded"}, "open": {"state": "sent"}},
            Allocation: {"settled": {"state": "posted"}},
            Message: {"settled": {"kind": "receipt"}},
        }[model][which]
        assert model.objects.filter(**rows).update(**columns) == 1
    assert {violation.rule for violation in violations(till)} == FOUND[what]


def test_every_rule_runs_on_an_empty_company(till: Till):
    assert violations(till) == []
    assert len(invariants.RULES) == 34
