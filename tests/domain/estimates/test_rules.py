"""What estimates offer and come to, over whatever there may be in them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.domain.billing import line_rules
from portico.domain.estimates import rules
from portico.domain.estimates.enums import EstimateStatus, ProposalState
from portico.domain.estimates.errors import NameMissing, UnknownLine
from portico.domain.estimates.rules import DepositTerms, Head, Item, Offer, Totals, UndoBar
from tests.domain.estimates.offers import contents, offers

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HEAD = Head("e-1", "990001", "Furnace", "A new one.", "USD")
FURNACE = Item("a", "Furnace", "", Decimal(1), 200_000, 200_000, member_price_minor=180_000)
THERMOSTAT = Item("b", "Thermostat", "", Decimal(2), 18_000, 36_000, is_optional=True, is_suggested=True)
PERMIT = Item("c", "Permit", "", Decimal(1), 5_000, 5_000, is_optional=True, is_taxable=False)


def offered(head: Head = HEAD, *, is_member: bool = False, items: tuple[Item, ...] = ()) -> Offer:
    content = rules.content_of(head, items or (FURNACE, THERMOSTAT, PERMIT))
    return rules.offer(content, is_member=is_member, terms_n=1)


def test_totals_without_a_choice_leave_the_optional_lines_out() -> None:
    assert rules.totals(offered(replace(HEAD, tax_minor=900)), ()) == Totals(200_000, 900, 200_900, 0)


def test_totals_follow_the_lines_that_are_chosen() -> None:
    taxed = offered(replace(HEAD, tax_rate=Decimal("0.0825")))
    assert rules.totals(taxed, {"b", "c"}) == Totals(241_000, 19_470, 260_470, 0)


def test_totals_refuse_a_line_that_is_not_optional() -> None:
    with pytest.raises(UnknownLine):
        rules.totals(offered(), {"a"})


def test_totals_refuse_a_line_that_is_not_there() -> None:
    with pytest.raises(UnknownLine):
        rules.totals(offered(), {"z"})


def test_price_of_members_counts_for_members_and_says_the_regular_one() -> None:
    line = offered(is_member=True).lines[0]
    assert (line.price_minor, line.total_minor, line.regular_minor) == (180_000, 180_000, 200_000)


def test_membership_is_no_part_of_an_offer_without_prices_of_members() -> None:
    plain = (THERMOSTAT,)
    assert offered(is_member=True, items=plain) == offered(is_member=False, items=plain)


@pytest.mark.parametrize(
    ("terms", "total", "expected"),
    (
        (DepositTerms(), 10_000, 0),
        (DepositTerms("fixed", 2_500), 10_000, 2_500),
        (DepositTerms("fixed", 2_500), 2_000, 2_000),
        (DepositTerms("fixed", 2_500), -100, 0),
        (DepositTerms("percent", 0, Decimal("12.5")), 10_004, 1_251),
        (DepositTerms("percent", 0, Decimal(100)), 333, 333),
    ),
)
def test_deposit_is_a_part_of_the_total(terms: DepositTerms, total: int, expected: int) -> None:
    assert rules.deposit(terms, total) == expected


@given(offers(), st.data())
def test_totals_add_up_and_the_deposit_is_within_them(offer: Offer, data: Any) -> None:
    optional = [line.ref for line in offer.lines if line.is_optional]
    chosen = data.draw(st.lists(st.sampled_from(optional), unique=True) if optional else st.just([]))
    found = rules.totals(offer, chosen)
    assert found.subtotal_minor == sum(line.total_minor for line in rules.included(offer, chosen))
    assert found.total_minor == found.subtotal_minor + found.tax_minor
    assert 0 <= found.deposit_minor <= max(0, found.total_minor)


@given(contents())
def test_content_survives_the_database(content: dict[str, Any]) -> None:
    stored = json.loads(json.dumps(dict(reversed(content.items()))))
    assert stored == content
    before, after = (rules.offer(one, is_member=True, terms_n=1) for one in (content, stored))
    assert rules.version_hash(before) == rules.version_hash(after)


@given(offers(), st.randoms())
def test_hash_is_that_of_the_lines_in_any_order(offer: Offer, random: Any) -> None:
    lines = list(offer.lines)
    random.shuffle(lines)
    assert rules.version_hash(replace(offer, lines=tuple(lines))) == rules.version_hash(offer)


def test_hash_reads_a_quantity_as_a_number() -> None:
    one, same = (offered(items=(replace(FURNACE, quantity=Decimal(text)),)) for text in ("1", "1.0000"))
    assert rules.version_hash(one) == rules.version_hash(same)


def test_canonical_text_is_sorted_and_dense() -> None:
    assert rules.canonical({"b": "é", "a": [1, None]}) == '{"a":[1,null],"b":"é"}'


@pytest.mark.parametrize(("number", "expected"), (("1.0000", "1"), ("0.00", "0"), ("100", "100"), ("-0.0", "0")))
def test_plain_numbers_have_no_needless_zeros(number: str, expected: str) -> None:
    assert line_rules.plain(Decimal(number)) == expected


@pytest.mark.parametrize(
    ("changed", "expected"),
    (
        ({}, None),
        ({"now": NOW + timedelta(hours=24)}, UndoBar.TOO_LATE),
        ({"now": NOW + timedelta(hours=24) - timedelta(seconds=1)}, None),
        ({"job_status": "InProgress"}, UndoBar.WORK_BEGAN),
        ({"job_status": "Completed"}, UndoBar.WORK_BEGAN),
        ({"is_visit_begun": True}, UndoBar.WORK_BEGAN),
        ({"is_booked": True}, UndoBar.BOOKED),
        ({"is_booked": True, "is_deposit_paid": True}, UndoBar.BOOKED),
        ({"is_booked": True, "is_visit_begun": True}, UndoBar.WORK_BEGAN),
        ({"is_invoiced": True}, UndoBar.INVOICED),
        ({"is_deposit_paid": True}, UndoBar.DEPOSIT_PAID),
    ),
)
def test_approval_is_taken_back_only_while_nothing_followed(changed: dict[str, Any], expected: UndoBar | None) -> None:
    told: dict[str, Any] = {
        "approved_at": NOW,
        "hours": 24,
        "now": NOW,
        "job_status": "Scheduled",
        "is_visit_begun": False,
        "is_booked": False,
        "is_invoiced": False,
        "is_deposit_paid": False,
    }
    assert rules.undo_bar(**(told | changed)) == expected


@pytest.mark.parametrize(
    ("statuses", "expected"),
    (
        ((), ProposalState.DRAFT),
        (("Draft",), ProposalState.DRAFT),
        (("Open", "Draft", "Dismissed"), ProposalState.OPEN),
        (("Dismissed", "Sold", "Open"), ProposalState.ACCEPTED),
        (("Dismissed", "Withdrawn"), ProposalState.DECLINED),
        (("Withdrawn", "Draft"), ProposalState.WITHDRAWN),
    ),
)
def test_proposal_is_what_its_estimates_come_to(statuses: tuple[str, ...], expected: ProposalState) -> None:
    assert rules.proposal_state(statuses) == expected


@pytest.mark.parametrize(
    ("status", "until", "expected"),
    (
        (EstimateStatus.OPEN, NOW, True),
        (EstimateStatus.OPEN, NOW + timedelta(seconds=1), False),
        (EstimateStatus.OPEN, None, False),
        (EstimateStatus.SOLD, NOW, False),
    ),
)
def test_open_estimate_expires_at_its_last_moment(status: str, until: datetime | None, expected: bool) -> None:
    assert rules.is_expired(status, until, NOW) is expected


@pytest.mark.parametrize(("typed", "expected"), (("  Ana \t María  Ruiz ", "Ana María Ruiz"), ("李 明", "李 明")))
def test_signer_is_the_name_as_typed(typed: str, expected: str) -> None:
    assert rules.signer(typed) == expected


@pytest.mark.parametrize("typed", ("", "  ", "A", "..", "12345", "\u200b\u202e", "a" * 201))
def test_signer_refuses_what_nobody_is_called(typed: str) -> None:
    with pytest.raises(NameMissing):
        rules.signer(typed)
