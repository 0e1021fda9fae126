"""What is said about a run of statements."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portico.domain.statements import rules
from portico.domain.statements.enums import Outcome, RunState
from portico.domain.statements.queries.runs import RunFacts
from portico.faces.ui.minijinja import url
from portico.kernel import formats
from portico.kernel.money import Money

STATE_TONE = {
    RunState.PREPARING: "info",
    RunState.READY: "warn",
    RunState.SENDING: "info",
    RunState.DONE: "ok",
    RunState.STOPPED: "mute",
}
MEANS = {
    Outcome.MAIL: gettext_lazy("They get a statement when you send the run."),
    Outcome.MAILED: gettext_lazy("How far each mail is stands beside its address."),
    Outcome.NOTHING_DUE: gettext_lazy("Credit or a bank payment covers what is open, or it was paid."),
    Outcome.BELOW: gettext_lazy("They owe less than the smallest balance of this run."),
    Outcome.NOT_OVERDUE: gettext_lazy("Nothing is past due yet."),
    Outcome.MERGED: gettext_lazy("Their survivor gets its own statement."),
    Outcome.INACTIVE: gettext_lazy("Make the customer active again first."),
    Outcome.DO_NOT_MAIL: gettext_lazy("Call them, or print the statement from the record."),
    Outcome.NO_ADDRESS: gettext_lazy("Add an address on the record, or print the statement."),
    Outcome.BOUNCED: gettext_lazy("Correct the address on the record."),
    Outcome.RECENT: gettext_lazy("The next one may go later. On the record one more can be mailed with a reason."),
}
ORDER = (Outcome.MAIL, Outcome.MAILED, *(one for one in Outcome if one not in {Outcome.MAIL, Outcome.MAILED}))


@dataclass(frozen=True, slots=True)
class Count:
    """A line of the sums: how many customers, what they have open and owe. `href` leads to them."""

    outcome: str
    label: str
    customers: int
    open: Money
    due: Money
    mails: int
    note: str
    href: str


def counts_of(run: RunFacts) -> list[Count]:
    """What was found, and what became of it so far."""
    return [_count(run, outcome) for outcome in ORDER if rules.tally_of(run.tallies, outcome).customers]


def choice(run: RunFacts) -> str:
    """Which customers the run is about, in a line."""
    parts = [
        _("Balances from %(amount)s on") % {"amount": formats.money(run.smallest_minor, run.currency)},
        _("only with something past due") if run.is_overdue_only else "",
        run.branch,
    ]
    return ", ".join(part for part in parts if part)


def summary(run: RunFacts) -> str:
    """Where the run stands, in a sentence or two."""
    match run.state:
        case RunState.PREPARING:
            return _("The preview is being made. Nothing is mailed before you say so.")
        case RunState.READY:
            return _("Nothing was mailed yet.")
        case RunState.SENDING:
            return _("The statements are being mailed.")
        case _:
            return f"{_mailed(run)} {_('Then the run was stopped.') if run.state == RunState.STOPPED else ''}".rstrip()


def progress_text(run: RunFacts) -> str:
    if run.state == RunState.PREPARING:
        return _("%(done)s of %(all)s customers looked at") % {"done": run.walked, "all": run.to_walk}
    return _("%(done)s of %(all)s customers done") % {"done": run.done, "all": run.planned.customers}


def _mailed(run: RunFacts) -> str:
    mailed = run.mailed
    who = ngettext("%(n)s customer got a statement", "%(n)s customers got a statement", mailed.customers)
    how = ngettext("in %(n)s mail.", "in %(n)s mails.", mailed.mails)
    return f"{who % {'n': mailed.customers}} {how % {'n': mailed.mails}}"


def _count(run: RunFacts, outcome: Outcome) -> Count:
    found = rules.tally_of(run.tallies, outcome)
    return Count(
        outcome=outcome.value,
        label=str(outcome.label),
        customers=found.customers,
        open=Money(found.open_minor, run.currency),
        due=Money(found.due_minor, run.currency),
        mails=found.mails,
        note=_note(run, outcome),
        href=url("office_statement_run", run.id, query={"show": outcome.value}),
    )


def _note(run: RunFacts, outcome: Outcome) -> str:
    if outcome == Outcome.MAIL and run.started_at is not None:
        return _("Their turn comes.") if run.state == RunState.SENDING else _("They got nothing: the run was stopped.")
    return str(MEANS[outcome])
