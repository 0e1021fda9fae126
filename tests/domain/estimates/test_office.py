"""The office's side: writing, offering, withdrawing, approvals by phone, billing, rules and terms."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from portico.domain.billing.models import Deposit, Invoice
from portico.domain.customers.enums import BillingLevel
from portico.domain.customers.models import PortalContact
from portico.domain.estimates.draft_rules import MOST_LINES, DraftLine, EstimateDraft
from portico.domain.estimates.errors import (
    BadDraft,
    BadPolicy,
    CannotSend,
    MissingEstimate,
    NameMissing,
    NotEditable,
    NothingToBill,
    OfferChanged,
    TextMissing,
)
from portico.domain.estimates.models import Estimate, EstimateEvent, EstimatePolicy, EstimateTerms, EstimateVersion
from portico.domain.estimates.operations import approving, by_phone, editing, invoicing, sending, settings, withdrawing
from portico.domain.estimates.rules import DepositTerms
from portico.domain.jobs.models import Job
from portico.foundation.audit.models import AuditEntry
from portico.foundation.messaging.models import Message
from portico.kernel import clock
from tests.domain.estimates.deciding import approval, approve, shown, states
from tests.factories import customers as make
from tests.factories import people, visits

pytestmark = pytest.mark.django_db
LINES = (
    DraftLine("Furnace", Decimal(1), 200_000, 180_000, sku="F-1"),
    DraftLine("Filter", Decimal("2.5"), 1_001),
    DraftLine("Thermostat", Decimal(1), 18_000, is_optional=True, is_suggested=True),
    DraftLine("Permit", Decimal(1), 5_000, is_taxable=False),
)
REBATE = DraftLine("Rebate", Decimal(1), -50_000)
DRAFT = EstimateDraft("Better", LINES, "A new furnace.", Decimal("0.0825"), DepositTerms("percent", 0, Decimal(10)))


@pytest.fixture
def job(home):
    return visits.make_job(home)


def save(job: Job, draft: EstimateDraft = DRAFT, estimate: Estimate | None = None) -> Estimate:
    key = estimate.public_id if estimate else None
    return Estimate.objects.get(public_id=editing.save(estimate=key, job=job.public_id, draft=draft, by=people.OFFICE))


def send(estimate: Estimate, *emails: str, with_options: bool = True, token: str = "one") -> Estimate:
    sending.send(
        estimate=estimate.public_id,
        to_emails=emails or ("ana@example.com",),
        with_options=with_options,
        token=token,
        by=people.OFFICE,
    )
    estimate.refresh_from_db()
    return estimate


def phone(estimate: Estimate, **told):
    wanted = {"chosen": (), "signer_name": "Ana Alvarez", "note": "Called at noon.", **told}
    hash_ = wanted.pop("hash_", None) or shown(estimate)
    return by_phone.approve_by_phone(estimate=estimate.public_id, shown=hash_, by=people.OFFICE, **wanted)


def again(estimate: Estimate, **changes) -> EstimateDraft:
    """The draft as the page has it, with these changes."""
    refs = estimate.items.order_by("position").values_list("public_id", flat=True)
    lines = tuple(replace(line, ref=str(ref)) for line, ref in zip(LINES, refs, strict=True))
    return replace(DRAFT, **{"lines": lines, "seen_version": estimate.version, **changes})


def test_new_one_is_a_draft_with_its_sums_number_and_first_version(job):
    estimate = save(job)
    # 200000 + 2503 (2.5 × 1001 = 2502.5, half up) + 5000; tax on 202503
    assert (estimate.status, estimate.subtotal_minor, estimate.tax_minor) == ("Draft", 207_503, 16_706)
    assert (estimate.number, estimate.version) == (f"E-{job.number}-1", 1)
    assert [event.kind for event in estimate.events.all()] == ["created"]
    assert AuditEntry.objects.get(verb="estimate.created").subject_id == str(estimate.public_id)


def test_second_one_is_an_option_of_the_first_and_counted_on(job):
    first = save(job)
    second = save(job, replace(DRAFT, name="Best", proposal=first.proposal.public_id, is_recommended=True))
    third = save(job, replace(DRAFT, name="Alone"))
    assert (second.proposal_id, second.position, second.number) == (first.proposal_id, 1, f"E-{job.number}-2")
    assert (third.proposal_id == first.proposal_id, third.number) == (False, f"E-{job.number}-3")


def test_only_one_option_is_recommended(job):
    first = save(job, replace(DRAFT, is_recommended=True))
    save(job, replace(DRAFT, proposal=first.proposal.public_id, is_recommended=True))
    first.refresh_from_db()
    assert first.is_recommended is False


def test_changed_open_one_is_a_new_version_and_lines_keep_their_ids(job):
    estimate = send(save(job))
    before = list(estimate.items.order_by("position").values_list("public_id", flat=True))
    draft = again(estimate)
    lines = (replace(draft.lines[2], price_minor=21_000), draft.lines[0], draft.lines[3])
    save(job, replace(draft, lines=lines), estimate)
    estimate.refresh_from_db()
    after = list(estimate.items.order_by("position").values_list("public_id", "name"))
    assert after == [(before[2], "Thermostat"), (before[0], "Furnace"), (before[3], "Permit")]
    assert (estimate.version, estimate.status) == (2, "Open")
    assert EstimateVersion.objects.filter(estimate=estimate).count() == 2


def test_saving_the_same_or_only_a_sku_is_no_new_version(job):
    estimate = save(job)
    draft = again(estimate)
    save(job, draft, estimate)
    save(job, replace(draft, lines=(replace(draft.lines[0], sku="F-2"), *draft.lines[1:])), estimate)
    estimate.refresh_from_db()
    assert (estimate.version, estimate.items.get(name="Furnace").sku) == (1, "F-2")
    assert [event.kind for event in estimate.events.all()] == ["created"]


def test_change_of_an_older_version_is_refused(job):
    estimate = save(job)
    draft = again(estimate)
    save(job, replace(draft, name="First"), estimate)
    with pytest.raises(NotEditable, match="Somebody changed"):
        save(job, replace(draft, name="Second"), estimate)
    estimate.refresh_from_db()
    assert estimate.name == "First"


def test_accepted_declined_and_their_options_cannot_be_changed_or_withdrawn(job, ana):
    estimate = save(job)
    other = save(job, replace(DRAFT, proposal=estimate.proposal.public_id))
    draft, beside = again(estimate), again(other)
    approve(send(estimate), ana)
    for row, wanted in ((estimate, draft), (other, beside)):
        with pytest.raises(NotEditable):
            save(job, wanted, row)
        with pytest.raises(NotEditable):
            withdrawing.withdraw(estimate=row.public_id, by=people.OFFICE)
        with pytest.raises(NotEditable):
            send(row, token="again")
    with pytest.raises(NotEditable, match="Another option"):
        save(job, replace(DRAFT, proposal=estimate.proposal.public_id))


def test_tax_that_another_system_fixed_stays_without_a_rate(job):
    estimate = save(job, replace(DRAFT, tax_rate=None))
    Estimate.objects.update(tax_minor=777, total_minor=207_503 + 777)
    estimate.refresh_from_db()
    save(job, again(estimate, tax_rate=None), estimate)
    estimate.refresh_from_db()
    assert (estimate.tax_minor, estimate.total_minor) == (777, 208_280)


@pytest.mark.parametrize(
    ("changes", "field", "line"),
    (
        ({"name": "  "}, "name", -1),
        ({"lines": ()}, "lines", -1),
        ({"lines": LINES[:1] * (MOST_LINES + 1)}, "lines", -1),
        ({"tax_rate": Decimal(1)}, "tax_rate", -1),
        ({"tax_rate": Decimal("-0.01")}, "tax_rate", -1),
        ({"deposit": DepositTerms("fixed", 0)}, "deposit_amount", -1),
        ({"deposit": DepositTerms("percent", 0, Decimal(101))}, "deposit_percent", -1),
        ({"lines": (LINES[0], replace(LINES[1], quantity=Decimal(-1)))}, "quantity", 1),
        ({"lines": (replace(LINES[0], price_minor=-(10**11) - 1),)}, "price", 0),
        ({"lines": (replace(LINES[0], member_price_minor=-1),)}, "member_price", 0),
        ({"lines": (REBATE, replace(REBATE, member_price_minor=-40_000))}, "member_price", 1),
        ({"lines": (replace(LINES[0], quantity=Decimal(100_000), price_minor=10**10),)}, "price", 0),
        ({"lines": (replace(LINES[0], member_price_minor=200_001),)}, "member_price", 0),
        ({"lines": (replace(LINES[0], name=""),)}, "name", 0),
    ),
)
def test_draft_that_cannot_be_is_refused_and_nothing_is_written(job, changes, field, line):
    with pytest.raises(BadDraft) as refused:
        save(job, replace(DRAFT, **changes))
    assert (refused.value.field, refused.value.line, Estimate.objects.count()) == (field, line, 0)


@pytest.mark.parametrize(
    ("lines", "total"),
    (
        ((LINES[0], REBATE), 162_375),
        ((LINES[0], replace(REBATE, price_minor=-200_000, member_price_minor=None)), None),
        ((replace(LINES[0], member_price_minor=None), replace(REBATE, price_minor=-200_000)), 0),
        ((replace(LINES[0], member_price_minor=None), replace(REBATE, price_minor=-200_001)), None),
        ((replace(LINES[0], member_price_minor=None), replace(REBATE, member_price_minor=-200_001)), None),
        ((LINES[3], replace(REBATE, price_minor=-5_000, is_taxable=False)), 0),
        ((LINES[3], replace(REBATE, price_minor=-5_000)), None),
        ((LINES[3], replace(REBATE, is_optional=True)), None),
        ((LINES[0], replace(REBATE, is_optional=True)), 216_500),
    ),
)
def test_rebates_are_taken_while_no_choice_leads_below_zero(job, lines, total):
    """None: refused. Members pay 1,800 for the furnace, and a rebate on what is not taxed takes its tax off too."""
    if total is not None:
        assert save(job, replace(DRAFT, lines=lines)).total_minor == total
        return
    with pytest.raises(BadDraft) as refused:
        save(job, replace(DRAFT, lines=lines))
    assert (refused.value.field, refused.value.line, Estimate.objects.count()) == ("price", 1, 0)
    assert refused.value.message.startswith("The rebates come to more than the rest.")


def test_fixed_tax_of_another_system_counts_against_rebates(job):
    estimate = save(job, replace(DRAFT, tax_rate=None))
    Estimate.objects.update(tax_minor=777, total_minor=207_503 + 777)
    estimate.refresh_from_db()
    draft = replace(DRAFT, tax_rate=None, lines=(LINES[3], replace(REBATE, price_minor=-5_777)))
    with pytest.raises(BadDraft):
        save(job, replace(draft, lines=(LINES[3], replace(REBATE, price_minor=-5_778))), estimate)
    save(job, draft, estimate)
    estimate.refresh_from_db()
    assert (estimate.tax_minor, estimate.total_minor) == (777, 0)


def test_rebate_is_approved_and_billed(job, ana):
    estimate = send(save(job, replace(DRAFT, lines=(LINES[0], REBATE))))
    approve(estimate, ana)
    invoicing.make_invoice(estimate=estimate.public_id, by=people.OFFICE)
    estimate.refresh_from_db()
    assert (estimate.invoice.total_minor, estimate.invoice.items.get(name="Rebate").total_minor) == (162_375, -50_000)


def test_estimate_of_another_job_or_proposal_is_unknown(home, job):
    estimate, other = save(job), visits.make_job(home)
    with pytest.raises(MissingEstimate):
        save(other, again(estimate), estimate)
    with pytest.raises(MissingEstimate):
        save(other, replace(DRAFT, proposal=estimate.proposal.public_id))


def test_sending_opens_the_options_and_mails_a_link_to_exactly_this_one(job, ana):
    first = save(job)
    second = save(job, replace(DRAFT, name="Best", proposal=first.proposal.public_id))
    send(first)
    mail = Message.objects.get(kind="estimate")
    assert [state for state, _ in states(first, second)] == ["Open", "Open"]
    assert (mail.to_email, str(first.public_id) in str(mail.letter), "Best" in str(mail.letter)) == (
        "ana@example.com",
        True,
        True,
    )
    assert "$" not in str(mail.letter)
    assert EstimateEvent.objects.get(estimate=first, kind="sent").note == "ana@example.com"


def test_same_click_mails_once_and_another_one_again(job, ana):
    estimate = save(job)
    for token in ("one", "one", "two"):
        send(estimate, token=token)
    assert Message.objects.filter(kind="estimate").count() == 2


def test_sending_this_one_alone_leaves_the_other_drafts(job, ana):
    first = save(job)
    second = save(job, replace(DRAFT, proposal=first.proposal.public_id))
    send(first, with_options=False)
    assert [state for state, _ in states(first, second)] == ["Open", "Draft"]


def test_nobody_without_prices_is_mailed(home, job):
    make.add_emails(home, "carl@example.com")
    PortalContact.objects.filter(email="carl@example.com").update(billing=BillingLevel.NONE)
    estimate = save(job)
    for emails in (("carl@example.com",), ("stranger@example.com",), ()):
        with pytest.raises(CannotSend):
            sending.send(estimate=estimate.public_id, to_emails=emails, with_options=True, token="x", by=people.OFFICE)
    estimate.refresh_from_db()
    assert (estimate.status, Message.objects.filter(kind="estimate").count()) == ("Draft", 0)


def test_expired_one_and_one_of_a_canceled_job_are_not_sent(job):
    late = save(job, replace(DRAFT, expires_at=clock.now() - timedelta(minutes=1)))
    with pytest.raises(CannotSend, match="expired"):
        send(late)
    fine = save(job)
    Job.objects.filter(pk=job.pk).update(status="Canceled")
    with pytest.raises(CannotSend, match="canceled"):
        send(fine)
    with pytest.raises(NotEditable, match="canceled"):
        save(job)


def test_withdrawn_one_is_no_longer_offered_and_may_be_sent_anew(job, ana):
    estimate = send(save(job))
    for _ in range(2):
        withdrawing.withdraw(estimate=estimate.public_id, by=people.OFFICE)
    estimate.refresh_from_db()
    assert (estimate.status, estimate.events.filter(kind="withdrawn").count()) == ("Withdrawn", 1)
    assert send(estimate, token="again").status == "Open"


def test_approval_by_phone_says_who_took_it_down_and_closes_the_others(job):
    draft = save(job)
    other = send(save(job, replace(DRAFT, proposal=draft.proposal.public_id)), with_options=False)
    found = approval(phone(draft, chosen=[str(draft.items.get(name="Thermostat").public_id)]))
    assert (found.channel, found.recorded_by_name, found.note, found.login) == (
        "phone",
        "Olga Office",
        "Called at noon.",
        None,
    )
    assert states(draft, other) == [("Sold", False), ("Dismissed", True)]
    assert Deposit.objects.get().amount_minor == found.deposit_minor == round(found.total_minor / 10)
    assert AuditEntry.objects.get(verb="estimate.approved").facts["channel"] == "phone"
    assert EstimateEvent.objects.get(kind="approved_by_phone").note == "Called at noon."


def test_approval_by_phone_wants_a_name_a_note_and_what_was_read_out(job):
    estimate = send(save(job))
    old = shown(estimate)
    with pytest.raises(NameMissing):
        phone(estimate, signer_name=" ")
    with pytest.raises(TextMissing):
        phone(estimate, note=" ")
    save(job, again(estimate, name="Dearer"), estimate)
    with pytest.raises(OfferChanged):
        phone(estimate, hash_=old)
    assert states(estimate) == [("Open", False)]


def test_invoice_bills_what_was_signed_once(job, ana):
    estimate = send(save(job))
    ticked = [str(estimate.items.get(name="Thermostat").public_id)]
    agreed = approval(approve(estimate, ana, chosen=ticked))
    made = {invoicing.make_invoice(estimate=estimate.public_id, by=people.OFFICE) for _ in range(2)}
    invoice = Invoice.objects.get()
    estimate.refresh_from_db()
    assert (made, estimate.invoice_id) == ({invoice.public_id}, invoice.pk)
    assert (invoice.total_minor, invoice.job_id, invoice.customer_id) == (
        agreed.total_minor,
        job.pk,
        job.customer_id,
    )
    names = list(invoice.items.order_by("position").values_list("name", "sku"))
    assert names == [("Furnace", "F-1"), ("Filter", ""), ("Thermostat", ""), ("Permit", "")]
    assert estimate.events.filter(kind="invoiced").count() == 1


def test_only_what_is_accepted_is_billed(job):
    estimate = send(save(job))
    with pytest.raises(NothingToBill):
        invoicing.make_invoice(estimate=estimate.public_id, by=people.OFFICE)
    assert Invoice.objects.count() == 0


def test_changed_terms_are_a_new_version_and_the_same_are_none(home):
    made = [settings.save_terms(text=text, by=people.OFFICE) for text in ("One.", "One.\r\n", "Two.", "One.")]
    assert made == [True, False, True, True]
    assert list(EstimateTerms.objects.order_by("n").values_list("n", "text")) == [(1, "One."), (2, "Two."), (3, "One.")]


def test_changed_terms_refuse_what_was_shown_with_the_old_ones(job, ana):
    estimate = send(save(job))
    old = shown(estimate)
    settings.save_terms(text="Other terms.", by=people.OFFICE)
    with pytest.raises(OfferChanged):
        approve(estimate, ana, hash_=old)
    assert approving.offers.current(estimate, clock.now()).terms_text == "Other terms."


def test_policy_is_kept_tidied(home):
    reasons = ("Too  expensive", "", "Too expensive", "Later")
    settings.save_policy(undo_hours=0, expires_after_days=14, decline_reasons=reasons, by=people.OFFICE)
    policy = EstimatePolicy.objects.get()
    assert (policy.undo_hours, policy.expires_after_days, policy.decline_reasons) == (0, 14, ["Too expensive", "Later"])


@pytest.mark.parametrize(
    ("changes", "field"),
    (
        ({"undo_hours": -1}, "undo_hours"),
        ({"expires_after_days": 0}, "expires_after_days"),
        ({"decline_reasons": [str(n) for n in range(21)]}, "decline_reasons"),
        ({"decline_reasons": ["x" * 121]}, "decline_reasons"),
    ),
)
def test_policy_that_cannot_be_is_refused(home, changes, field):
    wanted = {"undo_hours": 24, "expires_after_days": 30, "decline_reasons": (), **changes}
    with pytest.raises(BadPolicy) as refused:
        settings.save_policy(by=people.OFFICE, **wanted)
    assert (refused.value.field, EstimatePolicy.objects.count()) == (field, 0)
