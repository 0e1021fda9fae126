"""The checks find what they are for: each is broken once, past the operations."""

import pytest

from portico.domain.estimates import invariants
from portico.domain.estimates.operations import proof
from portico.foundation.tenancy.scope import company_scope
from tests.domain.estimates.deciding import LINES, approve, noted
from tests.domain.estimates.tampering import mighty, put_back
from tests.factories import customers as make
from tests.factories import people
from tests.factories.estimates import make_estimate, make_options

pytestmark = pytest.mark.django_db(transaction=True)

ONCE = (
    "CREATE UNIQUE INDEX IF NOT EXISTS one_option_is_accepted ON estimates_estimate (company_id, proposal_id)"
    " WHERE status = 'Sold'"
)
SOLD = "UPDATE estimates_estimate SET status = 'Sold', is_other_chosen = false"
CASES = (
    (f"DROP INDEX one_option_is_accepted; {SOLD}", "a proposal has one accepted option at most"),
    (
        """INSERT INTO estimates_approval OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record(a,
          jsonb_build_object('id', a.id + 1, 'public_id', gen_random_uuid()))).* FROM estimates_approval a""",
        "a proposal has one standing approval at most",
    ),
    (
        "UPDATE estimates_estimate SET status = 'Withdrawn' WHERE status = 'Sold'",
        "an option that was approved here is accepted",
    ),
    (
        "DELETE FROM estimates_approvalpaper; DELETE FROM estimates_approval",
        "an option that is accepted was approved here or comes from the source",
    ),
    (
        "UPDATE estimates_estimate SET status = 'Open', is_other_chosen = false WHERE status = 'Dismissed'",
        "no option waits beside one that was approved here",
    ),
    ("UPDATE estimates_proposal SET state = 'open'", "a proposal says what its options come to"),
    ("UPDATE estimates_proposal SET open_until = now()", "a proposal says what its options come to"),
    ("UPDATE jobs_job SET location_id = location_id + 1", "a proposal is that of its job"),
    ("UPDATE estimates_approval SET snapshot = snapshot || ' '", "a snapshot has its digest"),
    (
        "UPDATE audit_auditentry SET facts = '{}' WHERE verb = 'estimate.approved'",
        "the audit trail names the digest of an approval",
    ),
    (
        "UPDATE estimates_approval SET total_minor = total_minor + 1",
        "an approval has the amounts of its snapshot",
    ),
    ("UPDATE estimates_approval SET signature_png = 'x'", "a signature is the one that was given"),
    ("UPDATE estimates_approvalpaper SET content = 'x'", "a proof has its digest"),
    ("UPDATE billing_deposit SET approval_ref = gen_random_uuid()", "a deposit has its approval"),
    ("UPDATE billing_deposit SET amount_minor = amount_minor + 1", "a deposit has its approval"),
    (
        """INSERT INTO estimates_approvalundo (company_id, approval_id, made_by_name, by_office, at)
          SELECT company_id, id, '', false, now() FROM estimates_approval""",
        "a deposit is asked for while its approval stands",
    ),
    ("DELETE FROM billing_deposit", "an approval with a deposit has asked for it"),
    ("UPDATE estimates_estimateitem SET name = 'x'", "the newest version is the estimate as it is stored"),
    ("UPDATE estimates_estimate SET version = 2", "the newest version is the estimate as it is stored"),
    (
        "UPDATE estimates_estimate SET subtotal_minor = 1, total_minor = tax_minor + 1",
        "an estimate comes to what its lines come to",
    ),
)


@pytest.fixture
def company():
    """One proposal of three options, of which one is approved with a deposit and its paper."""
    company = people.make_company()
    with people.inside(company):
        options = make_options(make.make_customer(), deposit_kind="fixed", deposit_minor=5_000)
        noted(*options)
        made = approve(options[1], people.make_login())
    with company_scope(company.id):
        proof.make_paper(approval=str(made))
    return company


def rules_broken(company):
    with people.inside(company):
        return {violation.rule for violation in invariants.check()}


def test_estimates_as_they_are_made_break_no_rule(company):
    with people.inside(company):
        noted(make_estimate(make.make_customer(), lines=LINES, status="Dismissed"))
    assert rules_broken(company) == set()


def test_every_broken_rule_is_found(company):
    unnoticed = []
    for change, rule in CASES:
        with mighty() as server:
            with put_back(server):
                server.execute(change)
                unnoticed += [] if rule in rules_broken(company) else [change]
            server.execute(ONCE)
    assert unnoticed == []
    assert rules_broken(company) == set()
