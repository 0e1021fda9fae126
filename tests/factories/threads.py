"""Calls that run at the same time, each in a thread and a connection of its own."""

import threading

from django.db import connections

from portico.foundation.tenancy.scope import company_scope


def at_once(company, *calls, refused):
    """Let every call go together: sorted, "done" for each that came through, "refused" for each that raised so."""
    barrier, outcome = threading.Barrier(len(calls)), []

    def run(call):
        try:
            with company_scope(company.id):
                barrier.wait()
                call()
            outcome.append("done")
        except refused:
            outcome.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return sorted(outcome)
