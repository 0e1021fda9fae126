"""Calls that run at the same time, each in a thread and a connection of its own."""

import threading

from django.db import connection, connections

from portico.foundation.tenancy.scope import company_scope


def together(company, *calls, caught):
    """Let every call go at once: what each gave, or which of the `caught` errors it raised, in their order."""
    barrier, outcome = threading.Barrier(len(calls)), [None] * len(calls)

    def run(place, call):
        try:
            with company_scope(company.id):
                connection.ensure_connection()  # before the start, so that nobody is late
                barrier.wait(30)
                outcome[place] = call()
        except caught as error:
            outcome[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, call)) for place, call in enumerate(calls)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return outcome


def at_once(company, *calls, refused):
    """The same, sorted: "done" for each that came through, "refused" for each that raised so."""
    outcome = together(company, *calls, caught=refused)
    return sorted("refused" if isinstance(one, Exception) else "done" for one in outcome)
