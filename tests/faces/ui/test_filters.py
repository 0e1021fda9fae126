import pytest

from portico.faces.ui import filters
from portico.kernel.money import Money


@pytest.mark.parametrize(
    ("args", "text"),
    (
        ((Money(48620, "USD"),), "$486.20"),
        (({"minor": -100, "currency": "USD"},), "\u2212$1.00"),
        ((100, "USD"), "$1.00"),
        ((Money(0, "USD"),), "$0.00"),
    ),
)
def test_money_takes_every_form(args, text):
    assert filters.money(*args) == text


@pytest.mark.parametrize("value", (None, True, 100))
def test_money_refuses_what_is_no_amount(value):
    with pytest.raises(TypeError):
        filters.money(value)


def test_date_parts_of_a_tile():
    assert filters.date_parts("2026-12-01") == {
        "month": "DEC",
        "day": "1",
        "weekday": "Tue",
        "spoken": "Tuesday, December 1",
        "iso": "2026-12-01",
    }


def test_local_date_is_the_day_of_the_branch():
    assert filters.local_date("2026-12-01T04:00:00Z", "America/Chicago").isoformat() == "2026-11-30"
