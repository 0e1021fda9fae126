"""Tests that count up to a limit must not straddle two of its windows."""

import time

from portico.foundation.people.throttling import Limit

ENOUGH = 10.0  # seconds that counting up to any limit takes at most


def in_one_window(*limits: Limit) -> None:
    """Wait, where need be, until each limit's present window has enough time left."""
    while left := max((_missing(limit) for limit in limits), default=0.0):
        time.sleep(left)


def _missing(limit: Limit) -> float:
    """Seconds until the next window begins, when this one is about to end; else nothing."""
    left = limit.window.total_seconds() - time.time() % limit.window.total_seconds()
    return left + 0.01 if left < ENOUGH else 0.0
