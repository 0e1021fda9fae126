"""A company's own words in its mails: plain text, a fixed list of placeholders, nothing that is run."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.domain.customers import operations as customers
from portico.foundation.audit.models import AuditEntry
from portico.foundation.messaging import wording, wording_rules
from portico.foundation.messaging.enums import MessageKind
from portico.foundation.messaging.wording_rules import BadWording, Placeholder, Wording
from portico.kernel import errors
from tests.factories import customers as make
from tests.factories import drain, people

WORDS = Wording(
    subject="{CompanyName} has news for {CustomerName}",
    heading="Hello {CustomerName}",
    text="Come in: {CustomerPortalLink}\n\nOr call {BranchPhone}.\nWe are there.",
)
VALUES = {name.value: f"<{name.value}>" for name in Placeholder}
NASTY = (
    "{CompanyName.__class__}", "{CompanyName!r}", "{CompanyName:>99}", "{0}", "{}", "{{CompanyName}}",
    "{ CompanyName }", "{Password}", "{company_id}", "{CustomerName[0]}", "{", "}", "{CompanyName",
    "{%if%}{%endif%}", "{{ 7*7 }}",
)  # fmt: skip


@pytest.mark.parametrize("typed", NASTY)
@pytest.mark.parametrize("field", ("subject", "heading", "text"))
def test_what_is_no_placeholder_is_refused_by_name(field, typed):
    with pytest.raises(BadWording) as refused:
        wording_rules.check(replace(WORDS, **{field: f"Hello {typed} there"}))
    assert refused.value.field == field
    assert "{CompanyName}" in refused.value.message


@pytest.mark.parametrize(
    ("changed", "field"),
    (
        ({"subject": " "}, "subject"),
        ({"heading": ""}, "heading"),
        ({"text": "\n"}, "text"),
        ({"subject": "x" * 201}, "subject"),
        ({"text": "x" * 4001}, "text"),
        ({"subject": "News\nBcc: everybody@example.com"}, "subject"),
        ({"subject": "Come in: {CustomerPortalLink}"}, "subject"),
    ),
)
def test_what_cannot_stand_in_a_mail_is_refused(changed, field):
    with pytest.raises(BadWording) as refused:
        wording_rules.check(replace(WORDS, **changed))
    assert refused.value.field == field


@given(
    st.text(max_size=200), st.dictionaries(st.sampled_from([one.value for one in Placeholder]), st.text(max_size=30))
)
def test_filling_puts_in_the_given_values_once_and_nothing_else(told, values):
    parts = wording_rules.MARK.split(told)
    expected = "".join(part if nth % 2 == 0 else values.get(part, "") for nth, part in enumerate(parts))
    assert wording_rules.fill(told, values) == expected


def test_value_that_looks_like_a_placeholder_stays_text():
    assert (
        wording_rules.fill("Hello {CustomerName}", {"CustomerName": "{CustomerPortalLink}"})
        == "Hello {CustomerPortalLink}"
    )


def test_text_replaces_or_leads_what_only_we_say():
    letter = {
        "subject": "s",
        "heading": "h",
        "preheader": "p",
        "paragraphs": ["ours"],
        "facts": [("a", "b")],
        "closing": ["c"],
    }
    told = wording_rules.reworded(letter, MessageKind.INVITATION, WORDS, VALUES)
    assert told["paragraphs"] == ["Come in: <CustomerPortalLink>", "Or call <BranchPhone>.\nWe are there."]
    assert (told["facts"], told["closing"], told["subject"]) == (
        [("a", "b")],
        ["c"],
        "<CompanyName> has news for <CustomerName>",
    )
    assert wording_rules.reworded(letter, MessageKind.BOOKING, WORDS, VALUES)["paragraphs"][-1] == "ours"


# --- Kept and sent ------------------------------------------------------------------------------------------------


@pytest.fixture
def company(db):
    return people.make_company()


@pytest.fixture
def invited(company):
    """Invites somebody of this name and gives the mail."""

    def invite(name):
        with people.inside(company):
            customer = make.make_customer(name, "ana@example.com")
            customers.invite(portal_contact=make.row_of(customer, "ana@example.com").public_id, by=people.OFFICE)
        drain()
        return people.mailbox()[-1]

    return invite


def keep(company, words=WORDS, seen=0):
    with people.inside(company):
        wording.save(kind=MessageKind.INVITATION, wording=words, seen_version=seen, by=people.OFFICE)


def html_of(mail):
    return mail.get_body(("html",)).get_content()


def test_mail_has_the_companys_words_the_link_and_what_always_stays(company, invited):
    keep(company)
    mail = invited("Ana Alvarez")
    body = people.body_of(mail)
    path = people.path_in(mail, "/invitations/")
    assert mail["Subject"] == "Brightwater Home has news for Ana Alvarez"
    assert body.startswith("Hello Ana Alvarez\n\nCome in: http://demo.localhost:8000/invitations/")
    assert ("(512) 555-0100" in body, body.count(path), "works for 7 days, once" in body) == (True, 2, True)
    assert people.portal().get(path).status_code == 200


def test_html_in_a_name_or_in_the_words_is_text_in_the_mail(company, invited):
    keep(company, replace(WORDS, text="<img src=x onerror=alert(1)> for {CustomerName} & more"))
    mail = invited("<script>alert(2)</script>\nBcc: eve@example.com")
    html = html_of(mail)
    assert ("<script>alert(2)" in html, "<img src=x" in html) == (False, False)
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
    assert "<img src=x onerror=alert(1)> for <script>alert(2)</script>" in people.body_of(mail)
    assert (mail["Bcc"], "\n" in mail["Subject"]) == (None, False)


def test_name_that_is_a_placeholder_says_itself(company, invited):
    keep(company)
    assert invited("{CustomerPortalLink}")["Subject"] == "Brightwater Home has news for {CustomerPortalLink}"


def test_reset_goes_back_to_our_words(company, invited):
    keep(company)
    with people.inside(company):
        wording.reset(kind=MessageKind.INVITATION, by=people.OFFICE)
        told = AuditEntry.objects.filter(verb="mail.wording_changed").order_by("id").values_list("facts", flat=True)
        assert [(facts["before"] is None, facts["after"] is None) for facts in told] == [(True, False), (False, True)]
    assert invited("Ana")["Subject"] == "Brightwater Home invites you to your customer portal"


def test_words_of_one_company_are_not_those_of_another(company, invited):
    keep(people.make_company("birch", name="Birch"))
    assert invited("Ana")["Subject"] == "Brightwater Home invites you to your customer portal"


def test_second_tab_does_not_overwrite(company):
    keep(company)
    with pytest.raises(errors.Conflict):
        keep(company, replace(WORDS, heading="Second"), seen=0)
    with people.inside(company):
        assert wording.kept() == {MessageKind.INVITATION: (WORDS, 1)}
