"""Age and warranties in the words of pages and papers."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portico.domain.equipment.rules import Age, Warranty, WarrantyWord
from portico.kernel import formats

TONE = {
    WarrantyWord.UNKNOWN: "mute",
    WarrantyWord.STARTS_LATER: "info",
    WarrantyWord.ACTIVE: "ok",
    WarrantyWord.ENDS_SOON: "warn",
    WarrantyWord.ENDED: "mute",
}
ICON = {
    WarrantyWord.UNKNOWN: "",
    WarrantyWord.STARTS_LATER: "clock",
    WarrantyWord.ACTIVE: "shield-check",
    WarrantyWord.ENDS_SOON: "clock",
    WarrantyWord.ENDED: "",
}


def age_words(age: Age | None) -> str:
    """How old a unit is: 8 months, 13 years."""
    if age is None:
        return _("Unknown")
    if age.is_ahead:
        return _("Not installed yet")
    if age.years:
        return ngettext("%(n)s year", "%(n)s years", age.years) % {"n": age.years}
    if age.months:
        return ngettext("%(n)s month", "%(n)s months", age.months) % {"n": age.months}
    return _("Less than a month")


def warranty_words(warranty: Warranty) -> str:
    """How a warranty stands, in a few words."""
    if warranty.word == WarrantyWord.UNKNOWN:
        return _("Unknown")
    if warranty.word == WarrantyWord.ENDED and warranty.ends_on:
        return _("Ended %(day)s") % {"day": formats.day(warranty.ends_on)}
    if warranty.word == WarrantyWord.STARTS_LATER and warranty.starts_on:
        return _("Starts %(day)s") % {"day": formats.day(warranty.starts_on)}
    return left_words(warranty.days)


def left_words(days: int) -> str:
    """How long something still holds."""
    if days == 0:
        return _("Ends today")
    return ngettext("%(n)s day left", "%(n)s days left", days) % {"n": f"{days:,}"}


def span_words(warranty: Warranty) -> str:
    """From when to when, as far as that is known."""
    if warranty.starts_on and warranty.ends_on:
        return f"{formats.day(warranty.starts_on)} {formats.DASH} {formats.day(warranty.ends_on)}"
    if warranty.ends_on:
        return _("until %(day)s") % {"day": formats.day(warranty.ends_on)}
    if warranty.starts_on:
        return _("from %(day)s, end unknown") % {"day": formats.day(warranty.starts_on)}
    return ""
