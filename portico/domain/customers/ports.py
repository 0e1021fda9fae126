"""What customers' records need from above; config wires it."""

from __future__ import annotations

from collections.abc import Callable


class Ports:
    # Jobs that are still to be done: of a customer, or at one location.
    open_jobs: Callable[..., int]
    # The branch that a customer's jobs and zones say, unless the office fixed one; by key.
    branch_of: Callable[[int], int]


PORTS = Ports()
