"""The filters of our templates: plain values in, text out."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, tzinfo
from io import BytesIO
from typing import Any, Protocol

import segno
from django.forms import BoundField
from django.utils.safestring import SafeString, mark_safe

from portico.kernel import formats, text


class Amount(Protocol):
    """Anything that carries minor units and a currency, such as kernel.money.Money."""

    @property
    def minor(self) -> int: ...

    @property
    def currency(self) -> str: ...


def money(value: Amount | Mapping[str, Any] | int, currency: str | None = None) -> str:
    """Write Money, {"minor", "currency"}, or minor units with their currency."""
    if isinstance(value, bool) or value is None:
        raise TypeError(f"money cannot write {value!r}")
    if isinstance(value, int):
        if currency is None:
            raise TypeError("money needs a currency with bare minor units")
        return formats.money(value, currency)
    if isinstance(value, Mapping):
        return formats.money(value["minor"], value["currency"])
    return formats.money(value.minor, value.currency)


def day(value: date | str, today: date | str | None = None) -> str:
    """Write a day, with its weekday when it is near today."""
    return formats.day(value, today=today)


def moment(value: datetime | str, zone: tzinfo | str) -> str:
    """Write an instant in the branch's zone."""
    return formats.moment(value, zone)


def window(start: datetime | str, end: datetime | str, zone: tzinfo | str) -> str:
    """Write an arrival window in the branch's zone."""
    return formats.window(start, end, zone)


def local_date(value: datetime | str, zone: tzinfo | str) -> date:
    """The day on which an instant falls in the branch's zone."""
    return formats.as_local(value, zone).date()


def zone_name(value: datetime | str, zone: tzinfo | str) -> str:
    """What the branch's zone is called at that instant, such as MST."""
    return formats.as_local(value, zone).tzname() or ""


def date_parts(value: date | str) -> dict[str, str]:
    """The words of a date tile."""
    on = formats.as_date(value)
    return {
        "month": formats.MONTHS[on.month - 1].upper(),
        "day": str(on.day),
        "weekday": formats.WEEKDAYS[on.weekday()][:3],
        "spoken": formats.long_day(on),
        "iso": on.isoformat(),
    }


def iso(value: date | datetime | str) -> str:
    """The machine form of a day or instant, for the datetime attribute."""
    return value if isinstance(value, str) else value.isoformat()


def control(field: BoundField, autocomplete: str = "", inputmode: str = "", placeholder: str = "") -> SafeString:
    """The input of a form field, with the class of its kind and the ids of its help and error."""
    attrs: dict[str, str | bool] = {"class": _control_class(field)}
    for name, given in (("autocomplete", autocomplete), ("inputmode", inputmode), ("placeholder", placeholder)):
        if given:
            attrs[name] = given
    described = [f"{field.auto_id}_helptext"] if field.help_text else []
    described += [f"{field.auto_id}_error"] if field.errors else []
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if field.errors:
        attrs["aria-invalid"] = "true"
    return mark_safe(field.as_widget(attrs=attrs))  # noqa: S308 - the widgets escape


def control_kind(field: BoundField) -> str:
    """Which of our field shapes a form field takes: hidden, check, radios, checks or input."""
    kind = str(getattr(field.field.widget, "input_type", "textarea"))
    many = bool(getattr(field.field.widget, "allow_multiple_selected", False))
    names = {"checkbox": "checks" if many else "check", "radio": "radios", "hidden": "hidden"}
    return names.get(kind, "input")


def _control_class(field: BoundField) -> str:
    kind = str(getattr(field.field.widget, "input_type", "textarea"))
    own = str(field.field.widget.attrs.get("class", ""))
    shapes = {"select": "input select", "textarea": "input textarea", "file": "input file", "checkbox": ""}
    base = shapes.get(kind, "input")
    return f"{base} {own}".strip()


def qr_code(told: str) -> SafeString:
    """A QR code as a drawing in the page; of what it says only squares are written."""
    drawn = BytesIO()
    segno.make(told, error="m").save(drawn, kind="svg", xmldecl=False, omitsize=True, border=4, light="#fff")
    return mark_safe(drawn.getvalue().decode())  # noqa: S308 - drawn by segno


FILTERS: dict[str, Callable[..., Any]] = {
    "money": money,
    "qr_code": qr_code,
    "day": day,
    "short_day": formats.short_day,
    "long_day": formats.long_day,
    "moment": moment,
    "window": window,
    "local_date": local_date,
    "zone_name": zone_name,
    "date_parts": date_parts,
    "iso": iso,
    "phone": formats.phone_href,
    "phone_text": formats.phone,
    "initials": text.initials,
    "control": control,
    "control_kind": control_kind,
}
