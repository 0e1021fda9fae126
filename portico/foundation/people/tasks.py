"""What the worker does: mailing codes, noting that a look as a customer is over, sweeping out what is long over."""

from __future__ import annotations

from datetime import timedelta

from portico.foundation.audit.operations import SYSTEM
from portico.foundation.people import codes, onetime, second, sessions, throttling, viewing
from portico.foundation.people.by_code import MAIL
from portico.foundation.tenancy.tasks import periodic_for_each_company
from portico.kernel import clock

__all__ = ["MAIL", "end_viewings", "sweep"]

KEPT = timedelta(days=90)


@periodic_for_each_company(name="people.sweep", cron="23 8 * * *")
def sweep() -> None:
    """Keep three months of sessions and links, for questions about who did what."""
    before = clock.real_now() - KEPT
    throttling.sweep()
    sessions.sweep(before=before)
    onetime.sweep(before=before)
    codes.sweep(before=before)
    second.sweep()


@periodic_for_each_company(name="people.end_viewings", cron="* * * * *")
def end_viewings() -> None:
    """A look as a customer that ended by time, or with the session in the office, is told in the trail too."""
    viewing.end_lapsed(by=SYSTEM)
