"""One changed letter or cent, wherever it is, shows; even when it is changed past the application's role."""

import argparse
import uuid

import pytest

from portico.domain.estimates import signatures, verification
from portico.domain.estimates.errors import MissingApproval
from portico.domain.estimates.models import EstimateTerms
from portico.domain.estimates.operations import proof
from portico.faces.commands import verify_approval
from portico.foundation.messaging.models import Message
from portico.foundation.tenancy.models import Branch
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock
from tests.domain.estimates.deciding import LINES, approve, noted, refs
from tests.domain.estimates.tampering import mighty, put_back
from tests.factories import customers as make
from tests.factories import people
from tests.factories.estimates import make_estimate

pytestmark = pytest.mark.django_db(transaction=True)
STROKES = "[[[0,0],[40,30],[80,5],[120,30]]]"

CHANGES = (
    "UPDATE estimates_approval SET snapshot = replace(snapshot, '\"total_minor\":235985', '\"total_minor\":235984')",
    "UPDATE estimates_approval SET snapshot = replace(snapshot, 'Thermostat', 'Thermostab')",
    "UPDATE estimates_approval SET snapshot = snapshot || ' '",
    "UPDATE estimates_approval SET snapshot = 'x', sha256 = encode(sha256('x'), 'hex')",
    "UPDATE estimates_approval SET snapshot = '[]', sha256 = encode(sha256('[]'), 'hex')",
    "UPDATE estimates_approval SET sha256 = translate(sha256, '0123456789abcdef', '123456789abcdef0')",
    "UPDATE estimates_approval SET total_minor = total_minor - 1",
    "UPDATE estimates_approval SET deposit_minor = deposit_minor + 1",
    "UPDATE estimates_approval SET currency = 'CAD'",
    "UPDATE estimates_approval SET signer_name = 'Ana Alvares'",
    "UPDATE estimates_approval SET login = gen_random_uuid()",
    "UPDATE estimates_approval SET version_n = 2",
    "UPDATE estimates_approval SET terms_n = 0",
    "UPDATE estimates_approval SET at = at + interval '1 second'",
    "UPDATE estimates_approval SET ip_prefix = '198.51.100.0/24'",
    "UPDATE estimates_approval SET user_agent = 'Mozilla/5.1'",
    "UPDATE estimates_approval SET note = 'By the way'",
    "UPDATE estimates_approval SET recorded_by_name = 'Olga'",
    "UPDATE estimates_approval SET signature_kind = 'typed'",
    "UPDATE estimates_approval SET signature_png = signature_png || '\\x00'",
    "UPDATE estimates_approval SET signature_png = ''",
    "UPDATE estimates_approval SET signature_png = substr(signature_png, 1, 40)",
    "UPDATE estimates_approval SET signature_png = 'x'",
    "UPDATE estimates_estimateversion SET content = jsonb_set(content, '{lines,0,price_minor}', '199999')",
    "UPDATE estimates_estimateversion SET content = jsonb_set(content, '{lines,2,name}', '\"Permits\"')",
    "UPDATE estimates_estimateversion SET n = 7",
    "UPDATE estimates_estimateterms SET text = 'Pay when done!'",
    "UPDATE estimates_approvalpaper SET content = content || '\\x00'",
    "UPDATE estimates_approvalpaper SET content = 'x', sha256 = encode(sha256('x'), 'hex')",
    "UPDATE estimates_approvalpaper SET sha256 = translate(sha256, '0123456789abcdef', '123456789abcdef0')",
    "DELETE FROM estimates_approvalpaper",
    "UPDATE audit_auditentry SET facts = jsonb_set(facts, '{sha256}', '\"0\"') WHERE verb = 'estimate.approved'",
    "UPDATE audit_auditentry SET facts = jsonb_set(facts, '{sha256}', '\"0\"') WHERE verb = 'estimate.proof_made'",
    "UPDATE audit_auditentry SET facts = jsonb_set(facts, '{total_minor}', '1') WHERE verb = 'estimate.approved'",
    "UPDATE audit_auditentry SET actor_ref = 'x' WHERE verb = 'estimate.approved'",
    "DELETE FROM audit_auditentry WHERE verb = 'estimate.approved'",
    "DELETE FROM audit_auditentry WHERE verb = 'estimate.proof_made'",
)


