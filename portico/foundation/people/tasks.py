"""What is swept out every night: sessions, links and counts that are long over."""

from __future__ import annotations

from datetime import timedelta

from portico.foundation.people import onetime, sessions, throttling
from portico.foundation.tenancy.tasks import periodic_for_each_company
from portico.kernel import clock

KEPT = timedelta(days=90)


@periodic_for_each_company(name="people.sweep", cron="23 8 * * *")
def sweep() -> None:
    """Keep three months of sessions and links, for questions about who did what."""
    before = clock.real_now() - KEPT
    throttling.sweep()
    sessions.sweep(before=before)
    onetime.sweep(before=before)
