"""Why a window is not offered, in the office's technical words, and where that is put right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from portico.domain.booking.queries.explain import Explanation, WindowTold
from portico.domain.capacity.availability_rules import Reason
from portico.faces.office.scheduling.fault_words import BOARD, JOB_TYPE, POLICY, RULES, mended_at
from portico.kernel import formats

WORDS: dict[Reason, tuple[Any, str]] = {
    Reason.NOT_SELF: (_("Customers may not book the job type %(job)s: it is not offered to them."), JOB_TYPE),
    Reason.NO_DURATION: (_("The job type %(job)s has no duration."), JOB_TYPE),
    Reason.MEMBERS_ONLY: (
        _("The job type %(job)s is for members, and no active membership covers this address."),
        JOB_TYPE,
    ),
    Reason.NO_UNIT: (_("The job type %(job)s belongs to no active business unit."), ""),
    Reason.OUT_OF_AREA: (
        _("No zone of a business unit that does %(job)s holds the ZIP code %(zip)s."),
        "",
    ),
    Reason.NO_WINDOW: (_("The business unit %(unit)s offers no arrival window."), ""),
    Reason.PAST: (_("The window has begun or is over."), ""),
    Reason.LEAD: (_("It begins in less than the notice of the job type: %(lead)s hours."), JOB_TYPE),
    Reason.CUTOFF: (_("Nothing more of today is offered at this hour (the job type's closing time)."), JOB_TYPE),
    Reason.HORIZON: (_("It is further ahead than the job type is offered: %(horizon)s days."), JOB_TYPE),
    Reason.HOLIDAY: (_("A holiday of the branch closes it."), RULES),
    Reason.HOURS: (_("It lies outside the business hours of %(unit)s on this weekday."), ""),
    Reason.CLOSED: (_("A limit closes it: %(limits)s."), RULES),
    Reason.CAP: (_("A limit on the number of visits or minutes is reached: %(limits)s."), RULES),
    Reason.HOLDBACK: (
        _("The share of the working time that is open to customers is used up; the rest is held back (%(limits)s)."),
        POLICY,
    ),
    Reason.SKILL: (_("No technician of %(unit)s has the skill %(skills)s."), JOB_TYPE),
    Reason.ZONE: (_("No technician of %(unit)s who could do it serves the zone of %(zip)s."), ""),
    Reason.SHIFT: (_("No technician of %(unit)s%(with)s has a shift on %(day)s."), BOARD),
    Reason.LONG: (
        _("The visit takes %(minutes)s minutes, longer than the whole working day of anybody who could do it."),
        JOB_TYPE,
    ),
    Reason.BROKEN: (
        _("Who could do it has visits that found no place; nothing more is offered until they have."),
        BOARD,
    ),
    Reason.FULL: (
        _("Nobody who could do it has %(minutes)s minutes free in this window beside what is planned."),
        BOARD,
    ),
}
ANY_SKILL = _("(none is asked for, but nobody belongs to the unit)")
WITH_SKILL = _(" with the skill %(skills)s")
OWN_LIMIT = _("the job type's own")
COMPANY_SHARE = _("the company's share")


@dataclass(frozen=True, slots=True)
class Line:
    """A window, or the whole day, with what is said of it; `reason` is empty where it is offered."""

    when: str
    reason: str = ""
    told: str = ""
    href: str = ""
    link: str = ""


def whole_line(told: Explanation, *, may_edit: bool) -> Line | None:
    """What holds for every day; None where only the windows say."""
    if told.call is not None:
        return Line("", "call", _call(told))
    return None if told.reason is None else _line("", told, told.reason, (), "", may_edit=may_edit)


def window_lines(told: Explanation, *, may_edit: bool) -> list[Line]:
    """The windows of the day in their order."""
    return [_window(told, one, may_edit=may_edit) for one in told.windows]


def _call(told: Explanation) -> str:
    if told.call:
        return str(_("An answer sends the customer to the phone: %(text)s") % {"text": told.call})
    return str(_("The customer is marked Do not service, and is asked to call."))


def _window(told: Explanation, one: WindowTold, *, may_edit: bool) -> Line:
    when = formats.window(one.window.starts_at, one.window.ends_at, told.zone)
    if one.window.reason is None:
        return Line(when)
    day = formats.long_day(one.window.day)
    return _line(when, told, one.window.reason, one.limits, day, may_edit=may_edit)


def _line(when: str, told: Explanation, reason: Reason, limits: tuple[str, ...], day: str, *, may_edit: bool) -> Line:
    words, where = WORDS[reason]
    skills = ", ".join(told.skills)
    besides = {Reason.CAP: OWN_LIMIT, Reason.HOLDBACK: COMPANY_SHARE}.get(reason, "")
    said = {
        "job": told.job_type_name,
        "unit": told.unit,
        "zip": told.postal_code,
        "lead": told.lead_hours,
        "horizon": told.horizon_days,
        "minutes": told.minutes,
        "day": day,
        "skills": skills or ANY_SKILL,
        "with": WITH_SKILL % {"skills": skills} if skills else "",
        "limits": ", ".join(limits) or besides,
    }
    href, link = mended_at(where, told.job_type) if may_edit or where == BOARD else ("", "")
    return Line(when, reason.value, str(words) % said, href, link)
