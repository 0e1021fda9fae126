"""The small dirty export for the import's own tests."""

from datetime import datetime
from pathlib import Path

from portico.sandbox.exports import moments, planted, settings, small_company, small_dirt
from portico.sandbox.exports.amounts import cents, written
from portico.sandbox.exports.draft import Draft, write
from portico.sandbox.exports.planted import Difference, Planted
from portico.sandbox.exports.small_lines import Lines

SURPLUS = 500


def write_small(folder: Path, *, exported_on: datetime) -> Planted:
    """Write the export with its dirt, the same for the same moment, and say what was planted."""
    draft = small_company.build(exported_on)
    lines = Lines(draft.random)
    balances = planted.invoice_balances(draft)
    money = planted.customer_money(draft)
    differences = (_spoil_balance(draft),)
    lines.stand(draft)
    small_dirt.plant(draft, lines)
    lines.shuffle()
    write(draft, folder, company=settings.company(draft), lines=lines.contents())
    return Planted(
        exported_on=moments.instant(exported_on),
        lines=lines.counted(),
        records=lines.standing(),
        superseded=lines.superseded(),
        refused=lines.refused(),
        differences=differences,
        merged_customers=planted.survivors(draft, "crm/customers"),
        merged_locations=planted.survivors(draft, "crm/locations"),
        placeholders={
            value: planted.holders(draft, value) for value in (small_company.PLACEHOLDER, small_company.DESK)
        },
        unusable_contacts=_unusable(draft),
        invoice_balances=balances,
        customers=money,
        payments_that_moved_nothing=planted.payments_where(draft, dead=True),
        pending_payments=planted.payments_where(draft, status="Pending"),
    )


def _spoil_balance(draft: Draft) -> Difference:
    """One open invoice says more in the file than its payments leave."""
    customer = next(draft.of("crm/customers", name=small_company.UNLISTED))
    named = {"id": customer["id"], "name": customer["name"]}
    invoice = next(draft.of("accounting/invoices", customer=named))
    computed = invoice["balance"]
    invoice["balance"] = written(cents(computed) + SURPLUS)
    return Difference(invoice["id"], invoice["balance"], computed)


def _unusable(draft: Draft) -> dict[int, str]:
    """The e-mail contacts that are no addresses, as they were typed."""
    contacts = draft.of("crm/customer-contacts", type="Email")
    return {contact["id"]: contact["value"] for contact in contacts if contact["value"] in small_company.UNUSABLE}
