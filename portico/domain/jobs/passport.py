"""The passport of a home on paper: what stands there, how long it is covered, and what was done."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from portico.domain.equipment.queries.units import MOST_ON_PAPER as MOST_UNITS
from portico.domain.equipment.queries.units import Home, Unit
from portico.domain.equipment.rules import Warranty
from portico.domain.equipment.words import age_words, span_words, warranty_words
from portico.domain.jobs.queries.units import MOST_ON_PAPER, DoneJob, HomeHistory
from portico.domain.jobs.words import job_label
from portico.foundation.messaging import paper
from portico.foundation.messaging.ports import Attachment
from portico.foundation.messaging.sheets import sheet_brand
from portico.kernel import formats


def print_passport(home: Home, history: HomeHistory) -> Attachment:
    """The passport as PDF, as things stand today."""
    return Attachment(f"home-passport-{home.today}.pdf", paper.render("passport", passport_sheet(home, history)))


def passport_sheet(home: Home, history: HomeHistory) -> dict[str, Any]:
    """What papers/passport.typ shows."""
    day, count = formats.day(home.today), len(home.units)
    return {
        "lang": get_language() or "en",
        "brand": sheet_brand(home.brand),
        "number": home.address or home.name,
        "note": _("As of %(day)s") % {"day": day},
        "home": {"label": _("Home"), "name": home.customer_name, "lines": [home.address or home.name]},
        "facts": [[_("Equipment"), ngettext("%(n)s unit", "%(n)s units", count) % {"n": count}]],
        "units_title": _("Equipment and warranties"),
        "units": [_unit(unit) for unit in home.units],
        "no_units": _("No equipment is on record for this home."),
        "history_title": _("Service history"),
        "columns": [_("Date"), _("Work"), _("Status")],
        "jobs": [_job(job, home.brand.time_zone) for job in history.jobs],
        "no_jobs": _("No visits are on record for this home."),
        "left_out": _left_out(home, history),
    }


def _unit(unit: Unit) -> dict[str, Any]:
    unknown = _("Unknown")
    return {
        "name": unit.name,
        "note": unit.type if unit.type.casefold() not in unit.name.casefold() else "",
        "facts": [
            [_("Maker"), unit.manufacturer or unknown],
            [_("Model"), unit.model or unknown],
            [_("Serial number"), unit.serial_number or unknown],
            [_("Installed"), formats.day(unit.installed_on) if unit.installed_on else unknown],
            [_("Age"), age_words(unit.age)],
        ],
        "warranties": [
            _warranty(_("Maker’s warranty"), unit.maker_warranty),
            _warranty(_("Our warranty"), unit.our_warranty),
        ],
    }


def _warranty(label: str, warranty: Warranty) -> list[str]:
    return [label, warranty_words(warranty), span_words(warranty)]


def _job(job: DoneJob, zone: str) -> dict[str, str]:
    number = _("Job %(number)s") % {"number": job.number}
    return {
        "on": formats.day(formats.as_local(job.happens_at, zone).date()),
        "work": f"{job.type} · {number}",
        "note": job.summary,
        "state": job_label(job.status),
    }


def _left_out(home: Home, history: HomeHistory) -> str:
    said = []
    if len(home.units) == MOST_UNITS:
        said.append(_("Only %(n)s units are listed.") % {"n": MOST_UNITS})
    if history.is_cut:
        said.append(_("Only the newest %(n)s jobs are listed; your portal has all of them.") % {"n": MOST_ON_PAPER})
    return " ".join(said)
