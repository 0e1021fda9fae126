from datetime import UTC, date, datetime

import pytest

from portico.kernel import formats


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    (
        (48620, "USD", "$486.20"),
        (0, "USD", "$0.00"),
        (-7920, "USD", "\u2212$79.20"),
        (123456789, "USD", "$1,234,567.89"),
        (5, "USD", "$0.05"),
        (1250, "CAD", "CA$12.50"),
        (1250, "JPY", "¥1,250"),
        (1250, "CHF", "12.50\u00a0CHF"),
    ),
)
def test_money(minor, currency, text):
    assert formats.money(minor, currency) == text


@pytest.mark.parametrize(
    ("value", "today", "text"),
    (
        ("2026-11-27", date(2026, 11, 22), "Friday, Nov 27"),
        (date(2026, 11, 20), "2026-11-22", "Friday, Nov 20"),
        ("2026-12-07", "2026-11-22", "Dec 7, 2026"),
        (date(2026, 11, 27), None, "Nov 27, 2026"),
        (datetime(2026, 5, 6, 23, 30, tzinfo=UTC), None, "May 6, 2026"),
    ),
)
def test_day(value, today, text):
    assert formats.day(value, today=today) == text


def test_long_and_short_day():
    assert (formats.long_day("2026-12-01"), formats.short_day("2026-12-01")) == ("Tuesday, December 1", "Dec 1")


@pytest.mark.parametrize(
    ("value", "zone", "text"),
    (
        ("2026-11-16T20:05:00+00:00", "America/Chicago", "Nov 16, 2026, 2:05 PM"),
        ("2026-11-16T06:00:00Z", "America/Chicago", "Nov 16, 2026, 12:00 AM"),
        (datetime(2026, 7, 1, 17, 0, tzinfo=UTC), "America/Chicago", "Jul 1, 2026, 12:00 PM"),
        (datetime(2026, 7, 1, 17, 0, tzinfo=UTC), "America/Phoenix", "Jul 1, 2026, 10:00 AM"),
    ),
)
def test_moment_in_the_zone_of_the_branch(value, zone, text):
    assert formats.moment(value, zone) == text


def test_moment_without_a_zone_of_its_own_is_refused():
    with pytest.raises(ValueError, match="has no time zone"):
        formats.moment("2026-11-16T20:05:00", "America/Chicago")


@pytest.mark.parametrize(
    ("start", "end", "text"),
    (
        ("2026-12-01T14:00Z", "2026-12-01T16:00Z", "8\u201310 AM"),
        ("2026-12-01T17:00Z", "2026-12-01T19:00Z", "11 AM\u20131 PM"),
        ("2026-12-01T14:30Z", "2026-12-01T16:00Z", "8:30\u201310 AM"),
        ("2026-12-01T18:00Z", "2026-12-01T20:15Z", "12\u20132:15 PM"),
        ("2026-12-02T04:00Z", "2026-12-02T08:00Z", "10 PM\u20132 AM"),
        ("2026-11-01T06:30Z", "2026-11-01T07:30Z", "1:30\u20131:30 AM"),
    ),
)
def test_window(start, end, text):
    assert formats.window(start, end, "America/Chicago") == text


@pytest.mark.parametrize(
    ("number", "href", "text"),
    (
        ("(512) 555-0142", "tel:+15125550142", "(512) 555-0142"),
        ("512.555.0142", "tel:+15125550142", "(512) 555-0142"),
        ("+1 512 555 0142", "tel:+15125550142", "(512) 555-0142"),
        ("1-512-555-0142", "tel:+15125550142", "(512) 555-0142"),
        ("512-555-0142 x12", "tel:+15125550142,12", "512-555-0142 x12"),
        ("+44 20 7946 0958", "tel:+442079460958", "+44 20 7946 0958"),
        ("555-0142", "tel:5550142", "555-0142"),
        ("1-800-555-HEAT", "tel:+18005554328", "1-800-555-HEAT"),
    ),
)
def test_phone(number, href, text):
    assert (formats.phone_href(number), formats.phone(number)) == (href, text)
