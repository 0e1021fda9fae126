"""What another system says of estimates, against what was agreed here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from portico.domain.estimates import imported
from portico.domain.estimates.import_rules import ImportedItems, ImportedLine
from portico.domain.estimates.models import (
    Approval,
    Estimate,
    EstimateEvent,
    EstimateItem,
    EstimateVersion,
    Proposal,
)
from portico.domain.jobs.models import Job
from portico.foundation.tenancy.models import Branch
from portico.foundation.tenancy.sourced import Change, Written
from portico.kernel import clock
from tests.factories import customers, people, visits
from tests.factories import estimates as make

pytestmark = pytest.mark.django_db

MADE = datetime(2026, 3, 1, 9, tzinfo=UTC)
SOLD_ON = datetime(2026, 3, 4, 9, tzinfo=UTC)
TANK = ImportedLine("Water heater", "", "Equipment", Decimal(1), 90000, 90000, "WH-50", Decimal("400.5"), "4000")
LABOR = ImportedLine("Labor", "", "Service", Decimal("1.5"), 10000, 15000, "LBR", None, "")
REBATE = ImportedLine("Rebate", "", "PriceModifier", Decimal(1), -5000, -5000, "RB", None, "")
LINES = ImportedItems((TANK, LABOR, REBATE), 7425)


@pytest.fixture
def job() -> Iterator[Job]:
    with people.inside(people.make_company()):
        yield visits.make_job(customers.make_customer("Ana Alvarez", "ana@example.com"))


def says(job: Job, source_id: int, *, tag: str = "", said: Change | None = None, **columns: Any) -> Change:
    told = {
        "tag": tag,
        "name": "Water heater replacement",
        "summary": "A new tank.",
        "status": "Open",
        "is_recommended": False,
        "is_active": True,
        "currency": "USD",
        "items": LINES,
        "expires_at": MADE + timedelta(days=30),
        "decided_at": None,
        "created_at": MADE,
        **columns,
    }
    before = said.says if said is not None else None
    return Change(source_id, told, before, {"job_id": job.pk, "business_unit_id": None})


def write(*changes: Change) -> Written:
    return imported.write_estimates(changes=changes)


def sold(**columns: Any) -> dict[str, Any]:
    return {"status": "Sold", "decided_at": SOLD_ON, **columns}


def standing() -> dict[str, str]:
    """Number and status of all, marked where another was chosen."""
    rows = Estimate.objects.order_by("source_id").values_list("number", "status", "is_other_chosen")
    return {number: status + "*" * other for number, status, other in rows}


def approve(number: int) -> Approval:
    return make.approve(Estimate.objects.get(source_id=number))


def today() -> str:
    return f"{clock.now():%Y-%m-%d}"


def test_estimate_is_written_with_lines_amounts_and_a_version(job: Job) -> None:
    written = write(says(job, 501))

    row = Estimate.objects.get()
    assert written.created == [501]
    assert (row.number, row.subtotal_minor, row.tax_minor, row.total_minor) == ("501", 100000, 7425, 107425)
    assert (row.proposal.job, row.proposal.customer, row.proposal.location) == (job, job.customer, job.location)
    assert (row.branch, row.business_unit) == (job.business_unit.branch, job.business_unit)
    assert (row.proposal.state, row.proposal.open_until, row.proposal.listed_at) == (
        "open",
        MADE + timedelta(days=30),
        MADE,
    )
    lines = EstimateItem.objects.order_by("position").values_list("name", "quantity", "price_minor", "total_minor")
    assert list(lines) == [
        ("Water heater", 1, 90000, 90000),
        ("Labor", Decimal("1.5"), 10000, 15000),
        ("Rebate", 1, -5000, -5000),
    ]
    [version] = EstimateVersion.objects.all()
    assert [line["total_minor"] for line in version.content["lines"]] == [90000, 15000, -5000]
    assert "WH-50" not in str(version.content)


def test_options_of_a_tag_share_a_proposal_and_one_without_has_its_own(job: Job) -> None:
    write(*(says(job, number, tag="Tanks") for number in (501, 502)), says(job, 503), says(job, 504))
    write(says(job, 505, tag="Tanks"))

    groups = [sorted(one.estimates.values_list("number", "position")) for one in Proposal.objects.order_by("pk")]
    assert groups == [[("501", 0), ("502", 1), ("505", 2)], [("503", 0)], [("504", 0)]]


def test_second_writing_changes_nothing(job: Job) -> None:
    first = says(job, 501)
    write(first)
    before = [list(model.objects.order_by("pk").values()) for model in (Proposal, Estimate, EstimateItem)]

    write(replace(first, said=first.says))

    assert [list(model.objects.order_by("pk").values()) for model in (Proposal, Estimate, EstimateItem)] == before
    assert EstimateVersion.objects.count() == 1


def test_changed_line_is_a_new_version_and_keeps_its_ref(job: Job) -> None:
    first = says(job, 501)
    write(first)
    refs = {item.name: item.public_id for item in EstimateItem.objects.all()}
    dearer = replace(LABOR, price_minor=12000, total_minor=18000)
    pipe = replace(TANK, name="Pipe", sku="PIPE", price_minor=100, total_minor=100)

    write(says(job, 501, said=first, items=ImportedItems((pipe, TANK, dearer), 7425)))

    row = Estimate.objects.get()
    assert (row.version, row.total_minor) == (2, 90000 + 18000 + 100 + 7425)
    after = {item.name: item.public_id for item in EstimateItem.objects.all()}
    assert (after["Water heater"], after["Labor"]) == (refs["Water heater"], refs["Labor"])
    assert after["Pipe"] not in refs.values()
    assert list(EstimateEvent.objects.order_by("pk").values_list("kind", "version_n")) == [
        ("created", 1),
        ("changed", 2),
    ]


def test_lines_changed_here_stay_until_the_source_changes_them(job: Job) -> None:
    first = says(job, 501)
    write(first)
    EstimateItem.objects.filter(name="Labor").update(is_optional=True)

    kept = write(replace(first, said=first.says))
    assert EstimateItem.objects.get(name="Labor").is_optional
    written = write(says(job, 501, said=first, items=ImportedItems((TANK, LABOR), 0)))

    assert (kept.overruled, written.overruled) == ([], [(501, "items")])
    assert not EstimateItem.objects.get(name="Labor").is_optional
    assert Estimate.objects.get().total_minor == 105000


def test_one_declined_here_stays_so_until_the_source_decides(job: Job) -> None:
    first = says(job, 501)
    write(first)
    Estimate.objects.update(status="Dismissed", decided_at=MADE)

    write(replace(first, said=first.says))
    assert standing() == {"501": "Dismissed"}
    written = write(says(job, 501, said=first, **sold()))

    assert standing() == {"501": "Sold"}
    assert written.overruled == [(501, "status"), (501, "decided_at")]
    assert Estimate.objects.get().decided_at == SOLD_ON


def test_options_beside_a_sold_one_are_closed_and_open_again_with_it(job: Job) -> None:
    first = [says(job, number, tag="Tanks") for number in (501, 502)]
    third = says(job, 503, tag="Tanks", status="Dismissed")
    write(*first, third)
    sale = says(job, 501, tag="Tanks", said=first[0], **sold())
    write(sale)
    assert standing() == {"501": "Sold", "502": "Dismissed*", "503": "Dismissed*"}
    assert Proposal.objects.get().state == "accepted"
    write(replace(first[1], said=first[1].says), replace(third, said=third.says))
    assert standing() == {"501": "Sold", "502": "Dismissed*", "503": "Dismissed*"}

    write(says(job, 501, tag="Tanks", said=sale))

    assert standing() == {"501": "Open", "502": "Open", "503": "Dismissed"}
    assert list(EstimateEvent.objects.filter(estimate__number="502").values_list("kind", flat=True)) == [
        "created",
        "closed",
        "reopened",
    ]


def test_option_declined_here_is_not_closed_by_another(job: Job) -> None:
    first = [says(job, number, tag="Tanks") for number in (501, 502)]
    write(*first)
    row = Estimate.objects.get(number="502")
    Estimate.objects.filter(pk=row.pk).update(status="Dismissed", decided_at=MADE)
    EstimateEvent.objects.create(estimate=row, kind="declined", version_n=1, note="Too dear", at=MADE)

    write(says(job, 501, tag="Tanks", said=first[0], **sold()))

    assert standing() == {"501": "Sold", "502": "Dismissed"}


def test_source_may_sell_another_option_than_before(job: Job) -> None:
    first = [says(job, 501, tag="Tanks"), says(job, 502, tag="Tanks", **sold())]
    write(*first)

    written = write(says(job, 501, tag="Tanks", said=first[0], **sold()), says(job, 502, tag="Tanks", said=first[1]))

    assert written.refused == []
    assert standing() == {"501": "Sold", "502": "Dismissed*"}


def test_second_option_that_the_source_sells_is_refused(job: Job) -> None:
    written = write(
        says(job, 501, tag="Tanks", **sold()),
        says(job, 502, tag="Tanks", **sold(decided_at=MADE)),
        says(job, 503, **sold()),
    )

    assert written.refused == [
        (501, "Estimate 502 of the same proposal is sold already, and only one can be."),
    ]
    assert standing() == {"502": "Sold", "503": "Sold"}


def test_source_that_sells_another_option_than_the_approved_one_is_refused(job: Job) -> None:
    first = [says(job, number, tag="Tanks") for number in (501, 502)]
    write(*first)
    approval = approve(501)
    sale = says(job, 502, tag="Tanks", said=first[1], **sold())

    apart = write(sale)
    together = write(replace(first[0], said=first[0].says), sale)

    reason = f"Estimate 501 of the same proposal was approved here on {today()}. The approval stands."
    assert apart.refused == together.refused == [(502, reason)]
    assert standing() == {"501": "Sold", "502": "Dismissed*"}

    make.take_back(approval)
    assert write(sale).refused == []
    assert standing() == {"501": "Dismissed*", "502": "Sold"}


@pytest.mark.parametrize(
    ("columns", "words"),
    (
        ({"items": ImportedItems((TANK,), 0)}, "its lines or its tax"),
        ({"name": "Another name"}, "its name"),
        ({"status": "Dismissed"}, "its status"),
        ({"is_active": False, "summary": "Less"}, "whether it is active and its summary"),
        ({"tag": "Tanks"}, "its job or proposal"),
    ),
)
def test_what_was_approved_here_stands(job: Job, columns: dict[str, Any], words: str) -> None:
    first = says(job, 501)
    write(first)
    approve(501)
    before = list(Estimate.objects.values())

    written = write(says(job, 501, said=first, **columns))

    sentence = f"It was approved here on {today()}, and the export changes {words}. What was approved stands."
    assert written.refused == [(501, sentence)]
    assert list(Estimate.objects.values()) == before
    assert (Proposal.objects.count(), EstimateVersion.objects.count()) == (1, 1)


def test_source_that_learns_of_our_approval_is_taken_with_our_dates(job: Job) -> None:
    first = says(job, 501)
    write(first)
    approve(501)
    before = list(Estimate.objects.values())

    written = write(says(job, 501, said=first, **sold(expires_at=None)))

    assert (written.refused, written.overruled, written.updated) == ([], [], [501])
    assert list(Estimate.objects.values()) == before


def test_estimate_goes_to_another_job_and_an_empty_proposal_goes(job: Job) -> None:
    first = [says(job, 501, tag="Tanks", **sold()), says(job, 502)]
    write(*first)
    other = visits.make_job(customers.make_customer("Bo Bell"))

    write(
        *(
            replace(says(other, row.source_id, tag="Both", said=row, **(sold() if at else {})))
            for at, row in enumerate(first)
        )
    )

    [proposal] = Proposal.objects.all()
    assert (proposal.job, proposal.customer, proposal.location) == (other, other.customer, other.location)
    assert standing() == {"501": "Dismissed*", "502": "Sold"}


def test_proposals_follow_their_job_and_its_branch(job: Job) -> None:
    write(says(job, 501))
    other = customers.make_customer("Bo Bell")
    place = customers.make_location(other)
    unit = job.business_unit
    unit.branch = Branch.objects.create(name="North", time_zone="America/Denver")
    unit.save()
    Job.objects.update(customer=other, location=place)

    imported.follow_jobs()

    row = Estimate.objects.get()
    assert (row.proposal.customer, row.proposal.location, row.branch) == (other, place, unit.branch)