@pytest.fixture
def signed():
    """An approval with a drawn signature and its paper: the company and its id."""
    company = people.make_company()
    return company, signed_in(company)


def signed_in(company):
    with people.inside(company):
        home, ana = make.make_customer("Alvarez", "ana@example.com"), people.make_login("ana@example.com")
        EstimateTerms.objects.create(n=1, text="Pay when done.", created_at=clock.now())
        estimate = make_estimate(home, lines=LINES, tax_rate="0.0825", deposit_kind="fixed", deposit_minor=5_000)
        noted(estimate)
        chosen, drawing = refs(estimate, "Thermostat"), signatures.drawn(STROKES)
        made = approve(estimate, ana, chosen=chosen, signature=drawing, name="Ana Alvarez")
    with company_scope(company.id):
        proof.make_paper(approval=str(made))
    return made


def failed(signed):
    company, made = signed
    with people.inside(company):
        return [finding.what for finding in verification.verify(approval=made) if finding.holds is False]


def command(capsys, approval):
    parser = argparse.ArgumentParser()
    verify_approval.add_arguments(parser)
    code = verify_approval.run(parser.parse_args([str(approval), "--company", "demo"]))
    said = capsys.readouterr()
    return code, said.out.splitlines(), said.err.strip()


def test_approval_as_it_was_signed_passes_every_check(signed, capsys):
    code, lines, _ = command(capsys, signed[1])
    assert code == 0
    assert lines[-1] == f"Approval {signed[1]} is what was signed."
    assert {line[:7] for line in lines[:-1]} == {"ok     "}
    assert len(lines) == 13


def test_one_changed_letter_or_cent_shows_wherever_it_is(signed):
    unnoticed = []
    for change in CHANGES:
        with mighty() as server, put_back(server):
            assert server.execute(change).rowcount > 0, change
            unnoticed += [] if failed(signed) else [change]
        assert failed(signed) == []
    assert unnoticed == []


def test_command_says_what_was_changed(signed, capsys):
    with mighty() as server:
        server.execute("UPDATE estimates_approval SET total_minor = total_minor - 1")
    code, lines, _ = command(capsys, signed[1])
    assert code == 1
    assert [line for line in lines if line.startswith("CHANGED")] == [
        "CHANGED the audit trail names the same facts (total_minor)",
        "CHANGED the approval's columns say what the snapshot says (total_minor)",
    ]
    assert lines[-1] == f"Approval {signed[1]} is NOT what was signed: 2 of 12 checks failed."


def test_command_of_an_unknown_approval_says_so(signed, capsys):
    code, _, said = command(capsys, uuid.uuid4())
    assert (code, said) == (2, "portico verify-approval: There is no such approval.")


def test_approval_of_another_company_is_unknown(signed):
    with people.inside(people.make_company("other")), pytest.raises(MissingApproval):
        verification.verify(approval=signed[1])


def test_paper_with_a_logo_that_is_gone_is_not_drawn_again():
    company = people.make_company()
    with people.inside(company):
        Branch.objects.update(logo_png=signatures.drawn(STROKES).png, logo_digest="aaaa")
    made = signed_in(company)
    assert failed((company, made)) == []
    with people.inside(company):
        Branch.objects.update(logo_png=b"", logo_digest="")
        findings = {finding.what: finding for finding in verification.verify(approval=made)}
    drawn = findings["the PDF drawn again is the same"]
    assert (drawn.holds, drawn.why) == (None, "not drawn again: the branch has another logo by now")


def test_new_name_of_the_branch_changes_no_proof(signed):
    with people.inside(signed[0]):
        Branch.objects.update(display_name="Other", color="#102030", phone="")
    assert failed(signed) == []


def test_paper_is_made_once_and_mailed_once(signed):
    company, made = signed
    with company_scope(company.id):
        proof.make_paper(approval=str(made))
    with people.inside(company):
        keys = Message.objects.filter(kind="approval").values_list("to_email", flat=True)
        assert list(keys) == ["ana@example.com"]
