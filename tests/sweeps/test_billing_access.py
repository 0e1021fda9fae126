"""Without billing access no amount, invoice number or payment is anywhere: pages, PDFs, mails."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

import pytest

from portico.domain.billing.models import Invoice
from portico.domain.billing.operations.invoices import send_invoice
from portico.domain.billing.operations.letters import send_receipt
from portico.domain.customers import operations as customers
from portico.domain.customers.errors import NoBillingAccess
from portico.kernel import errors
from tests.factories import customers as make
from tests.factories import people
from tests.factories.world import Firm, World
from tests.sweeps import papers
from tests.sweeps.browsing import travel

pytestmark = pytest.mark.django_db
AMOUNT = re.compile(r"[$€£]\s?\d|\b\d[\d,]*\.\d\d\b")


def facts_of(firm: Firm, *, but: Collection[str] = ()) -> set[str]:
    """Every number and amount that stands in the books, as it would be written, but of the invoices named."""
    facts = set()
    for name, invoice in firm.invoices.items():
        if name in but:
            continue
        invoice.refresh_from_db()
        left = invoice.total_minor - invoice.paid_minor - invoice.reserved_minor
        minors = (invoice.subtotal_minor, invoice.tax_minor, invoice.total_minor, invoice.paid_minor, left)
        facts |= {invoice.number, invoice.title, str(invoice.public_id)}
        facts |= {f"{minor / 100:,.2f}" for minor in minors if minor > 1000}
    for name, payment in firm.payments.items():
        if name not in but:
            facts |= {payment.receipt_number, str(payment.public_id)} if payment.receipt_number else set()
    return facts


def told(firm: Firm, who: str) -> list[tuple[str, str]]:
    return list(papers.everything(travel(firm.visitor(who)), picture=papers.as_prose))


@pytest.mark.parametrize("who", ("house", "revoked", "gone", "stranger", "ben", "guest"))
def test_no_amount_on_any_page(who: str, world: World) -> None:
    with world.a.inside():
        facts = facts_of(world.a)
    seen = told(world.a, who)
    assert len(seen) >= 2
    assert [(address, AMOUNT.findall(text)) for address, text in seen if AMOUNT.search(text)] == []
    assert [(address, fact) for address, text in seen for fact in facts if fact in text] == []


def test_amounts_are_seen_where_they_may_be(world: World) -> None:
    """The same search finds the amounts of who has billing access, in pages and in PDFs."""
    seen = told(world.a, "alma")
    with world.a.inside():
        facts = facts_of(world.a, but=("carl", "dora"))
    assert {address.rpartition("/")[0].rpartition("/")[2] for address, text in seen if AMOUNT.search(text)} >= {"pdf"}
    everything = "\n".join(text for _, text in seen)
    assert {fact for fact in facts if fact not in everything} <= {
        f"{i.paid_minor / 100:,.2f}" for i in world.a.invoices.values()
    } | {f"{i.subtotal_minor / 100:,.2f}" for i in world.a.invoices.values()} | {
        f"{i.tax_minor / 100:,.2f}" for i in world.a.invoices.values()
    }


@pytest.mark.parametrize(
    ("who", "own"),
    (
        ("alma", ("open", "overdue", "paid", "part", "pending", "cottage", "rental", "failed")),
        ("carl", ("carl",)),
        ("dora", ("dora",)),
        ("tenant", ("cottage",)),
        ("friend", ("cottage",)),
    ),
)
def test_bills_of_others_do_not_exist(who: str, own: tuple[str, ...], world: World) -> None:
    """The payer sees the invoice; the household where the work was done does not, and the other way round."""
    with world.a.inside():
        foreign = facts_of(world.a, but=own)
    seen = told(world.a, who)
    assert [(address, fact) for address, text in seen for fact in foreign if fact in text] == []
    invoices = {name for name, invoice in world.a.invoices.items() if any(invoice.number in text for _, text in seen)}
    assert invoices == {name for name in own if name in world.a.invoices}


def test_payer_sees_the_jobs_number_and_address_but_not_the_homes_other_history(world: World) -> None:
    with world.a.inside():
        invoice = Invoice.objects.select_related("job", "location").get(pk=world.a.invoices["dora"].pk)
    seen = dict(told(world.a, "dora"))
    page = seen[f"/invoices/{invoice.public_id}/"]
    assert invoice.job is not None
    assert invoice.location is not None
    assert (invoice.job.number in page, invoice.location.street in page) == (True, True)
    with world.a.inside():
        others = {job.number for job in invoice.location.jobs.exclude(pk=invoice.job_id)}
        neighbours = {job.number for job in world.a.customers["carl"].jobs.exclude(pk=invoice.job_id)}
    assert [number for number in others | neighbours for text in seen.values() if f"Job {number}" in text] == []


def test_location_contact_sees_visits_of_that_location_only(world: World) -> None:
    home = dict(told(world.a, "tenant"))["/"]
    with world.a.inside():
        cottage, house = (
            world.a.customers["alma"].locations.order_by("-pk")[0],
            world.a.customers["alma"].locations.order_by("pk")[0],
        )
    assert (cottage.street in home, house.street in home) == (True, False)


def test_no_amount_in_any_mail_to_who_has_no_billing_access(world: World, mailoutbox: list[Any]) -> None:
    """Mails with amounts are refused to such an address, a late receipt too; the others name none."""
    firm, by = world.a, people.OFFICE
    with firm.inside():
        house = make.row_of(firm.customers["alma"], "house@example.com").public_id
        for name in ("open", "paid", "part"):
            with pytest.raises(NoBillingAccess):
                send_invoice(invoice=firm.invoices[name].public_id, to_email="house@example.com", by=by)
        payment = firm.payments["part"]
        payment.receipt_email = "house@example.com"
        payment.save()
        _try(lambda: send_receipt(payment))
        customers.revoke_access(portal_contact=house, by=by)
        customers.restore_access(portal_contact=house, by=by)
        customers.correct_address(portal_contact=house, email="house2@example.com", confirm=True, by=by)
        customers.invite(portal_contact=make.row_of(firm.customers["alma"], "house2@example.com").public_id, by=by)
        facts = facts_of(firm)
    sent = papers.mails(mailoutbox)
    to_house = [text for to, text in sent if to.startswith("house")]
    assert len(to_house) >= 2
    shown = [re.sub(r"(?s)<style.*?</style>|[\w-]+: ?[^;\"<>]*;", "", text) for text in to_house]
    assert [fact for text in shown for fact in [*AMOUNT.findall(text), *(f for f in facts if f in text)]] == []


def _try(work: Any) -> None:
    try:
        work()
    except errors.PorticoError:
        return
