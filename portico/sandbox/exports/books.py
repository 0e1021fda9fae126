"""Invoices, payments and estimates that add up."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portico.sandbox.exports import moments, trades
from portico.sandbox.exports.amounts import cents, number, tax, written
from portico.sandbox.exports.draft import Draft, Record
from portico.sandbox.exports.homes import Home

TAXED = ("Material", "Equipment")


@dataclass(frozen=True)
class Share:
    """A part of a payment that goes to one invoice."""

    invoice: Record
    cents: int


def add_invoice(
    draft: Draft, home: Home, lines: tuple[trades.Price, ...], day: date, *, job: Record | None = None, days: int = 0
) -> Record:
    """An invoice for these lines, billed to the home's customer; its balance is its total until paid."""
    branch = draft.branch_of(home.location)
    subtotal = sum(line.cents for line in lines)
    taxes = tax(sum(line.cents for line in lines if line.kind in TAXED), branch.tax_rate)
    invoice: Record = {
        "referenceNumber": str(draft.count("invoice-number", start=40001)),
        "syncStatus": "Exported" if day < draft.now.date() - timedelta(days=20) else "Posted",
        "invoiceDate": moments.midnight(day),
        "dueDate": moments.midnight(day + timedelta(days=days)),
        "subTotal": written(subtotal),
        "salesTax": written(taxes),
        "total": written(subtotal + taxes),
        "balance": written(subtotal + taxes),
        "customer": _named(home.customer),
        "customerAddress": _short(home.customer),
        "location": _named(home.location),
        "locationAddress": _short(home.location),
        "termName": {0: "Due Upon Receipt", 15: "Net 15", 30: "Net 30"}.get(days, "Net 15"),
        "items": [_item(draft, line, order) for order, line in enumerate(lines, start=1)],
    }
    record = draft.add("accounting/invoices", invoice, created=_posted(draft, day, 18))
    return _for_job(draft, record, job) if job else record


def _named(record: Record) -> Record:
    return {"id": record["id"], "name": record["name"]}


def _short(record: Record) -> Record:
    return {part: record["address"][part] for part in ("street", "city", "state", "zip")}


def _posted(draft: Draft, day: date, hour: int) -> datetime:
    return min(moments.local(day, hour, draft.plan.branches[0].zone), draft.now - timedelta(minutes=10))


def _item(draft: Draft, line: trades.Price, order: int) -> Record:
    item: Record = {
        "id": draft.count("item", start=1200001),
        "skuName": line.sku,
        "displayName": line.name,
        "type": line.kind,
        "quantity": "1.00",
        "price": written(line.cents),
        "total": written(line.cents),
        "order": order,
    }
    if line.kind in TAXED:
        item |= {"cost": f"{line.cents * 0.0045:.4f}", "costOfSaleAccount": {"name": f"5010 {draft.canary()}"}}
    return item


def _for_job(draft: Draft, invoice: Record, job: Record) -> Record:
    job_type = next(draft.of("jpm/job-types", id=job["jobTypeId"]))
    invoice["job"] = {"id": job["id"], "number": job["jobNumber"], "type": job_type["name"]}
    unit = next(draft.of("settings/business-units", id=job["businessUnitId"]))
    invoice["businessUnit"] = _named(unit)
    job |= {"invoiceId": invoice["id"], "total": number(cents(invoice["total"]))}
    return invoice


def add_membership_sale(draft: Draft, home: Home, membership: Record, day: date, price: int, period: str) -> Record:
    """What a membership bills for one period."""
    plan = next(draft.of("memberships/membership-types", id=membership["membershipTypeId"]))
    line = trades.Price("MEMBER", f"{plan['displayName']}, {period}", "Service", price)
    invoice = add_invoice(draft, home, (line,), day)
    invoice["items"][0]["membershipTypeId"] = plan["id"]
    invoice["membershipId"] = membership["id"]
    return invoice


def add_credit_memo(draft: Draft, home: Home, invoice: Record, amount: int, day: date) -> Record:
    """A negative invoice that corrects another one."""
    line = trades.Price("ADJ", "Billing adjustment", "PriceModifier", -amount)
    memo = add_invoice(draft, home, (line,), day)
    memo["adjustmentToId"] = invoice["id"]
    return memo


def add_payment(
    draft: Draft,
    customer: Record,
    day: date,
    shares: tuple[Share, ...],
    *,
    method: str = "Visa",
    unapplied: int = 0,
    status: str = "Success",
) -> Record:
    """A payment that moved: the balances of its invoices fall by their shares."""
    when = _posted(draft, day, 17)
    payment = _payment(draft, customer, day, method) | {
        "total": written(sum(share.cents for share in shares) + unapplied),
        "unappliedAmount": written(unapplied),
        "transactionStatus": status,
        "appliedTo": [_applied(draft, share, when) for share in shares],
        "modifiedOn": moments.instant(when),
    }
    for share in shares:
        share.invoice["balance"] = written(cents(share.invoice["balance"]) - share.cents)
        share.invoice["modifiedOn"] = max(share.invoice["modifiedOn"], moments.instant(when))
    return draft.add("accounting/payments", payment)


