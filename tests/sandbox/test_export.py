import io
import json
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image
from pypdf import PdfReader

from portico.sandbox.exports import CustomerMoney, Planted, __main__, write_demo, write_small
from tests.sandbox.export_reader import Found, Key, dangling, dues, moved, read_folder

TODAY = date(2026, 11, 22)
EXPORTED_ON = datetime(2026, 11, 22, 13, tzinfo=UTC)
NO_RECORD = ("json", "object", "no_id", "encoding", "too_long")
ALL_KINDS = {*NO_RECORD, "reference", "date", "amount", "enum", "text", "merge_cycle", "path", "file"}
DAYS = (TODAY, date(2026, 3, 8), date(2026, 6, 28), date(2027, 1, 1), date(2028, 2, 29))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Planted]:
    folder = tmp_path_factory.mktemp("small")
    return folder, write_small(folder, exported_on=EXPORTED_ON)


@pytest.fixture(scope="module")
def found(small: tuple[Path, Planted]) -> Found:
    return read_folder(small[0])


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Found:
    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder, today=TODAY)
    return read_folder(folder)


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def refused_keys(planted: Planted, *kinds: str) -> set[Key]:
    return {
        (refusal.file.removesuffix(".jsonl"), refusal.id)
        for refusal in planted.refused
        if refusal.id is not None and (not kinds or refusal.kind in kinds)
    }


def test_small_export_same_moment_same_bytes(small: tuple[Path, Planted], tmp_path: Path) -> None:
    folder, planted = small

    again = write_small(tmp_path, exported_on=EXPORTED_ON)

    assert again == planted
    assert bytes_of(tmp_path) == bytes_of(folder)


def test_small_export_written_twice_into_one_folder_stays_the_same(tmp_path: Path) -> None:
    first = write_small(tmp_path, exported_on=EXPORTED_ON)
    before = bytes_of(tmp_path)

    assert write_small(tmp_path, exported_on=EXPORTED_ON) == first
    assert bytes_of(tmp_path) == before


def test_small_export_has_its_customers_and_every_kind(small: tuple[Path, Planted]) -> None:
    _, planted = small

    assert planted.records["crm/customers"] == 61
    assert {refusal.kind for refusal in planted.refused} == ALL_KINDS


def test_small_export_lines_without_a_record_are_the_planted_ones(small: tuple[Path, Planted], found: Found) -> None:
    _, planted = small

    expected = {(x.file.removesuffix(".jsonl"), x.line) for x in planted.refused if x.kind in NO_RECORD}
    assert found.unreadable == expected


def test_small_export_refused_records_stand_on_their_lines(small: tuple[Path, Planted], found: Found) -> None:
    _, planted = small

    expected = {(x.file.removesuffix(".jsonl"), x.id): x.line for x in planted.refused if x.id is not None}
    assert {key: found.line_of[key] for key in expected} == expected


def test_small_export_dangling_references_are_the_planted_ones(small: tuple[Path, Planted], found: Found) -> None:
    _, planted = small
    others = refused_keys(planted) - refused_keys(planted, "reference")
    kept = {key: record for key, record in found.records.items() if key not in others}

    assert dangling(kept) == refused_keys(planted, "reference")


def test_small_export_every_line_is_counted_once(small: tuple[Path, Planted], found: Found) -> None:
    _, planted = small
    refused = Counter(refusal.file.removesuffix(".jsonl") for refusal in planted.refused)

    assert found.lines == planted.lines
    assert {name: found.older[name] for name in planted.superseded} == planted.superseded
    for entity, lines in planted.lines.items():
        assert planted.records[entity] + planted.superseded[entity] + refused[entity] == lines


def test_small_export_balances_are_what_payments_leave(small: tuple[Path, Planted], found: Found) -> None:
    _, planted = small

    left = dues(found, leave_out=refused_keys(planted))

    assert {invoice: str(due) for invoice, due in left.items()} == planted.invoice_balances


def test_small_export_only_the_named_invoice_differs(small: tuple[Path, Planted], found: Found) -> None:
    _, planted = small
    (difference,) = planted.differences

    written = {
        invoice["id"]: invoice["balance"]
        for invoice in found.of("accounting/invoices")
        if invoice["id"] in planted.invoice_balances
    }
    assert written == planted.invoice_balances | {difference.invoice: difference.in_file}


