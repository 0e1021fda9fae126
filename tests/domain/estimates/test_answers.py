"""Declining, asking and being answered, and who is mailed what."""

from datetime import timedelta

import pytest

from portico.domain.customers.models import PortalContact
from portico.domain.estimates.errors import MissingEstimate, NotExpired, OfferClosed, TextMissing, UnknownLine
from portico.domain.estimates.models import Estimate, EstimateEvent, EstimateMessage, Proposal
from portico.domain.estimates.operations import asking, declining, undoing, viewing
from portico.foundation.audit.models import AuditEntry
from portico.foundation.messaging.models import Message
from portico.foundation.people.throttling import TooManyTries
from portico.kernel import clock
from tests import worker
from tests.domain.estimates.deciding import actor, approve, noted, refs, states
from tests.factories import customers as make
from tests.factories import people
from tests.factories.estimates import make_estimate, make_options
from tests.factories.windows import in_one_window

pytestmark = pytest.mark.django_db


@pytest.fixture
def options(home):
    made = make_options(home)
    noted(*made)
    return made


def mails():
    return [(m.kind, m.to_email, m.letter["subject"]) for m in Message.objects.exclude(kind="also_see").order_by("pk")]


def expired(home):
    estimate = make_estimate(home, expires_in=-2)
    noted(estimate)
    return estimate


# --- Declining --------------------------------------------------------------------------------------------------


def test_declining_closes_all_options_that_wait(options, ana):
    Estimate.objects.filter(pk=options[0].pk).update(expires_at=clock.now() - timedelta(days=1))
    Estimate.objects.filter(pk=options[1].pk).update(status="Withdrawn")
    declining.decline(estimate=options[2].public_id, reason=" Too dear ", by=actor(ana))
    assert states(*options) == [("Dismissed", False), ("Withdrawn", False), ("Dismissed", False)]
    events = EstimateEvent.objects.order_by("pk").values_list("estimate__name", "kind", "note", "made_by_name")
    assert list(events) == [(name, "declined", "Too dear", "Ana Alvarez") for name in ("Good", "Best")]
    assert Proposal.objects.get().state == "declined"
    assert AuditEntry.objects.filter(verb="estimate.declined").count() == 2


def test_declining_tells_the_office_once(options, ana):
    for _ in range(2):
        declining.decline(estimate=options[0].public_id, reason="", by=actor(ana))
    number = options[0].number
    assert mails() == [("office_news", "desk@example.com", f"Ana Alvarez declined estimate {number}")]


def test_declining_what_was_approved_is_refused(options, ana, ben):
    approve(options[1], ana)
    with pytest.raises(OfferClosed, match="Ana Alvarez approved another option"):
        declining.decline(estimate=options[0].public_id, reason="", by=actor(ben))
    assert states(options[1]) == [("Sold", False)]


def test_declining_a_draft_is_declining_nothing(options, ana):
    Estimate.objects.filter(pk=options[0].pk).update(status="Draft")
    with pytest.raises(MissingEstimate):
        declining.decline(estimate=options[0].public_id, reason="", by=actor(ana))
    assert states(*options[1:]) == [("Open", False)] * 2


# --- Asking -----------------------------------------------------------------------------------------------------


def test_question_about_a_line_reaches_the_office_and_its_answer_the_asker(options, ana):
    item = refs(options[0], "Water heater, 50 gallons")[0]
    asked = asking.ask(estimate=options[0].public_id, item=item, text="How loud is it?", by=actor(ana))
    asking.answer(message=asked, text="Like a fridge.", by=people.OFFICE)
    thread = EstimateMessage.objects.order_by("pk").values_list("side", "item_name", "text", "author_name")
    assert list(thread) == [
        ("customer", "Water heater, 50 gallons", "How loud is it?", "Ana Alvarez"),
        ("office", "Water heater, 50 gallons", "Like a fridge.", "Olga Office"),
    ]
    assert EstimateMessage.objects.get(public_id=asked).answered_at is not None
    number = options[0].number
    assert mails() == [
        ("office_news", "desk@example.com", f"Ana Alvarez asks about estimate {number}"),
        ("estimate_answer", "ana@example.com", f"An answer about your estimate {number}"),
    ]


def test_office_mail_goes_to_whose_estimate_it_is(options, ana):
    owner = people.make_staff("olga@example.com")
    Estimate.objects.update(owner=owner.public_id)
    asking.ask(estimate=options[0].public_id, item=None, text="When?", by=actor(ana))
    assert [to for _kind, to, _subject in mails()] == ["olga@example.com"]


def test_owner_who_has_left_gets_no_mail(options, ana):
    owner = people.make_staff("olga@example.com")
    owner.is_active = False
    owner.save()
    Estimate.objects.update(owner=owner.public_id)
    asking.ask(estimate=options[0].public_id, item=None, text="When?", by=actor(ana))
    assert [to for _kind, to, _subject in mails()] == ["desk@example.com"]


