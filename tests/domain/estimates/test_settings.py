"""What the office decides about estimates: its rules, its terms, the trail of both."""

import pytest

from portico.domain.estimates.errors import BadPolicy
from portico.domain.estimates.models import EstimatePolicy, EstimateTerms
from portico.domain.estimates.operations import settings
from portico.domain.estimates.queries.settings import (
    MOST_FORMER,
    EstimateRules,
    TermsRow,
    estimate_settings,
    terms_text,
)
from portico.domain.estimates.words import DEFAULT_TERMS
from portico.foundation.audit.models import AuditEntry
from portico.kernel import clock
from tests.counting import statements
from tests.factories import people
from tests.factories.threads import at_once

pytestmark = pytest.mark.django_db


def save_policy(**changes):
    wanted = {"undo_hours": 24, "expires_after_days": 30, "decline_reasons": (), **changes}
    settings.save_policy(by=people.OFFICE, **wanted)


def facts(verb):
    return list(AuditEntry.objects.filter(verb=verb).order_by("pk").values_list("facts", flat=True))


def test_without_rows_the_defaults_and_the_built_in_text_hold(home):
    found = estimate_settings()
    assert (found.rules, found.terms, found.text, found.former) == (
        EstimateRules(24, 30, ()),
        TermsRow(0, None, ""),
        str(DEFAULT_TERMS),
        (),
    )
    assert (terms_text(0), terms_text(1), EstimatePolicy.objects.count()) == (str(DEFAULT_TERMS), None, 0)


def test_rules_are_in_the_trail_as_they_were_and_are(home):
    save_policy(undo_hours=48, decline_reasons=["Too expensive"])
    save_policy(undo_hours=48, decline_reasons=["  Too expensive "])
    save_policy(undo_hours=48, decline_reasons=["Too expensive", "Later"])
    assert facts("estimate.rules_changed") == [
        {
            "before": {"undo_hours": 24, "decline_reasons": []},
            "after": {"undo_hours": 48, "decline_reasons": ["Too expensive"]},
        },
        {
            "before": {"decline_reasons": ["Too expensive"]},
            "after": {"decline_reasons": ["Too expensive", "Later"]},
        },
    ]
    assert estimate_settings().rules == EstimateRules(48, 30, ("Too expensive", "Later"))


def test_most_reasons_of_most_letters_are_kept(home):
    reasons = tuple(f"{n:02}" + "x" * 118 for n in range(20))
    save_policy(decline_reasons=reasons)
    assert estimate_settings().rules.decline_reasons == reasons


def test_built_in_text_is_no_new_version(home):
    assert settings.save_terms(text=f"  {DEFAULT_TERMS}\r\n", by=people.OFFICE) is False
    assert (EstimateTerms.objects.count(), facts("estimate.terms_changed")) == (0, [])


def test_versions_are_listed_with_who_wrote_them_newest_first(home):
    for text in ("One.", "Two.", "Two.", "Three."):
        settings.save_terms(text=text, by=people.OFFICE)
    found = estimate_settings()
    assert (found.terms.n, found.terms.made_by_name, found.text) == (3, people.OFFICE.name, "Three.")
    assert [(one.n, one.at is None) for one in found.former] == [(2, False), (1, False), (0, True)]
    assert [terms_text(n) for n in (1, 2, 4)] == ["One.", "Two.", None]
    assert facts("estimate.terms_changed") == [{"before": n, "after": n + 1} for n in range(3)]


@pytest.mark.parametrize("length", (0, 20_001))
def test_terms_that_say_nothing_or_too_much_are_refused(home, length):
    with pytest.raises(BadPolicy) as refused:
        settings.save_terms(text="x" * length + " ", by=people.OFFICE)
    assert (refused.value.field, EstimateTerms.objects.count()) == ("text", 0)


def test_longest_terms_are_kept(home):
    assert settings.save_terms(text="x" * 20_000, by=people.OFFICE) is True


@pytest.mark.parametrize("count", (1, 60))
def test_settings_are_three_statements_however_many_versions(home, count):
    now = clock.now()
    EstimateTerms.objects.bulk_create(
        EstimateTerms(n=n, text=f"Text {n}.", made_by_name="Olga", created_at=now) for n in range(1, count + 1)
    )
    with statements(3):
        found = estimate_settings()
    assert (found.text, len(found.former)) == (f"Text {count}.", min(count, MOST_FORMER))


@pytest.mark.django_db(transaction=True)
def test_two_who_write_terms_at_once_make_two_versions(company):
    texts = [f"Text {n}." for n in range(6)]
    calls = [lambda said=said: settings.save_terms(text=said, by=people.OFFICE) for said in texts]
    assert at_once(company, *calls, refused=BadPolicy) == ["done"] * 6
    with people.inside(company):
        found = list(EstimateTerms.objects.order_by("n").values_list("n", "text"))
        assert ([n for n, _text in found], sorted(text for _n, text in found)) == ([1, 2, 3, 4, 5, 6], texts)
        assert EstimatePolicy.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_same_terms_written_twice_at_once_are_one_version(company):
    calls = [lambda: settings.save_terms(text="One.", by=people.OFFICE)] * 4
    assert at_once(company, *calls, refused=BadPolicy) == ["done"] * 4
    with people.inside(company):
        assert list(EstimateTerms.objects.values_list("n", "text")) == [(1, "One.")]