def add_dead_payment(draft: Draft, customer: Record, day: date, amount: int, *, voided: bool) -> Record:
    """A payment that failed or was voided: it moved nothing."""
    return draft.add(
        "accounting/payments",
        _payment(draft, customer, day, "Check" if voided else "Visa")
        | {
            "active": not voided,
            "total": written(amount),
            "unappliedAmount": "0.00",
            "transactionStatus": "Success" if voided else "Fail",
            "appliedTo": [],
            "modifiedOn": moments.instant(_posted(draft, day, 17)),
        },
    )


def pay_whole(draft: Draft, customer: Record, invoice: Record, day: date, *, method: str = "Visa") -> Record:
    return add_payment(draft, customer, day, (Share(invoice, cents(invoice["balance"])),), method=method)


def _payment(draft: Draft, customer: Record, day: date, method: str) -> Record:
    kind = next(draft.of("accounting/payment-types", name=method))
    payment: Record = {
        "active": True,
        "referenceNumber": str(draft.count("payment-number", start=70001)),
        "date": moments.midnight(day),
        "type": method,
        "typeId": str(kind["id"]),
        "customer": _named(customer),
    }
    if method == "Check":
        return payment | {"checkNumber": str(draft.random.randrange(1000, 9999)), "memo": f"posted {draft.canary()}"}
    return payment | {"authCode": str(draft.random.randrange(100000, 999999))}


def _applied(draft: Draft, share: Share, when: datetime) -> Record:
    return {
        "appliedId": draft.count("applied", start=1500001),
        "appliedTo": share.invoice["id"],
        "appliedAmount": written(share.cents),
        "appliedOn": moments.instant(when),
        "appliedToReferenceNumber": share.invoice["referenceNumber"],
    }


def settle_customers(draft: Draft) -> None:
    """Write every customer's balance as its invoices and unapplied payments give it."""
    owed: dict[int, int] = {}
    for invoice in draft.records["accounting/invoices"]:
        customer = invoice["customer"]["id"]
        owed[customer] = owed.get(customer, 0) + cents(invoice["balance"])
    for payment in draft.records["accounting/payments"]:
        customer = payment["customer"]["id"]
        owed[customer] = owed.get(customer, 0) - cents(payment["unappliedAmount"])
    for record in draft.records["crm/customers"]:
        record["balance"] = number(owed.get(record["id"], 0))


def add_estimate(
    draft: Draft,
    job: Record,
    name: str,
    lines: tuple[trades.Price, ...],
    *,
    status: int = 0,
    expires: int = 30,
    proposal: bool = False,
    recommended: bool = False,
) -> Record:
    """An offer on a job; options of one proposal share its tag."""
    subtotal = sum(line.cents for line in lines)
    location = next(draft.of("crm/locations", id=job["locationId"]))
    rate = draft.branch_of(location).tax_rate
    made = datetime.fromisoformat(job["modifiedOn"])
    estimate: Record = {
        "jobId": job["id"],
        "locationId": job["locationId"],
        "customerId": job["customerId"],
        "name": name,
        "jobNumber": job["jobNumber"],
        "status": {"value": status, "name": ("Open", "Sold", "Dismissed")[status]},
        "reviewStatus": "None",
        "summary": f"{name}: equipment, labor and haul-away.",
        "expiresOn": moments.instant(made + timedelta(days=expires)),
        "active": True,
        "isRecommended": recommended,
        "subtotal": number(subtotal),
        "tax": number(tax(sum(line.cents for line in lines if line.kind in TAXED), rate)),
        "businessUnitId": job["businessUnitId"],
        "items": [_offered(draft, line) for line in lines],
    }
    estimate |= {"proposalTagName": f"Proposal {job['jobNumber']}"} if proposal else {}
    estimate |= {"soldOn": moments.instant(made + timedelta(days=1)), "soldBy": 1493} if status == 1 else {}
    return draft.add("sales/estimates", estimate, created=made)


def _offered(draft: Draft, line: trades.Price) -> Record:
    return {
        "id": draft.count("offered", start=1700001),
        "sku": {"id": 5001, "name": line.sku, "displayName": line.name, "type": line.kind},
        "skuAccount": f"4000 {draft.canary()}",
        "description": line.name,
        "qty": 1,
        "unitRate": number(line.cents),
        "total": number(line.cents),
        "unitCost": round(line.cents * 0.0045, 4),
        "chargeable": True,
    }
