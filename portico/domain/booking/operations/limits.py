"""How much one customer may hold and book at a time."""

from __future__ import annotations

from datetime import timedelta

from portico.domain.booking.enums import HoldState
from portico.domain.booking.errors import TooManyBookings, TooManyHolds
from portico.domain.booking.models import Booking, Hold
from portico.domain.booking.queries.wishes import Wish
from portico.domain.customers.models import Customer
from portico.kernel import clock

MOST_HOLDS = 2
A_DAY = timedelta(days=1)


def lock_customer(customer_id: int) -> Customer | None:
    """One customer's bookings come one after the other; nobody else waits."""
    rows = Customer.objects.filter(pk=customer_id).select_for_update(of=("self",), no_key=True)
    return rows.first()


def require_room_for_hold(wish: Wish, *, besides: Hold | None) -> None:
    """At most two live holds: who holds more empties the branch for others."""
    own = Hold.objects.filter(
        customer=wish.customer_id, visit_offer=None
    )  # what the office offers is no doing of theirs
    live = own.filter(state=HoldState.LIVE, expires_at__gt=clock.real_now())
    if besides is not None:
        live = live.exclude(pk=besides.pk)
    if wish.placed.is_online and live.count() >= MOST_HOLDS:
        raise TooManyHolds.already()


def require_room_for_booking(wish: Wish) -> None:
    """At most so many bookings of a customer in a day and a night."""
    if wish.placed.is_online and _is_full(wish):
        raise TooManyBookings.today()


def overridden(wish: Wish, customer: Customer) -> list[str]:
    """Which of the customer's limits whoever books it in the office goes beyond: for the audit trail."""
    if wish.placed.is_online:
        return []
    told = {
        "do_not_service": customer.do_not_service,
        "bookings_per_day": _is_full(wish),
        "not_offered": not wish.terms.job_type.is_self_schedulable,
    }
    return [name for name, is_so in told.items() if is_so]


def _is_full(wish: Wish) -> bool:
    since = clock.real_now() - A_DAY
    booked = Booking.objects.filter(customer=wish.customer_id, is_by_office=False, made_at__gt=since).count()
    return booked >= wish.terms.policy.most_bookings_per_day
