"""The books of one customer, entry by entry: what an import, the portal, the office and the bank would have written."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from portico.domain.billing.models import Allocation, Deposit, Invoice, LedgerEntry, Payment
from portico.domain.customers.models import Customer
from portico.kernel import clock, ids
from tests.factories.billing import make_invoice
from tests.factories.visits import make_job

_refs = count(1)


class Books:
    """Everything is dated by how many days ago it was, in the zone of the customer's branch."""

    def __init__(self, customer: Customer) -> None:
        self.customer = customer
        self.zone = customer.branch.time_zone
        self.today = clock.today(self.zone)

    def day(self, ago: int) -> date:
        return self.today - timedelta(days=ago)

    def moment(self, ago: int, at: time = time(12)) -> datetime:
        return datetime.combine(self.day(ago), at, ZoneInfo(self.zone))

    def bill(self, total: int, *, ago: int, due_in: int = 30, **columns: object) -> Invoice:
        """An invoice of that day, due so many days later."""
        days = {"issued_on": self.day(ago), "due_on": self.day(ago) + timedelta(days=due_in)}
        return make_invoice(self.customer, total, **{**days, **columns})

    def pay(
        self, amount: int, *parts: tuple[Invoice, int], ago: int, channel: str = "portal", **columns: object
    ) -> Payment:
        """Money that came, and what of it went on invoices."""
        wanted = {"method": "card", "method_label": "Visa ending 4242", "state": "succeeded", "paid_on": self.day(ago)}
        payment = Payment.objects.create(
            customer=self.customer,
            amount_minor=amount,
            received_minor=amount,
            channel=channel,
            created_at=self.moment(ago),
            **{**wanted, **columns},
        )
        self.enter("payment_in", amount, ago=ago, payment=payment)
        for invoice, part in parts:
            self.put(payment, invoice, part, ago=ago)
        return payment

    def put(self, payment: Payment, invoice: Invoice, part: int, *, ago: int, applied_ago: int | None = None) -> None:
        """A part of a payment on an invoice."""
        Allocation.objects.create(
            payment=payment,
            invoice=invoice,
            amount_minor=part,
            posted_minor=part,
            state="posted",
            applied_on=self.day(ago if applied_ago is None else applied_ago),
        )
        self.enter("allocate", -part, ago=ago, payment=payment, invoice=invoice)
        self.note(invoice, paid=part)

    def keep(self, amount: int, *, ago: int, released_ago: int | None = None) -> Deposit:
        """A deposit that was paid that day, plain credit since its work was invoiced."""
        payment = self.pay(amount, ago=ago)
        deposit = Deposit.objects.create(
            customer=self.customer,
            job=make_job(self.customer),
            approval_ref=ids.new_public_id(),
            title="New furnace",
            amount_minor=amount,
            currency="USD",
            payment=payment,
            created_at=self.moment(ago),
            released_at=None if released_ago is None else self.moment(released_ago),
        )
        Payment.objects.filter(pk=payment.pk).update(deposit=deposit)
        return deposit

    def pending(self, invoice: Invoice, part: int, *, ago: int, state: str = "processing") -> Payment:
        """A payment on its way: the part is reserved, the ledger knows nothing yet."""
        payment = Payment.objects.create(
            customer=self.customer,
            amount_minor=part,
            method="ach",
            channel="portal",
            state=state,
            created_at=self.moment(ago),
        )
        Allocation.objects.create(payment=payment, invoice=invoice, amount_minor=part, state="reserved")
        self.note(invoice, reserved=part)
        return payment

    def enter(
        self,
        kind: str,
        amount: int,
        *,
        ago: int,
        payment: Payment | None = None,
        invoice: Invoice | None = None,
        at: time = time(12),
    ) -> LedgerEntry:
        """One line of the ledger, signed as the customer's credit sees it."""
        return LedgerEntry.objects.create(
            kind=kind,
            customer=self.customer,
            invoice=invoice,
            payment=payment,
            amount_minor=amount,
            currency="USD",
            source_type="import" if payment is not None and payment.channel == "import" else "intent",
            source_ref=f"books:{next(_refs)}",
            at=self.moment(ago, at),
        )

    def note(self, invoice: Invoice, *, paid: int = 0, reserved: int = 0) -> None:
        """Keep the invoice's caches, as the operations do."""
        invoice.refresh_from_db()
        invoice.paid_minor += paid
        invoice.reserved_minor += reserved
        invoice.is_settled = invoice.paid_minor == invoice.total_minor
        invoice.save()

    def give_back(self, payment: Payment, invoice: Invoice, amount: int, *, ago: int, kind: str = "refund_out") -> None:
        """Money of an invoice that goes back: refunded, or taken by the bank."""
        self.enter("unapply", amount, ago=ago, payment=payment, invoice=invoice)
        self.enter(kind, -amount, ago=ago, payment=payment)
        self.note(invoice, paid=-amount)

    def write_off(self, invoice: Invoice, amount: int, *, ago: int) -> None:
        """What is given up of an invoice: credit that goes on it at once."""
        self.enter("writeoff", amount, ago=ago)
        self.enter("allocate", -amount, ago=ago, invoice=invoice)
        self.note(invoice, paid=amount)

    def void(self, invoice: Invoice, *, ago: int) -> None:
        """The invoice is taken back; what was paid on it is the customer's credit."""
        invoice.refresh_from_db()
        if invoice.paid_minor:
            self.enter("unapply", invoice.paid_minor, ago=ago, invoice=invoice)
        Invoice.objects.filter(pk=invoice.pk).update(state="void", paid_minor=0, is_settled=False)
