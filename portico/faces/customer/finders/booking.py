"""The finders of booking: where this visitor may book, what is held for them, and visits they may change."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from django.http import Http404

from portico.domain.booking.queries import errands, offers, portal, waiting
from portico.domain.booking.queries import home as home_queries
from portico.domain.booking.queries.errands import AcceptedWork, DueVisit
from portico.domain.booking.queries.home import OfferOnHome
from portico.domain.booking.queries.offers import OfferPage, OpenOffer
from portico.domain.booking.queries.portal import BookingPlace, HeldWindow
from portico.domain.booking.queries.waiting import Waiting
from portico.domain.capacity import queries as capacity
from portico.domain.capacity.queries import Offered
from portico.domain.customers.enums import Right
from portico.domain.customers.queries import Scope
from portico.domain.estimates.queries.portal import HomeFacts
from portico.domain.jobs.enums import AppointmentStatus
from portico.domain.jobs.queries import visits
from portico.domain.jobs.queries.visits import VisitPage
from portico.faces.customer.finders.estimates import FIRST_ON_HOME
from portico.kernel import clock

if TYPE_CHECKING:
    from portico.domain.customers.queries import Reach
    from portico.foundation.people.entry import Entry


Found = TypeVar("Found")
TO_COME = (AppointmentStatus.SCHEDULED, AppointmentStatus.HOLD)


class BookingFinders:
    """What a visitor finds of booking, within where it may book."""

    if TYPE_CHECKING:

        @property
        def reached(self) -> list[Reach]: ...

        @property
        def rights(self) -> frozenset[Right]: ...

        entry: Entry

        def service_scope(self, narrowed_to: UUID | None = None) -> Scope: ...

        def billing_scope(self, narrowed_to: UUID | None = None) -> Scope: ...

    def booking_scope(self) -> Scope:
        """Where this visitor may book, move and cancel."""
        return Scope.of(self.reached, Right.BOOK)

    def home(self, narrowed_to: UUID | None = None) -> tuple[HomeFacts, list[OfferOnHome]]:
        """What wants doing; bills only where this visitor has billing access, offers where it may book."""
        facts, found = home_queries.home(
            billing=self.billing_scope(narrowed_to),
            service=self.service_scope(narrowed_to),
            booking=self.booking_scope(),
            currency=self.entry.company.currency,
            now=clock.now(),
            limit=FIRST_ON_HOME + 1,
        )
        return facts, [one for one in found if narrowed_to in (None, one.customer)]

    def booking_places(self) -> list[BookingPlace]:
        """Every location where it may book."""
        return portal.places(scope=self.booking_scope())

    def booking_place(self, location: UUID) -> BookingPlace:
        """One of them; 404 for any other."""
        return _only(portal.places(scope=self.booking_scope(), only=location))

    def offered_job_types(self) -> list[Offered]:
        """The kinds of visits that customers may book."""
        return capacity.offered()

    def offered_job_type(self, job_type: UUID) -> Offered:
        """A kind of visit that customers may book; 404 for any other."""
        return _only(capacity.offered(only=job_type))

    def waits(self) -> list[Waiting]:
        """The times for which this visitor's places wait."""
        return waiting.waiting_of(scope=self.booking_scope())

    def wait(self, entry: UUID) -> Waiting:
        """One of them, also when it is over; 404 for any other."""
        found = waiting.waiting_entry(scope=self.booking_scope(), entry=entry)
        if found is None:
            raise Http404
        return found

    def due_visit(self, event: UUID) -> DueVisit:
        """A visit of a membership, where this visitor may book it; 404 for any other."""
        found = errands.due_visit(scope=self.booking_scope(), event=event)
        if found is None:
            raise Http404
        return found

    def accepted_work(self, estimate: UUID) -> AcceptedWork:
        """The work of an estimate, where this visitor may book; 404 for any other."""
        found = self.work_of(estimate)
        if found is None:
            raise Http404
        return found

    def work_of(self, estimate: UUID) -> AcceptedWork | None:
        """The same; None where this visitor may not book."""
        return errands.accepted_work(scope=self.booking_scope(), estimate=estimate)

    def work_to_book(self, narrowed_to: UUID | None) -> list[AcceptedWork]:
        """What was accepted lately and waits for its visit; nothing is asked for visitors who may not book."""
        scope = self.booking_scope()
        return errands.work_to_book(scope=scope, only=narrowed_to, now=clock.now()) if scope.customer_ids else []

    def held_window(self, hold: UUID) -> HeldWindow:
        """What is held; 404 for a hold of somebody else."""
        found = portal.held(scope=self.booking_scope(), hold=hold)
        if found is None:
            raise Http404
        return found

    def visit_offer(self, offer: UUID) -> OfferPage:
        """Other times offered for a visit of a place where it may book; 404 for any other."""
        found = offers.offer_page(scope=self.booking_scope(), offer=offer)
        if found is None:
            raise Http404
        return found

    def offer_for(self, visit: VisitPage) -> OpenOffer | None:
        """What is offered instead of a visit's time; nothing is asked for visitors who may not book."""
        if Right.BOOK not in self.rights or visit.status not in TO_COME:
            return None
        return offers.open_offer_for(scope=self.booking_scope(), appointment=visit.id)

    def may_change(self, visit: VisitPage) -> bool:
        """Whether this visitor may ask to move or cancel a visit that it sees.

        The database is asked only about visitors who may book in other places than they know the history of.
        """
        if visit.status != AppointmentStatus.SCHEDULED or Right.BOOK not in self.rights:
            return False
        if self._books_wherever_it_looks():
            return True
        return visits.visit_page(scope=self.booking_scope(), appointment=visit.id) is not None

    def may_book_at(self, location_key: int) -> bool:
        """Whether it may book at a location that it knows the history of; asked of the database as above."""
        if Right.BOOK not in self.rights:
            return False
        return self._books_wherever_it_looks() or any(one.key == location_key for one in self.booking_places())

    def _books_wherever_it_looks(self) -> bool:
        return self.booking_scope() == Scope.of(self.reached, Right.HISTORY)

    def changeable_visit(self, appointment: UUID) -> VisitPage:
        """A visit of a place where this visitor may book; 404 for any other."""
        found = visits.visit_page(scope=self.booking_scope(), appointment=appointment)
        if found is None:
            raise Http404
        return found


def _only(found: list[Found]) -> Found:
    if len(found) != 1:
        raise Http404
    return found[0]
