"""What is typed for a branch. What cannot be is said by the operations (BadEntry)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portico.foundation.portals.operations.branches import BranchEntry
from portico.foundation.portals.queries import BranchRow
from portico.foundation.tenancy import hours
from portico.foundation.tenancy.brands import BrandFacts
from portico.foundation.tenancy.hours import Span

NEAR_ZONES = (
    *("America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles"),
    *("America/Anchorage", "Pacific/Honolulu", "America/Halifax", "America/Toronto", "America/Winnipeg"),
    *("America/Edmonton", "America/Vancouver", "America/St_Johns", "America/Puerto_Rico"),
)
ACCEPTED = ".png,.jpg,.jpeg,.svg,image/png,image/jpeg,image/svg+xml"
SHOWN = ("display_name", "phone", "support_email", "address", "time_zone", "color", "logo_digest")


class AddBranchForm(forms.Form):
    """What a branch cannot be without."""

    name = forms.CharField(
        label=gettext_lazy("Name in the office"),
        help_text=gettext_lazy("Such as North. Customers read another name, which you give it next."),
        error_messages={"required": gettext_lazy("Enter a name for the branch.")},
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        error_messages={"invalid_choice": gettext_lazy("Choose a time zone of the list.")},
    )

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].initial = zone
        self.fields["time_zone"].choices = _zones(_("Near"), _("All others"), zone)  # type: ignore[attr-defined]


class BranchForm(forms.Form):
    """Everything that customers know a branch by."""

    display_name = forms.CharField(
        label=gettext_lazy("Name that customers know"),
        error_messages={"required": gettext_lazy("Enter the name that customers know.")},
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        required=False,
        help_text=gettext_lazy("Stands on every page and in every mail."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    support_email = forms.CharField(
        label=gettext_lazy("Email for customers"),
        required=False,
        help_text=gettext_lazy("Replies to our mails go there."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    address = forms.CharField(
        label=gettext_lazy("Address"), required=False, help_text=gettext_lazy("As it stands on letters, in one line.")
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        help_text=gettext_lazy("Visits and due dates of this branch are shown and counted in it."),
        error_messages={"invalid_choice": gettext_lazy("Choose a time zone of the list.")},
    )
    color = forms.CharField(
        label=gettext_lazy("Brand color"),
        help_text=gettext_lazy("Six digits after a #, such as #1f6f54. Where it could not be read we correct it."),
        error_messages={"required": gettext_lazy("Enter a color as six digits after a #, such as #1f6f54.")},
    )
    logo = forms.Field(  # what cannot be used is said by the operation that draws it
        label=gettext_lazy("Logo"),
        required=False,
        help_text=gettext_lazy("PNG or JPEG up to 5 MB, SVG up to 500 KB. The preview shows it before it is saved."),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )
    is_logo_removed = forms.BooleanField(label=gettext_lazy("Show no logo"), required=False)
    logo_digest = forms.SlugField(required=False, max_length=16, widget=forms.HiddenInput)
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        """`zone` is the branch's own, which an import may have brought under a name of before."""
        super().__init__(*args, **kwargs)
        for day, name in enumerate(hours.day_names()):
            self.fields[f"opens_{day}"] = _clock(_("%(day)s, opens") % {"day": name})
            self.fields[f"closes_{day}"] = _clock(_("%(day)s, closes") % {"day": name})
        self.fields["time_zone"].choices = _zones(_("Near"), _("All others"), zone)  # type: ignore[attr-defined]

    @classmethod
    def showing(cls, row: BranchRow) -> BranchForm:
        """The form as the branch stands."""
        shown = {name: getattr(row.brand, name) for name in SHOWN} | {"seen": row.stand}
        for day, span in enumerate(hours.read(row.brand.opening_hours)):
            shown |= {f"opens_{day}": span[0] if span else None, f"closes_{day}": span[1] if span else None}
        return cls(initial=shown, zone=row.brand.time_zone)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for day in range(hours.DAYS):
            opens, closes = f"opens_{day}", f"closes_{day}"
            if {opens, closes} & set(self.errors):
                continue
            if (cleaned[opens] is None) != (cleaned[closes] is None):
                missing = opens if cleaned[opens] is None else closes
                self.add_error(missing, _("Enter both times, or neither for a day that is closed."))
            elif cleaned[opens] is not None and cleaned[opens] >= cleaned[closes]:
                name = hours.day_names()[day]
                self.add_error(closes, _("%(day)s: closing time must be after opening time.") % {"day": name})
        return cleaned

    def entry(self) -> BranchEntry:
        """What was typed."""
        given = self.cleaned_data
        return BranchEntry(
            **{name: given[name] for name in SHOWN if name != "logo_digest"},
            logo_digest="" if given["is_logo_removed"] else given["logo_digest"],
            spans=self.spans(),
        )

    def spans(self) -> list[Span | None]:
        """The hours of each day; none where they cannot be read."""
        given = self.cleaned_data
        times = [(given.get(f"opens_{day}"), given.get(f"closes_{day}")) for day in range(hours.DAYS)]
        return [(opens, closes) if opens and closes and opens < closes else None for opens, closes in times]

    def brand_over(self, brand: BrandFacts) -> dict[str, str]:
        """What the samples show: the branch as it stands, with what was typed and can be read."""
        given = self.cleaned_data if self.is_bound else {}
        shown = {name: given[name] if given.get(name) else getattr(brand, name) for name in SHOWN}
        shown |= {name: given[name] for name in ("phone", "support_email", "address") if name in given}
        shown["opening_hours"] = hours.written(self.spans()) if self.is_bound else brand.opening_hours
        return shown | ({"logo_digest": ""} if given.get("is_logo_removed") else {})

    def days(self) -> list[dict[str, Any]]:
        """The fields of each day."""
        names = enumerate(hours.day_names())
        return [{"name": name, "opens": self[f"opens_{day}"], "closes": self[f"closes_{day}"]} for day, name in names]


def _clock(label: str) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("Enter a time such as 8:00 or 17:30.")},
    )


@lru_cache(16)
def _zones(near: str, others: str, own: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """By name, what is near first."""
    rest = sorted(name for name in available_timezones() - set(NEAR_ZONES) if "/" in name and name[0].isupper())
    known = [name for name in rest if not name.startswith(("Etc/", "SystemV/", "US/", "Canada/"))]
    further = dict.fromkeys(("UTC", *known, *([] if own in NEAR_ZONES else [own])))
    groups = ((near, NEAR_ZONES), (others, further))
    return [(group, [(name, name.replace("_", " ")) for name in names]) for group, names in groups]