def test_small_export_customer_money_counts_merged_records_in(small: tuple[Path, Planted], found: Found) -> None:
    _, planted = small
    left, out = dues(found, leave_out=refused_keys(planted)), refused_keys(planted)
    sums: dict[int, list[Decimal]] = defaultdict(lambda: [Decimal("0.00")] * 3)
    for invoice in found.of("accounting/invoices"):
        if ("accounting/invoices", invoice["id"]) not in out:
            due = left[invoice["id"]]
            payer = planted.merged_customers.get(invoice["customer"]["id"], invoice["customer"]["id"])
            at = 0 if due > 0 else 2
            sums[payer] = [old + (due if n == at else 0) for n, old in enumerate(sums[payer])]
    for payment in found.of("accounting/payments"):
        if ("accounting/payments", payment["id"]) not in out and moved(payment):
            payer = planted.merged_customers.get(payment["customer"]["id"], payment["customer"]["id"])
            sums[payer][1] += Decimal(payment["unappliedAmount"])

    expected = {
        customer: CustomerMoney(*map(str, (due, credit, memos, due + memos - credit)))
        for customer in planted.customers
        for due, credit, memos in (sums[customer],)
    }
    assert planted.customers == expected
    assert sum(Decimal(money.open) for money in planted.customers.values()) > 0


def test_small_export_merge_chain_ends_at_the_survivor(small: tuple[Path, Planted], found: Found) -> None:
    _, planted = small
    direct = {
        record["id"]: record["mergedToId"]
        for record in found.of("crm/customers")
        if "mergedToId" in record and ("crm/customers", record["id"]) not in refused_keys(planted)
    }

    assert sorted(direct) == sorted(planted.merged_customers)
    assert any(target in direct for target in direct.values())
    assert len(set(planted.merged_customers.values())) == 1
    assert not set(planted.merged_customers.values()) & set(direct)


def test_small_export_files_have_their_odd_shapes(small: tuple[Path, Planted]) -> None:
    folder, _ = small

    assert (folder / "crm/location-contacts.jsonl").read_bytes().startswith(b"\xef\xbb\xbf{")
    assert b"}\r\n" in (folder / "settings/tag-types.jsonl").read_bytes()
    assert not (folder / "forms/submissions.jsonl").read_bytes().endswith(b"\n")
    assert (folder / "jpm/job-notes.jsonl").read_bytes().split(b"\n")[1:3] == [b"", b"   "]
    assert (folder / "forms/files/link.jpg").is_symlink()


def test_small_export_placeholders_and_typed_addresses_are_named(small: tuple[Path, Planted], found: Found) -> None:
    _, planted = small
    typed = {contact["id"]: contact["value"] for contact in found.of("crm/customer-contacts")}

    assert {name: len(ids) for name, ids in planted.placeholders.items()} == {
        "noemail@example.com": 7,
        "front.desk@example.com": 6,
    }
    assert {contact: typed[contact] for contact in planted.unusable_contacts} == planted.unusable_contacts


def test_planted_goes_through_json(small: tuple[Path, Planted]) -> None:
    _, planted = small

    again = json.loads(json.dumps(planted.as_json()))

    assert again["refused"][0]["file"] == planted.refused[0].file
    assert len(again["refused"]) == len(planted.refused)


def test_demo_same_day_same_bytes(tmp_path: Path) -> None:
    write_demo(tmp_path / "one", today=TODAY)
    write_demo(tmp_path / "two", today=TODAY)
    write_demo(tmp_path / "next", today=TODAY + timedelta(days=1))

    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")
    assert bytes_of(tmp_path / "one") != bytes_of(tmp_path / "next")


@pytest.mark.parametrize("today", DAYS)
def test_demo_is_clean_on_every_day(today: date, tmp_path: Path) -> None:
    write_demo(tmp_path, today=today)
    found = read_folder(tmp_path)
    now = f"{today.isoformat()}T15:00:00Z"

    assert (found.unreadable, dict(found.older), dangling(found.records)) == (set(), {}, set())
    assert {i["id"]: Decimal(i["balance"]) for i in found.of("accounting/invoices")} == dues(found)
    assert [j["id"] for j in found.of("jpm/jobs") if j.get("completedOn", "") > now] == []
    assert [v["id"] for v in found.of("jpm/appointments") if v["status"] == "Scheduled" and v["start"] <= now] == []
    assert [i["id"] for i in found.of("accounting/invoices") if i["invoiceDate"] > now] == []
    assert [(e, r["id"]) for (e, _), r in found.records.items() if r.get("modifiedOn", "") > now] == []