def test_same_question_again_is_one(options, ana):
    first, second = (asking.ask(estimate=options[0].public_id, item=None, text="When?", by=actor(ana)) for _ in "ab")
    assert (first == second, EstimateMessage.objects.count(), len(mails())) == (True, 1, 1)


def test_answer_goes_to_nobody_who_may_not_see_the_estimate_any_more(options, ana, home):
    asked = asking.ask(estimate=options[0].public_id, item=None, text="When?", by=actor(ana))
    PortalContact.objects.update(revoked_at=clock.real_now())
    asking.answer(message=asked, text="Soon.", by=people.OFFICE)
    assert [kind for kind, _to, _subject in mails()] == ["office_news"]


@pytest.mark.parametrize("text", ("", "  \n", "x" * 2001))
def test_question_has_to_say_something(options, ana, text):
    with pytest.raises(TextMissing):
        asking.ask(estimate=options[0].public_id, item=None, text=text, by=actor(ana))


def test_question_about_a_line_of_another_estimate_is_refused(options, ana):
    foreign = refs(options[1], "Water heater, 50 gallons")[0]
    with pytest.raises(UnknownLine):
        asking.ask(estimate=options[0].public_id, item=foreign, text="Why?", by=actor(ana))


def test_questions_are_limited(options, ana):
    in_one_window(asking.ASKED)
    for number in range(asking.ASKED.most):
        asking.ask(estimate=options[0].public_id, item=None, text=f"Why {number}?", by=actor(ana))
    with pytest.raises(TooManyTries):
        asking.ask(estimate=options[0].public_id, item=None, text="Why?", by=actor(ana))


def test_new_estimate_is_asked_for_once(home, ana, ben):
    estimate = expired(home)
    first = asking.ask_renewal(estimate=estimate.public_id, text="", by=actor(ana))
    assert asking.ask_renewal(estimate=estimate.public_id, text="Please", by=actor(ben)) == first
    asked = EstimateMessage.objects.get()
    assert (asked.kind, asked.text) == ("renewal", "I would like a new estimate in place of this one.")
    assert mails() == [("office_news", "desk@example.com", f"Ana Alvarez asks for a new estimate {estimate.number}")]


def test_new_estimate_in_place_of_an_open_one_is_refused(options, ana):
    with pytest.raises(NotExpired):
        asking.ask_renewal(estimate=options[0].public_id, text="", by=actor(ana))


# --- Looking ----------------------------------------------------------------------------------------------------


def test_look_is_kept_once_for_each_person_and_version(options, ana, ben):
    Estimate.objects.filter(pk=options[2].pk).update(status="Draft")
    for by in (actor(ana), actor(ana), actor(ben), people.OFFICE):
        viewing.note_view(estimate=options[0].public_id, by=by)
    options[0].items.update(name="Tank")
    noted(options[0])
    viewing.note_view(estimate=options[0].public_id, by=actor(ana))
    looks = EstimateEvent.objects.filter(kind="viewed").values_list("estimate__name", "made_by_name", "version_n")
    assert sorted(looks) == [
        ("Better", "Ana Alvarez", 1),
        ("Better", "Ben Alvarez", 1),
        ("Good", "Ana Alvarez", 1),
        ("Good", "Ana Alvarez", 2),
        ("Good", "Ben Alvarez", 1),
    ]


# --- Mails about approvals ----------------------------------------------------------------------------------------


def test_proof_is_mailed_to_who_sees_prices_and_to_the_office(options, ana, ben, home):
    make.add_emails(home, "kid@example.com")
    PortalContact.objects.filter(email="kid@example.com").update(billing="none")
    approve(options[1], ana)
    worker.drain(queue="default")
    number = options[1].number
    assert mails() == [
        ("approval", "ana@example.com", f"Estimate {number} is approved"),
        ("approval", "ben@example.com", f"Estimate {number} is approved"),
        ("office_news", "desk@example.com", f"Ana Alvarez approved estimate {number}"),
    ]
    proofs = Message.objects.exclude(kind="also_see")
    assert {m.attachments[0]["kind"] for m in proofs} == {"approval_pdf"}


def test_proof_arrives_as_a_pdf(options, ana):
    approve(options[1], ana)
    worker.drain()
    proofs = [mail for mail in people.mailbox() if "approved" in str(mail["subject"])]
    attached = [part for mail in proofs for part in mail.iter_attachments()]
    assert {part.get_filename() for part in attached} == {f"approved-estimate-{options[1].number}.pdf"}
    assert {part.get_payload(decode=True)[:5] for part in attached} == {b"%PDF-"}


def test_undo_is_mailed_to_the_same_people(options, ana, ben):
    made = approve(options[1], ana)
    undoing.undo(approval=made, by=actor(ben))
    worker.drain(queue="default")
    subject = f"The approval of estimate {options[1].number} was taken back"
    assert mails() == [
        ("approval_undone", "ana@example.com", subject),
        ("approval_undone", "ben@example.com", subject),
        ("office_news", "desk@example.com", subject),
    ]
