"""What was planted into the small export, so that a test can expect exactly that."""

from dataclasses import asdict, dataclass
from typing import Any

from portico.sandbox.exports.amounts import cents, written
from portico.sandbox.exports.draft import Draft

MOVED = ("Success", "Pending")


@dataclass(frozen=True)
class Refusal:
    """A line that has to be refused; the id is None where the line cannot be read as a record."""

    file: str
    line: int
    id: int | None
    kind: str
    why: str


@dataclass(frozen=True)
class Difference:
    """An invoice whose balance in the file is not what its payments leave."""

    invoice: int
    in_file: str
    computed: str


@dataclass(frozen=True)
class CustomerMoney:
    """What is open at one customer, merged records counted in: invoices above zero, credits and the sum of all."""

    open: str
    unapplied: str
    credit_memos: str
    balance: str


@dataclass(frozen=True)
class Planted:
    """Everything that a reader of the small export must find; entities are named without `.jsonl`."""

    exported_on: str
    lines: dict[str, int]
    records: dict[str, int]
    superseded: dict[str, int]
    refused: tuple[Refusal, ...]
    differences: tuple[Difference, ...]
    merged_customers: dict[int, int]
    merged_locations: dict[int, int]
    placeholders: dict[str, tuple[int, ...]]
    unusable_contacts: dict[int, str]
    invoice_balances: dict[int, str]
    customers: dict[int, CustomerMoney]
    payments_that_moved_nothing: tuple[int, ...]
    pending_payments: tuple[int, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values for json.dumps."""
        return asdict(self)


def survivors(draft: Draft, entity: str) -> dict[int, int]:
    """Where each merged record ends, chains followed."""
    targets = {record["id"]: record["mergedToId"] for record in draft.records[entity] if "mergedToId" in record}
    ends = dict(targets)
    while any(end in targets for end in ends.values()):
        ends = {source: targets.get(end, end) for source, end in ends.items()}
    return ends


def invoice_balances(draft: Draft) -> dict[int, str]:
    return {invoice["id"]: invoice["balance"] for invoice in draft.records["accounting/invoices"]}


def customer_money(draft: Draft) -> dict[int, CustomerMoney]:
    """The books of every customer that was not merged away."""
    ends = survivors(draft, "crm/customers")
    books = {record["id"]: [0, 0, 0] for record in draft.records["crm/customers"] if record["id"] not in ends}
    for invoice in draft.records["accounting/invoices"]:
        due, payer = cents(invoice["balance"]), invoice["customer"]["id"]
        books[ends.get(payer, payer)][0 if due > 0 else 2] += due
    for payment in draft.records["accounting/payments"]:
        payer = payment["customer"]["id"]
        books[ends.get(payer, payer)][1] += cents(payment["unappliedAmount"])
    return {customer: _money(*sums) for customer, sums in books.items()}


def _money(due: int, unapplied: int, memos: int) -> CustomerMoney:
    return CustomerMoney(written(due), written(unapplied), written(memos), written(due + memos - unapplied))


def payments_where(draft: Draft, *, status: str = "", dead: bool = False) -> tuple[int, ...]:
    """The payments in a state, or those that moved nothing."""
    return tuple(
        payment["id"]
        for payment in draft.records["accounting/payments"]
        if (dead and (payment["transactionStatus"] not in MOVED or not payment["active"]))
        or (status and payment["transactionStatus"] == status)
    )


def holders(draft: Draft, value: str) -> tuple[int, ...]:
    """The customers whose record carries this address."""
    return tuple(contact["customerId"] for contact in draft.of("crm/customer-contacts", value=value))