def test_demo_invoices_and_payments_add_up(demo: Found) -> None:
    for invoice in demo.of("accounting/invoices"):
        assert sum((Decimal(item["total"]) for item in invoice["items"]), Decimal(0)) == Decimal(invoice["subTotal"])
        assert Decimal(invoice["subTotal"]) + Decimal(invoice["salesTax"]) == Decimal(invoice["total"])
    for payment in filter(moved, demo.of("accounting/payments")):
        applied = sum((Decimal(part["appliedAmount"]) for part in payment["appliedTo"]), Decimal(0))
        assert applied + Decimal(payment["unappliedAmount"]) == Decimal(payment["total"])


def test_demo_customer_balance_is_invoices_less_unapplied(demo: Found) -> None:
    owed: dict[int, Decimal] = defaultdict(Decimal)
    for invoice in demo.of("accounting/invoices"):
        owed[invoice["customer"]["id"]] += Decimal(invoice["balance"])
    for payment in filter(moved, demo.of("accounting/payments")):
        owed[payment["customer"]["id"]] -= Decimal(payment["unappliedAmount"])

    written = {record["id"]: Decimal(str(record["balance"])) for record in demo.of("crm/customers")}

    assert written == {customer: owed[customer] for customer in written}


def test_demo_company_has_the_promised_size(demo: Found) -> None:
    states = Counter(job["jobStatus"] for job in demo.of("jpm/jobs"))

    assert 38 <= len(demo.of("crm/customers")) <= 45
    assert 140 <= len(demo.of("jpm/jobs")) <= 175
    assert set(states) == {"Completed", "Scheduled", "Hold", "Canceled", "InProgress", "Dispatched"}
    assert {entity for entity, _ in demo.records} == set(demo.lines)


def test_demo_maria_reaches_a_home_and_a_rental(demo: Found) -> None:
    hers = {c["customerId"] for c in demo.of("crm/customer-contacts") if c["value"] == "maria.ortega@example.com"}
    sams = {c["customerId"] for c in demo.of("crm/customer-contacts") if c["value"] == "sam.ortega@example.com"}
    invoices = [invoice for invoice in demo.of("accounting/invoices") if invoice["customer"]["id"] in hers]
    left = [invoice for invoice in invoices if Decimal(invoice["balance"]) > 0]
    today = TODAY.isoformat()

    assert (len(hers), len(sams & hers)) == (2, 1)
    assert len([invoice for invoice in invoices if invoice["balance"] == "0.00"]) >= 30
    assert len([invoice for invoice in left if invoice["dueDate"][:10] < today]) == 1
    assert len([invoice for invoice in left if invoice["dueDate"][:10] >= today]) == 4
    assert len([invoice for invoice in left if Decimal(invoice["total"]) < 50]) == 1
    assert len([invoice for invoice in left if invoice["balance"] != invoice["total"]]) == 1
    assert [j for j in demo.of("jpm/jobs") if j["customerId"] in hers and j["jobStatus"] == "Scheduled"]


def test_demo_files_are_what_they_say(tmp_path: Path) -> None:
    write_demo(tmp_path, today=TODAY)

    attachments = read_folder(tmp_path).of("forms/attachments")

    assert [a["id"] for a in attachments if (tmp_path / a["path"]).stat().st_size != a["sizeBytes"]] == []
    photo, paper = (next(a for a in attachments if a["contentType"] == x) for x in ("image/jpeg", "application/pdf"))
    with Image.open(tmp_path / photo["path"]) as picture:
        picture.load()
        assert (picture.format, picture.size) == ("JPEG", (320, 240))
    assert "Service report" in PdfReader(io.BytesIO((tmp_path / paper["path"]).read_bytes())).pages[0].extract_text()


def test_demo_branches_have_their_own_brands(tmp_path: Path) -> None:
    write_demo(tmp_path, today=TODAY)

    branches = json.loads((tmp_path / "branch.json").read_text())["branches"]

    assert [(x["name"], x["timeZone"]) for x in branches] == [
        ("Austin", "America/Chicago"),
        ("Denver", "America/Denver"),
    ]
    assert len({x["brand"]["color"] for x in branches}) == 2
    for branch in branches:
        logo = ElementTree.parse(tmp_path / branch["brand"]["logo"]).getroot()
        assert logo.get("aria-label") == "Brightwater Home Services"


def test_command_writes_the_demo(tmp_path: Path) -> None:
    assert __main__.main(["demo", str(tmp_path), "--today", TODAY.isoformat()]) == 0

    assert json.loads((tmp_path / "branch.json").read_text())["company"]["host"] == "demo"
