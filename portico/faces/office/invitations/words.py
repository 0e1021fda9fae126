"""What is said about a list of people to invite."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portico.domain.invitations.enums import ListState, Outcome
from portico.domain.invitations.queries import ListFacts

TONE = {
    Outcome.NEW: "brand",
    Outcome.SENT: "ok",
    Outcome.RESENT: "ok",
    Outcome.INVITED: "info",
    Outcome.MALFORMED: "bad",
    Outcome.PLACEHOLDER: "warn",
    Outcome.UNKNOWN: "warn",
}
STATE_TONE = {
    ListState.READING: "info",
    ListState.READY: "warn",
    ListState.SENDING: "info",
    ListState.DONE: "ok",
    ListState.REFUSED: "bad",
}
WHAT_NEXT = {
    Outcome.NEW: gettext_lazy("They get an invitation when you send the list."),
    Outcome.INVITED: gettext_lazy("They get nothing, unless you include them below."),
    Outcome.ACTIVE: gettext_lazy("They have an account and get nothing."),
    Outcome.UNKNOWN: gettext_lazy("Put the address on a record first, then invite it."),
    Outcome.MALFORMED: gettext_lazy("No mail can go there. Correct it where the list comes from."),
    Outcome.PLACEHOLDER: gettext_lazy("Never invited from a list. A manager can confirm it on the record."),
    Outcome.REVOKED: gettext_lazy("Restore the access on the record first."),
    Outcome.REPEATED: gettext_lazy("Nobody gets two mails."),
}


ORDER = (Outcome.SENT, Outcome.RESENT, *(one for one in Outcome if one not in {Outcome.SENT, Outcome.RESENT}))


@dataclass(frozen=True, slots=True)
class Count:
    """A line of the report in short."""

    outcome: str
    label: str
    tone: str
    count: int
    note: str


def counts_of(one: ListFacts) -> list[Count]:
    """What was found, and what became of it so far."""
    counts = one.finals or one.counts
    return [
        Count(outcome.value, str(outcome.label), tone(outcome), counts[outcome], _note(outcome, one))
        for outcome in ORDER
        if counts.get(outcome)
    ]


def tone(outcome: Outcome) -> str:
    return TONE.get(outcome, "mute")


def summary(one: ListFacts) -> str:
    """Where the list stands, in a sentence or two."""
    found = ngettext("%(n)s address was found.", "%(n)s addresses were found.", one.found) % {"n": one.found}
    match one.state:
        case ListState.READING:
            return _("The list is being read. Nothing is sent before you say so.")
        case ListState.READY:
            return f"{found} " + _("Nothing was sent yet.")
        case ListState.SENDING:
            return _("The invitations are being sent.")
        case ListState.DONE:
            return ngettext("%(n)s invitation is on its way.", "%(n)s invitations are on their way.", one.sent) % {
                "n": one.sent
            }
        case _:
            return str(one.fault.label) if one.fault else ""


def progress_text(one: ListFacts) -> str:
    if one.state == ListState.READING:
        return _("%(share)s %% read, %(n)s addresses so far") % {"share": one.read_share, "n": one.found}
    return _("%(done)s of %(all)s done") % {"done": one.done, "all": one.planned}


def _note(outcome: Outcome, one: ListFacts) -> str:
    if one.confirmed_at is not None and outcome in {Outcome.NEW, Outcome.INVITED}:
        return _("Their turn comes.") if _is_waiting(outcome, one) else ""
    return str(WHAT_NEXT.get(outcome, ""))


def _is_waiting(outcome: Outcome, one: ListFacts) -> bool:
    return one.state == ListState.SENDING and (outcome == Outcome.NEW or one.include_invited)
