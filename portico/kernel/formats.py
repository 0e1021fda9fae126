"""How money, days, times and phone numbers are written for a reader, on pages, in mails and on paper."""

import re
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from portico.kernel.money import fraction_digits

MINUS = "\u2212"
DASH = "\u2013"
NEAR = timedelta(days=14)

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LONG_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_KEYPAD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
_SYMBOLS = {"USD": "$", "CAD": "CA$", "AUD": "A$", "NZD": "NZ$", "MXN": "MX$", "EUR": "€", "GBP": "£", "JPY": "¥"}


def money(minor: int, currency: str) -> str:
    """Write an amount of minor units: $1,486.20, −$79.20, 12.00 CHF."""
    sign = MINUS if minor < 0 else ""
    number = _number(abs(minor), digits=fraction_digits(currency))
    symbol = _SYMBOLS.get(currency)
    return f"{sign}{symbol}{number}" if symbol else f"{sign}{number}\u00a0{currency}"


def _number(minor: int, *, digits: int) -> str:
    if not digits:
        return f"{minor:,}"
    whole, rest = divmod(minor, 10**digits)
    return f"{whole:,}.{rest:0{digits}d}"


@lru_cache(4096)
def day(value: date | str, *, today: date | str | None = None) -> str:
    """Write a day: "Friday, Nov 27" within two weeks of today, "Nov 27, 2026" otherwise."""
    on = as_date(value)
    if today is not None and abs(on - as_date(today)) <= NEAR:
        return f"{WEEKDAYS[on.weekday()]}, {short_day(on)}"
    return f"{short_day(on)}, {on.year}"


@lru_cache(4096)
def short_day(value: date | str) -> str:
    """Write a day without its year: Nov 27."""
    on = as_date(value)
    return f"{MONTHS[on.month - 1]} {on.day}"


def long_day(value: date | str) -> str:
    """Write a day to be read aloud: Friday, November 27."""
    on = as_date(value)
    return f"{WEEKDAYS[on.weekday()]}, {LONG_MONTHS[on.month - 1]} {on.day}"


def moment(value: datetime | str, zone: tzinfo | str) -> str:
    """Write an instant in a zone: Nov 16, 2026, 2:05 PM."""
    local = as_local(value, zone)
    return f"{day(local.date())}, {clock_time(local)}"


def clock_time(local: datetime) -> str:
    """Write the time of day of a local moment: 2:05 PM."""
    return f"{_hour(local)}:{local:%M} {_half(local)}"


def short_clock_time(at: time) -> str:
    """Write a time of day as short as it goes: 8 AM, 8:30 AM."""
    return f"{_short_time(at)} {_half(at)}"


def window(start: datetime | str, end: datetime | str, zone: tzinfo | str) -> str:
    """Write an arrival window: 8–10 AM, 11 AM–1 PM, 8:30–10 AM."""
    first, last = as_local(start, zone), as_local(end, zone)
    half = "" if _half(first) == _half(last) and first.date() == last.date() else f" {_half(first)}"
    return f"{_short_time(first)}{half}{DASH}{_short_time(last)} {_half(last)}"


def as_date(value: date | str) -> date:
    """Take a day from a date, a moment or ISO text."""
    if isinstance(value, str):
        return date.fromisoformat(value[:10])
    return value.date() if isinstance(value, datetime) else value


def as_local(value: datetime | str, zone: tzinfo | str) -> datetime:
    """Take an aware instant, or ISO text with an offset, into a zone."""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    if at.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone")
    return at.astimezone(_zone(zone) if isinstance(zone, str) else zone)


@lru_cache(256)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _hour(local: datetime | time) -> int:
    return local.hour % 12 or 12


def _half(local: datetime | time) -> str:
    return "AM" if local.hour < 12 else "PM"


def _short_time(local: datetime | time) -> str:
    return f"{_hour(local)}:{local:%M}" if local.minute else str(_hour(local))


@lru_cache(1000)
def phone_href(number: str) -> str:
    """The address that makes a phone dial: tel:+15125550142; an extension is dialed after a pause."""
    main, _, extension = re.sub(r"(?i)\s*(?:extension|ext\.?|x|#)\s*(?=\d)", ";", number).partition(";")
    digits = re.sub(r"\D", "", main.upper().translate(_KEYPAD))
    plus = "+" if main.strip().startswith("+") or (len(digits) == 11 and digits[0] == "1") else ""
    if len(digits) == 10 and not plus:
        plus = "+1"
    pause = "," + re.sub(r"\D", "", extension) if extension else ""
    return f"tel:{plus}{digits}{pause}"


@lru_cache(1000)
def phone(number: str) -> str:
    """Write a North American number as (512) 555-0142; any other stays as it was given."""
    bare = number.strip()
    if not re.fullmatch(r"[\d\s().+/-]+", bare):
        return bare
    digits = re.sub(r"\D", "", bare)
    if len(digits) == 11 and digits[0] == "1":
        digits = digits[1:]
    elif bare.startswith("+"):
        return bare
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}" if len(digits) == 10 else bare
