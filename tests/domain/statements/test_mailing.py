"""Mailing one statement: who gets it, what it says, and what its PDF says however late it goes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from portico.domain.billing.queries import invoices
from portico.domain.customers.enums import BillingLevel
from portico.domain.customers.models import Customer, EmailAddress
from portico.domain.customers.queries import Scope
from portico.domain.statements import operations
from portico.domain.statements.enums import Outcome
from portico.domain.statements.errors import Missing, NotMailed, TooSoon
from portico.domain.statements.models import StatementMail
from portico.domain.statements.words import WHY
from portico.foundation.audit.models import AuditEntry
from portico.foundation.messaging.models import Message
from portico.foundation.tenancy.models import Company, PortalTester
from portico.kernel import clock, formats, ids
from tests.factories import customers as make
from tests.factories import drain, people
from tests.factories.books import Books
from tests.sweeps.papers import text_of_pdf


def mail(books: Books, ago: int = 0, reason: str = "") -> StatementMail:
    return operations.mail_statement(
        customer=books.customer.public_id, on=books.day(ago), reason=reason, by=people.OFFICE
    )


def refused(books: Books) -> str:
    with pytest.raises(NotMailed) as told:
        mail(books)
    assert not Message.objects.filter(kind="statement").exists()
    return str(told.value.message)


def letters() -> list[dict[str, Any]]:
    return list(Message.objects.filter(kind="statement").order_by("to_email").values_list("letter", flat=True))


def pdf_of(mail: Any) -> str:
    (enclosed,) = mail.iter_attachments()
    return text_of_pdf(enclosed.get_content())


def test_statement_asks_for_what_the_pay_page_asks_for(books: Books) -> None:
    scope = Scope([books.customer.pk], [None])
    asked = invoices.invoices(scope=scope, paid=False, currency="USD", now=clock.now(), limit=99).sums.due.minor
    made = mail(books)
    assert (asked, made.open_minor, made.due_minor, made.emails) == (15000, 15000, 15000, ["ana@example.com"])
    (letter,) = letters()
    assert letter["subject"] == "Statement from Brightwater Home: $150.00 to pay"
    assert [line[1] for line in letter["lines"]] == ["$100.00", "$50.00"]
    assert letter["lines"][0][0].startswith("A-1, due ")
    assert dict(letter["facts"])["Total due"] == "$150.00"


def test_each_address_gets_the_link_that_it_can_use(books: Books, mailoutbox: list[Any]) -> None:
    make.add_emails(books.customer, "new@example.com")
    people.make_login("ana@example.com")
    mail(books)
    drain()
    ana, new = sorted(people.mailbox(), key=lambda one: str(one["To"]))
    page = f"/statements/?customer={books.customer.public_id}&on={books.today}"
    assert people.path_in(ana, "/statements/") == page
    assert people.path_in(new, "/invitations/")
    for one in (ana, new):
        assert ("$150.00" in pdf_of(one), "A-1" in pdf_of(one)) == (True, True)
    verbs = AuditEntry.objects.filter(customer_id=books.customer.public_id).values_list("verb", "note")
    assert ("portal.registration_link_mailed", "new@example.com") in verbs
    assert ("statement.mailed", "ana@example.com, new@example.com") in verbs


def test_whom_the_portal_does_not_let_in_gets_the_paper_alone(books: Books) -> None:
    Company.objects.update(portal_state="test")
    PortalTester.objects.create(email="ana@example.com", added_at=clock.real_now())
    make.add_emails(books.customer, "new@example.com")
    mail(books)
    assert [letter["action"] is None for letter in letters()] == [False, True]
    assert not AuditEntry.objects.filter(verb="portal.registration_link_mailed", note="new@example.com").exists()


def test_pdf_says_what_the_mail_says_though_it_was_paid_before_it_went(books: Books, mailoutbox: list[Any]) -> None:
    mail(books)
    books.pay(15000, ago=0)
    drain()
    (sent,) = people.mailbox()
    assert "$150.00" in people.body_of(sent)
    assert "Total due $150.00" in " ".join(pdf_of(sent).split())


def test_addresses_are_those_that_may_see_every_bill(books: Books) -> None:
    home = make.make_location(books.customer, "tenant@example.com")
    make.add_emails(books.customer, "shop@example.com", "back@example.com", "noemail@example.com", "gone@example.com")
    make.add_emails(books.customer, "ana@example.com", location=home)
    row = make.row_of(books.customer, "shop@example.com")
    row.billing = BillingLevel.NONE
    row.save()
    gone = make.row_of(books.customer, "gone@example.com")
    gone.revoked_at = datetime.now(UTC)
    gone.save()
    EmailAddress.objects.filter(email="back@example.com").update(bounced_at=datetime.now(UTC))
    assert mail(books).emails == ["ana@example.com"]
    assert list(Message.objects.filter(kind="statement").values_list("to_email", flat=True)) == ["ana@example.com"]


@pytest.mark.parametrize("column", ("do_not_mail", "is_active"))
def test_who_is_not_to_be_mailed_gets_nothing(books: Books, column: str) -> None:
    wrong = {"do_not_mail": (True, Outcome.DO_NOT_MAIL), "is_active": (False, Outcome.INACTIVE)}
    value, outcome = wrong[column]
    Customer.objects.filter(pk=books.customer.pk).update(**{column: value})
    assert refused(books) == str(WHY[outcome])


def test_nobody_to_mail_is_said(books: Books) -> None:
    EmailAddress.objects.update(bounced_at=datetime.now(UTC))
    assert refused(books) == str(WHY[Outcome.BOUNCED])
    row = make.row_of(books.customer, "ana@example.com")
    row.billing = BillingLevel.NONE
    row.save()
    assert refused(books) == str(WHY[Outcome.NO_ADDRESS])


def test_merged_customer_gets_nothing(books: Books) -> None:
    Customer.objects.filter(pk=books.customer.pk).update(merged_into=make.make_customer("Survivor"))
    assert refused(books) == str(WHY[Outcome.MERGED])


def test_covered_by_credit_or_on_its_way_is_nothing_to_pay(books: Books) -> None:
    books.pay(10000, ago=1)
    books.pending(books.bill(2000, ago=1), 2000, ago=0)
    made = mail(books)
    assert (made.open_minor, made.due_minor) == (17000, 5000)
    facts = dict(letters()[0]["facts"])
    less = [formats.money(minor, "USD") for minor in (-10000, -2000)]
    assert [facts[name] for name in ("Credit", "Bank payments pending", "Total due")] == [*less, "$50.00"]
    StatementMail.objects.all().delete()
    Message.objects.all().delete()
    books.pay(5000, ago=0)
    assert refused(books) == str(WHY[Outcome.NOTHING_DUE])


def test_statement_of_an_earlier_day_says_what_is_still_to_pay(books: Books) -> None:
    books.pay(10000, ago=0)
    made = mail(books, ago=1)
    facts = dict(letters()[0]["facts"])
    assert (made.due_minor, facts["Total due"], facts["Still to pay today"]) == (15000, "$150.00", "$50.00")
    books.pay(5000, ago=0)
    StatementMail.objects.all().delete()
    Message.objects.all().delete()
    assert refused(books) == str(WHY[Outcome.NOTHING_DUE])


def test_next_one_waits_unless_somebody_says_why(books: Books) -> None:
    mail(books)
    with pytest.raises(TooSoon) as told:
        mail(books)
    assert "was mailed already" in str(told.value.message)
    with pytest.raises(TooSoon) as told:
        mail(books, ago=1)
    assert formats.day(books.today + timedelta(days=25)) in str(told.value.message)
    again = mail(books, reason=" She lost it. ")
    assert again.reason == "She lost it."
    assert AuditEntry.objects.filter(verb="statement.mailed", note="She lost it.").count() == 1
    assert StatementMail.objects.count() == 2


def test_next_one_goes_when_the_days_are_over(books: Books) -> None:
    mail(books)
    StatementMail.objects.update(mailed_at=books.moment(24), as_of_on=books.day(24))
    with pytest.raises(TooSoon):
        mail(books)
    StatementMail.objects.update(mailed_at=books.moment(25), as_of_on=books.day(25))
    mail(books)


def test_statement_of_who_was_merged_into_a_customer_counts(books: Books) -> None:
    away = Books(make.make_customer("Ana S.", "ana@example.com"))
    away.bill(100, ago=9)
    mail(away)
    Customer.objects.filter(pk=away.customer.pk).update(merged_into=books.customer)
    with pytest.raises(TooSoon):
        mail(books, ago=1)
    assert mail(books, ago=1, reason="They asked.").emails == ["ana@example.com"]


def test_unknown_customer_is_missing(company: Any) -> None:
    with people.inside(company), pytest.raises(Missing):
        operations.mail_statement(customer=ids.new_public_id(), on=date(2026, 3, 1), by=people.OFFICE)


def test_more_than_ten_invoices_are_counted_in_the_mail(books: Books) -> None:
    for at in range(12):
        books.bill(100, ago=2, number=f"B-{at}")
    mail(books)
    (letter,) = letters()
    assert (len(letter["lines"]), letter["closing"][0]) == (10, "4 more invoices are in the PDF.")
