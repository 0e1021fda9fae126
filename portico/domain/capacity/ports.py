"""What working time needs from above; config wires it."""

from __future__ import annotations

from collections.abc import Callable


class Ports:
    # Called in the transaction in which shifts, events, technicians or areas changed, after those were locked.
    working_time_changed: Callable[[], None]


PORTS = Ports()
