"""What customers' records need from above; config wires it."""

from __future__ import annotations

from collections.abc import Callable


class Ports:
    # Jobs that are still to be done: of a customer (`customer_id`), or at a location whoever pays (`location_id`).
    open_jobs: Callable[..., int]
    # Called in the transaction in which a location came to lie in another area, after it was locked; by key.
    place_moved: Callable[[int], None]
    # The branch that a customer's jobs and zones say, unless the office fixed one; by key.
    branch_of: Callable[[int], int]


PORTS = Ports()
