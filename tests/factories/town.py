"""A branch in which one technician works on one day, and a customer in its zone who books there."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from portico.domain.booking.models import BranchDay
from portico.domain.booking.operations import booking, changing, days, holding
from portico.domain.booking.operations.booking import Booked, Details
from portico.domain.booking.operations.holding import Held
from portico.domain.booking.queries.available import Availability, available, available_for_move
from portico.domain.capacity.availability_rules import Reason
from portico.domain.capacity.models import JobTypeScheduling, SchedulingPolicy
from portico.foundation.audit.operations import Actor, ActorKind
from portico.foundation.tenancy.models import Branch
from portico.kernel import clock
from tests.factories import people
from tests.factories import scheduling as make

_key = count(1)
FAR = 5  # days ahead: beyond every cut-off


class Town:
    """In a transaction of its company when made; its deeds open their own."""

    company: Any  # of whoever made it

    def __init__(self, *, minutes: int = 120, skills: Any = (), percent: int = 100) -> None:
        self.unit = make.make_unit()
        self.kind = make.make_job_type(self.unit, minutes=minutes, skills=skills)
        JobTypeScheduling.objects.create(job_type=self.kind, is_self_schedulable=True, lead_hours=0)
        SchedulingPolicy.objects.create(online_percent=percent)
        Branch.objects.filter(is_main=True).update(support_email="office@example.com")
        self.technician = make.make_technician(self.unit, skills=skills)
        self.day = clock.today(Branch.objects.get(is_main=True).time_zone) + timedelta(days=FAR)
        make.make_shift(self.technician, self.day)
        self.home = make.make_home()
        login = people.make_login("ana@example.com")
        self.by = Actor(ActorKind.CUSTOMER, ref=str(login.public_id), name="Ana Alvarez")
        self.windows = {window.start_minute: window.pk for window in make.windows_of(self.unit)}

    def place(self, home: Any = None) -> dict[str, Any]:
        """Whose visit, where and of which kind."""
        at = home or self.home
        return {"customer_id": at.customer_id, "location_id": at.pk, "job_type_id": self.kind.pk, "answers": {}}

    def asked(self, **options: Any) -> Availability:
        found = available(**self.place(), **({"first": self.day, "days": 1} | options))
        assert found is not None
        return found

    def offered(self, **options: Any) -> list[int]:
        """The local minutes at which open windows begin."""
        starts = {key: minute for minute, key in self.windows.items()}
        return [starts[window.window_id] for window in self.asked(**options).open]

    def offered_for(self, appointment: Any, **options: Any) -> list[int]:
        starts = {key: minute for minute, key in self.windows.items()}
        found = available_for_move(appointment=appointment, **({"first": self.day, "days": 1} | options))
        assert found is not None
        return [starts[window.window_id] for window in found.open]

    def reasons(self, **options: Any) -> list[Reason | None]:
        return [window.reason for window in self.asked(**options).windows]

    def rebuild(self) -> BranchDay:
        days.rebuild_day(branch_id=self.unit.branch_id, day=self.day)
        return BranchDay.objects.get(day=self.day)

    def hold(self, window: int = 480, *, home: Any = None, day: Any = None) -> Held:
        return holding.hold(**self.place(home), day=day or self.day, window_id=self.windows[window], by=self.by)

    def confirm(self, held: Held, *, key: str = "", home: Any = None, **details: Any) -> Booked:
        at = home or self.home
        told = Details(email="ana@example.com", **details)
        return booking.confirm(
            hold=held.id, customer_id=at.customer_id, key=key or f"key {next(_key)}", details=told, by=self.by
        )

    def book(self, window: int = 480, *, home: Any = None, day: Any = None, key: str = "", by: Any = None) -> Booked:
        return booking.book(
            **self.place(home),
            day=day or self.day,
            window_id=self.windows[window],
            key=key or f"key {next(_key)}",
            details=Details(email="ana@example.com"),
            by=by or self.by,
        )

    def move(self, booked: Booked, window: int, *, day: Any = None, by: Any = None) -> Any:
        return changing.move(
            appointment=booked.appointment, day=day or self.day, window_id=self.windows[window], by=by or self.by
        )

    def cancel(self, booked: Booked, *, accepts: bool = False, by: Any = None) -> bool:
        return changing.cancel(
            appointment=booked.appointment, reason="Away", accepts_late_fee=accepts, by=by or self.by
        )
