"""What jobs need from above; config wires it."""

from __future__ import annotations

from collections.abc import Callable, Collection

# Called in the transaction in which visits changed, after their jobs and they themselves were locked; by key.
VisitsChanged = Callable[[Collection[int]], None]


class Ports:
    visits_changed: VisitsChanged
    many_visits_changed: VisitsChanged


PORTS = Ports()
