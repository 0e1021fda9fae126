"""Approving: choose, sign, check, confirm. What has changed or is answered meanwhile is said; nothing typed is lost."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from portico.domain.customers.models import Customer
from portico.domain.estimates.models import Approval, Estimate, EstimateItem, EstimateTerms
from portico.foundation.tenancy.companies import CompanyRow
from portico.kernel import clock
from tests.domain.estimates import deciding
from tests.faces.customer.estimates.conftest import browser
from tests.factories import Page, people, read
from tests.factories import customers as make
from tests.factories.estimates import line, make_estimate, make_options

pytestmark = pytest.mark.django_db
LINES = (line("Pump", 100000), line("Cover", 5000, is_optional=True), line("Valve", 2000, is_optional=True))
STROKES = json.dumps([[[10, 80], [60, 20], [120, 90], [180, 30]], [[200, 40], [260, 60]]])
SIGNED = {"signer_name": "Maria Ortega", "kind": "typed", "agree": "on", "ticked": "1"}


@pytest.fixture
def pump(company: CompanyRow, ortega: Customer) -> Estimate:
    with people.inside(company):
        return make_estimate(ortega, name="New pump", lines=LINES)


def address(estimate: Estimate, act: str = "approve/") -> str:
    return f"/estimates/{estimate.public_id}/{act}"


def shown(company: CompanyRow, estimate: Estimate) -> str:
    with people.inside(company):
        return deciding.shown(estimate)


def ref(company: CompanyRow, estimate: Estimate, name: str) -> str:
    with people.inside(company):
        return str(EstimateItem.objects.get(estimate=estimate, name=name).public_id)


def post(client: Client, estimate: Estimate, step: str, hash_: str, **fields: Any) -> Any:
    return client.post(address(estimate), SIGNED | {"step": step, "shown": hash_} | fields)


def led(client: Client, response: Any) -> Page:
    """The page that a step leads to."""
    assert response.status_code == 303
    return read(client.get(response.headers["Location"]))


def approvals(company: CompanyRow) -> list[Approval]:
    with people.inside(company):
        return list(Approval.objects.order_by("pk"))


def test_way_from_the_options_to_the_approval(company: CompanyRow, ortega: Customer, maria: Client) -> None:
    """Every step posts what the page before holds, as a browser without scripts does."""
    with people.inside(company):
        good, better, _best = make_options(ortega, lines=LINES)
    page = read(maria.get(address(good, "")))
    cover = ref(company, better, "Cover")
    hashes = [field["value"] for field in page.all("input", name="shown")]
    chosen = {"ticked": "1", "option": str(better.public_id), "item": [cover], "shown": hashes}
    answer = maria.get(address(good), chosen)
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (303, address(better))

    sign = read(maria.get(answer.headers["Location"]))
    fields = {name: value for name, value in sign.forms[-1].fields.items() if value}
    assert ([sign.status, sign.h1], fields["item"]) == ([200, "Sign for Better"], cover)
    signed = fields | {"agree": "on", "signer_name": "Maria Ortega", "step": "check"}
    check = led(maria, maria.post(address(better), signed))
    assert (check.h1, "$1,050.00" in check.text) == ("Check before you approve", True)
    done = maria.post(address(better), check.forms[-1].fields | {"step": "confirm"})

    assert (done.status_code, done.headers["Location"]) == (303, address(better, ""))
    (approval,) = approvals(company)
    assert (approval.total_minor, approval.signer_name, approval.signature_kind) == (105000, "Maria Ortega", "typed")
    after = read(maria.get(address(good, "")))
    assert "Signed by Maria Ortega" in after.text
    assert [one["data-key"] for one in after.all("details", data_row="other")] == ["Good", "Best"]


@pytest.mark.parametrize(
    ("missing", "said"),
    (("signer_name", "Type your full name."), ("agree", "Tick that you agree to the terms.")),
)
def test_what_is_missing_is_said_and_the_rest_is_kept(
    company: CompanyRow, maria: Client, pump: Estimate, missing: str, said: str
) -> None:
    cover = ref(company, pump, "Cover")
    posted = {**SIGNED, "step": "check", "shown": shown(company, pump), "item": cover, "strokes": STROKES}
    del posted[missing]
    page = read(maria.post(address(pump), posted))
    kept = page.forms[-1].fields
    assert (page.status, said in page.text, page.title.startswith("Error:")) == (422, True, True)
    assert (kept["item"], kept["strokes"]) == (cover, STROKES)
    assert kept.get("signer_name", "") == ("" if missing == "signer_name" else "Maria Ortega")


@pytest.mark.parametrize("strokes", ("", "[]", "[[[5,5]]]", "<svg/>", "[[[1e9,1],[2,2]]]", "[" * 5000))
def test_signature_that_is_none_is_refused(company: CompanyRow, maria: Client, pump: Estimate, strokes: str) -> None:
    for step in ("check", "confirm"):
        response = post(maria, pump, step, shown(company, pump), kind="drawn", strokes=strokes)
        assert (response.status_code, "type your name instead" in response.content.decode()) == (422, True)
    assert approvals(company) == []


def test_drawn_signature_is_shown_before_it_counts(company: CompanyRow, maria: Client, pump: Estimate) -> None:
    hash_ = shown(company, pump)
    check = led(maria, post(maria, pump, "check", hash_, kind="drawn", strokes=STROKES))
    assert [one["alt"] for one in check.all("img", class_="signed")] == ["Your drawn signature"]
    assert post(maria, pump, "confirm", hash_, kind="drawn", strokes=STROKES).status_code == 303
    assert [(one.signature_kind, bool(one.signature_png)) for one in approvals(company)] == [("drawn", True)]


def test_back_from_the_approval_leads_to_what_was_approved(company: CompanyRow, maria: Client, pump: Estimate) -> None:
    """Every page before it is one that was asked for, never the answer to a form."""
    hash_ = shown(company, pump)
    check_at = post(maria, pump, "check", hash_, kind="drawn", strokes=STROKES).headers["Location"]
    check = read(maria.get(check_at))
    change = read(maria.get(check.links["Change something"]))
    kept = change.forms[-1].fields
    assert (change.h1, kept["strokes"], kept["signer_name"]) == ("Sign for New pump", STROKES, "Maria Ortega")
    assert maria.post(address(pump), check.forms[-1].fields | {"step": "confirm"}).status_code == 303
    for back in (check_at, check.links["Change something"], f"{address(pump)}?ticked=1&shown={hash_}"):
        again = maria.get(back)
        assert (again.status_code, again.headers["Location"]) == (303, address(pump, ""))
    assert len(approvals(company)) == 1


def test_what_is_sealed_in_an_address_is_for_its_reader_and_estimate_alone(
    company: CompanyRow, ortega: Customer, maria: Client, pump: Estimate
) -> None:
    with people.inside(company):
        other = make_estimate(ortega, name="Other")
        make.add_emails(ortega, "ana@example.com")
    ana = browser(company, "ana@example.com", "Ana Ortega")
    query = post(maria, pump, "check", shown(company, pump)).headers["Location"].split("?")[1]
    assert "Maria" not in query
    assert read(maria.get(f"{address(pump)}?{query}")).h1 == "Check before you approve"
    for client, path in (
        (ana, f"{address(pump)}?{query}"),
        (maria, f"{address(pump)}?{query}".replace("kept=", "kept=A")),
    ):
        page = read(client.get(path))
        assert (page.h1, "agree" in page.forms[-1].fields) == ("Sign for New pump", False)
    elsewhere = read(maria.get(f"{address(other)}?{query}".replace(shown(company, pump), shown(company, other))))
    assert elsewhere.h1 == "Sign for Other"


def test_drawing_too_long_for_an_address_is_carried_by_the_form(
    company: CompanyRow, maria: Client, pump: Estimate
) -> None:
    rows = [[[(at * 37 + nth * 91) % 900, (at * at * 53 + nth) % 250] for at in range(1, 400)] for nth in range(8)]
    strokes, hash_ = json.dumps(rows), shown(company, pump)
    check = read(post(maria, pump, "check", hash_, kind="drawn", strokes=strokes))
    assert (check.status, check.forms[-1].fields["strokes"]) == (200, strokes)
    sign = read(maria.post(address(pump), check.forms[-1].fields | {"step": "sign"}))
    assert (sign.h1, sign.forms[-1].fields["strokes"]) == ("Sign for New pump", strokes)


def change_price(company: CompanyRow, estimate: Estimate, name: str, minor: int) -> None:
    with people.inside(company):
        item = EstimateItem.objects.get(estimate=estimate, name=name)
        item.price_minor = item.total_minor = minor
        item.save()
        estimate.refresh_from_db()
        estimate.subtotal_minor = estimate.total_minor = minor
        estimate.save()
        deciding.noted(estimate)


@pytest.mark.parametrize("step", ("", "check", "confirm"))
def test_changed_estimate_is_refused_with_the_difference(
    company: CompanyRow, maria: Client, pump: Estimate, step: str
) -> None:
    hash_, cover = shown(company, pump), ref(company, pump, "Cover")
    change_price(company, pump, "Pump", 130000)
    given = SIGNED | {"shown": hash_, "item": cover, "kind": "drawn", "strokes": STROKES}
    response = maria.post(address(pump), given | {"step": step}) if step else maria.get(address(pump), given)
    page = read(response)
    differences = [one.text for one in page.all("li", data_row="difference")]
    assert (page.status, differences) == (409, ["Pump: $1,000.00 → $1,300.00", "Total: $1,000.00 → $1,300.00"])
    kept = page.forms[-1].fields
    assert (kept["signer_name"], kept["strokes"], kept["item"]) == ("Maria Ortega", STROKES, cover)
    assert ("agree" in kept, approvals(company)) == (False, [])
    sign = led(maria, maria.post(address(pump), kept | {"step": "sign"}))
    assert (sign.status, sign.forms[-1].fields["signer_name"]) == (200, "Maria Ortega")
    assert post(maria, pump, "confirm", sign.forms[-1].fields["shown"]).status_code == 303


def test_new_terms_are_a_change(company: CompanyRow, maria: Client, pump: Estimate) -> None:
    hash_ = shown(company, pump)
    with people.inside(company):
        EstimateTerms.objects.create(n=1, text="Half in advance.", created_at=clock.now())
    page = read(post(maria, pump, "confirm", hash_))
    assert (page.status, [one.text for one in page.all("li", data_row="difference")]) == (
        409,
        ["The terms have changed"],
    )


def test_second_person_is_told_who_was_quicker(company: CompanyRow, ortega: Customer, maria: Client) -> None:
    with people.inside(company):
        make.add_emails(ortega, "ana@example.com")
        good, better, _best = make_options(ortega)
        ana = people.make_login("ana@example.com", name="Ana Ortega")
        hash_ = deciding.shown(better)
        deciding.approve(good, ana)
    page = read(post(maria, better, "confirm", hash_))
    assert page.status == 409
    assert ("Ana Ortega approved another option" in page.text, "nothing was changed" in page.text) == (True, True)
    assert len(approvals(company)) == 1
    assert post(maria, better, "check", hash_).status_code == 303


def test_same_click_twice_is_one_approval(company: CompanyRow, maria: Client, pump: Estimate) -> None:
    hash_ = shown(company, pump)
    found = [post(maria, pump, "confirm", hash_).status_code for _click in range(2)]
    assert (found, len(approvals(company))) == ([303, 303], 1)


def test_without_prices_nobody_approves(company: CompanyRow, luis: Client, pump: Estimate) -> None:
    page = read(luis.get(address(pump, "")))
    assert ("Someone with access to prices can approve this." in page.text, page.all("button")[-1:]) != (False, [])
    assert [luis.get(address(pump, act)).status_code for act in ("approve/", "decline/", "proof/")] == [404, 404, 404]
    assert post(luis, pump, "confirm", shown(company, pump)).status_code == 404


def test_total_says_what_the_choice_comes_to_without_a_script(
    company: CompanyRow, maria: Client, pump: Estimate
) -> None:
    cover, valve = (ref(company, pump, name) for name in ("Cover", "Valve"))
    totals = {
        tuple(items): read(maria.get(address(pump, ""), {"ticked": "1", "item": items})).text.count(said)
        for items, said in (([cover, valve], "$1,070.00"), ([cover], "$1,050.00"), ([], "$1,000.00"))
    }
    assert {count > 0 for count in totals.values()} == {True}


def test_lines_of_others_are_never_chosen(company: CompanyRow, ortega: Customer, maria: Client, pump: Estimate) -> None:
    with people.inside(company):
        other = make_estimate(ortega, name="Other", lines=LINES)
    foreign, own = ref(company, other, "Cover"), ref(company, pump, "Pump")
    assert post(maria, pump, "confirm", shown(company, pump), item=[foreign, own, "x"]).status_code == 303
    assert [one.total_minor for one in approvals(company)] == [100000]
