"""What the worker does: mailing codes for signing in, and every night sweeping out what is long over."""

from __future__ import annotations

from datetime import timedelta

from portico.foundation.people import codes, onetime, sessions, throttling
from portico.foundation.people.by_code import MAIL
from portico.foundation.tenancy.tasks import periodic_for_each_company
from portico.kernel import clock

__all__ = ["MAIL", "sweep"]

KEPT = timedelta(days=90)


@periodic_for_each_company(name="people.sweep", cron="23 8 * * *")
def sweep() -> None:
    """Keep three months of sessions and links, for questions about who did what."""
    before = clock.real_now() - KEPT
    throttling.sweep()
    sessions.sweep(before=before)
    onetime.sweep(before=before)
    codes.sweep(before=before)
