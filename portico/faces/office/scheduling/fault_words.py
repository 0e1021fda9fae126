"""What keeps visits from being booked, in the office's words: the fact, what to do, and where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portico.domain.capacity.setup_rules import Fault, Finding
from portico.faces.ui.minijinja import url

ELSEWHERE = _("Correct it in the system that your records come from, and import again.")
POLICY, JOB_TYPE, RULES, BOARD = "policy", "job_type", "rules", "board"
LINKS = {
    POLICY: ("settings_scheduling", _("Rules of booking")),
    JOB_TYPE: ("settings_bookable_types", _("What customers may book")),
    RULES: ("settings_limits", _("Limits and holidays")),
    BOARD: ("office_capacity", _("Capacity board")),
}

# By fault: the fact, what to do about it, and where. `s` is the subject, `d` the detail.
WORDS: dict[Fault, tuple[Any, Any, str]] = {
    Fault.NOTHING_OFFERED: (
        _("No job type is offered to customers."),
        _("Open a job type and let customers book it."),
        JOB_TYPE,
    ),
    Fault.NO_DURATION: (
        _("The job type %(s)s has no duration."),
        _("Enter how many minutes it takes; until then nothing of it is offered."),
        JOB_TYPE,
    ),
    Fault.NO_UNIT: (
        _("The job type %(s)s belongs to no active business unit."),
        _("Nobody can be planned for it. Give it a business unit in the system that your records come from."),
        "",
    ),
    Fault.NO_SUCH_SKILL: (
        _("The job type %(s)s needs the skill %(d)s, and no technician of its business units has it."),
        _("Take the skill off the job type, or give it to a technician."),
        JOB_TYPE,
    ),
    Fault.NO_SKILLS_TOGETHER: (
        _("The job type %(s)s needs the skills %(d)s, and no technician has all of them."),
        _("Take a skill off the job type, or give them all to one technician."),
        JOB_TYPE,
    ),
    Fault.LONGER_THAN_SHIFTS: (
        _("The job type %(s)s takes longer than the longest shift of who could do it, %(d)s minutes."),
        _("Shorten its duration, or plan a longer shift."),
        JOB_TYPE,
    ),
    Fault.LEAD_BEYOND_HORIZON: (
        _("The job type %(s)s is booked %(d)s hours before at the latest, but not offered that far ahead."),
        _("Shorten the notice, or offer more days ahead."),
        JOB_TYPE,
    ),
    Fault.NONE_PER_DAY: (
        _("The job type %(s)s may be booked 0 times a day."),
        _("Enter a larger number, or leave it empty for no limit."),
        JOB_TYPE,
    ),
    Fault.NONE_PER_WINDOW: (
        _("The job type %(s)s may be booked 0 times in a window."),
        _("Enter a larger number, or leave it empty for no limit."),
        JOB_TYPE,
    ),
    Fault.CUTOFF_AT_MIDNIGHT: (
        _("The job type %(s)s is offered for today only, and closes at midnight, before the day begins."),
        _("Offer more days ahead, or close later."),
        JOB_TYPE,
    ),
    Fault.NO_ANSWERS: (
        _("The question “%(d)s” of the job type %(s)s has no answers to choose from."),
        _("Add answers, or remove the question."),
        JOB_TYPE,
    ),
    Fault.EVERY_ANSWER_CALLS: (
        _("Every answer to “%(d)s” of the job type %(s)s sends the customer to the phone."),
        _("Let one answer go on, or take the job type off the offer."),
        JOB_TYPE,
    ),
    Fault.ANSWER_NO_SUCH_SKILL: (
        _("An answer of the job type %(s)s needs a skill that no technician has (%(d)s)."),
        _("Change the answer, or give the skill to a technician."),
        JOB_TYPE,
    ),
    Fault.ANSWER_LONGER_THAN_SHIFTS: (
        _("The answer “%(d)s” makes the job type %(s)s longer than any shift of who could do it."),
        _("Let it add fewer minutes."),
        JOB_TYPE,
    ),
    Fault.ANSWER_TO_UNUSABLE: (
        _("The answer “%(d)s” of the job type %(s)s leads to a job type that cannot be booked."),
        _("Choose another one, or offer that one too."),
        JOB_TYPE,
    ),
    Fault.ANSWERS_IN_A_CIRCLE: (
        _("Answers of the job type %(s)s lead back to itself."),
        _("Break the circle: whoever answers so gets nowhere."),
        JOB_TYPE,
    ),
    Fault.NO_WINDOWS: (_("The business unit %(s)s offers no arrival window."), ELSEWHERE, ""),
    Fault.NO_HOURS: (_("The business unit %(s)s has no business hours."), ELSEWHERE, ""),
    Fault.NEVER_OPEN: (_("The business hours of %(s)s are empty on every day."), ELSEWHERE, ""),
    Fault.WINDOW_OUTSIDE_HOURS: (
        _("The window %(d)s of %(s)s lies outside its business hours on every day, so it is never offered."),
        ELSEWHERE,
        "",
    ),
    Fault.NO_TECHNICIANS: (_("The business unit %(s)s has no active technician."), ELSEWHERE, ""),
    Fault.NO_SHIFTS: (
        _("No technician of %(s)s has a shift in the next 30 days."),
        _("Plan shifts in the system that your records come from, and import again."),
        BOARD,
    ),
    Fault.ON_CALL_ONLY: (
        _("%(s)s is on call only; on-call time is never offered."),
        _("Plan normal shifts, if customers should be offered this time."),
        BOARD,
    ),
    Fault.VISITS_WITHOUT_SHIFT: (
        _("%(s)s has visits without a shift: %(d)s."),
        _("Plan the shift, or give the visits to somebody else."),
        BOARD,
    ),
    Fault.NO_HOME_UNIT: (_("%(s)s belongs to no business unit and is planned for nothing."), ELSEWHERE, ""),
    Fault.ZONE_WITHOUT_ZIP: (_("The zone %(s)s names no ZIP code and no city."), ELSEWHERE, ""),
    Fault.ZONE_WITHOUT_TECHNICIAN: (_("No technician serves the zone %(s)s."), ELSEWHERE, ""),
    Fault.ZIP_WITHOUT_ZONE: (
        _("The ZIP code %(s)s is in no zone. Addresses of customers with it: %(d)s."),
        _("They are told that they live outside the area. Add the code to a zone, if you go there."),
        "",
    ),
    Fault.WINDOW_OF_NOBODY: (_("The window %(s)s is offered by no business unit."), ELSEWHERE, ""),
    Fault.RULE_CLOSES_ALL: (
        _("The limit “%(s)s” closes every day for everything."),
        _("Narrow it to days, a zone or a job type, or remove it."),
        RULES,
    ),
    Fault.RULE_SHARE_ZERO: (
        _("The limit “%(s)s” opens 0 percent of the working time."),
        _("Enter a larger share, or remove it."),
        RULES,
    ),
    Fault.RULE_LIMIT_ZERO: (
        _("The limit “%(s)s” allows 0."),
        _("Enter a larger number, or remove it."),
        RULES,
    ),
    Fault.RULE_BELOW_DURATION: (
        _("The limit “%(s)s” allows fewer minutes than one visit of the job type %(d)s takes."),
        _("Enter more minutes, or remove it."),
        RULES,
    ),
    Fault.RULE_IS_OVER: (
        _("The limit “%(s)s” ended on %(d)s and limits nothing any more."),
        _("Remove it, or give it another end."),
        RULES,
    ),
    Fault.ONLINE_SHARE_ZERO: (
        _("0 percent of the working time is open to customers."),
        _("Enter a larger share under Working time."),
        POLICY,
    ),
}


@dataclass(frozen=True, slots=True)
class Warned:
    """A fact, what to do next, and where; `href` is empty where it cannot be mended here."""

    fault: str
    fact: str
    next: str
    href: str = ""
    link: str = ""


def warnings(found: Iterable[Finding], *, may_edit: bool, ids: Mapping[str, UUID] | None = None) -> list[Warned]:
    """The findings in words; links to settings only for who may open them. `ids` are job types by name."""
    return [_warning(one, ids or {}, may_edit=may_edit) for one in found]


def _warning(one: Finding, ids: Mapping[str, UUID], *, may_edit: bool) -> Warned:
    fact, then, where = WORDS[one.fault]
    said = str(fact) % {"s": one.subject, "d": one.detail}
    href, link = mended_at(where, ids.get(one.subject)) if may_edit or where == BOARD else ("", "")
    return Warned(one.fault.value, said, str(then), href, link)


def mended_at(where: str, job_type: UUID | None = None) -> tuple[str, str]:
    """The page on which it is put right, and what the link to it says."""
    if not where:
        return "", ""
    if where == JOB_TYPE and job_type:
        return url("settings_bookable", job_type), gettext("Open the job type")
    name, label = LINKS[where]
    return url(name), str(label)
