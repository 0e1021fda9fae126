"""What may go wrong with booking, in words for the customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from portico.kernel import errors

if TYPE_CHECKING:
    from portico.domain.booking.rules import OfferedWindow
    from portico.domain.capacity.availability_rules import Reason


class MissingHold(errors.NotPossible):
    """There is no such hold of this customer."""

    code = "missing_hold"

    @classmethod
    def unknown(cls) -> MissingHold:
        return cls(_("There is no such time held for you."))


class MissingPlace(errors.NotPossible):
    """There is no such job type, location or window."""

    code = "missing_place"

    @classmethod
    def unknown(cls) -> MissingPlace:
        return cls(_("This cannot be booked here."))


class SlotTaken(errors.Conflict):
    """The window was taken meanwhile; `offers` are the next that are open."""

    code = "slot_taken"
    offers: list[OfferedWindow]

    def __init__(self, message: str, *, reason: Reason | None = None) -> None:
        super().__init__(message)
        self.offers, self.reason = [], reason

    @classmethod
    def now(cls, reason: Any = None) -> SlotTaken:
        return cls(_("This time was just taken. Everything you entered is kept. Choose another time."), reason=reason)


class CallToBook(errors.NotPossible):
    """Somebody has to talk to this customer first; customers who are not served are told no reason."""

    code = "call_to_book"

    @classmethod
    def about(cls, text: str) -> CallToBook:
        return cls(text or _("This cannot be booked online. Call us to book it."))


class NotOffered(errors.NotPossible):
    """Nothing of this kind is offered here on any day; `reason` says why."""

    code = "not_offered"

    def __init__(self, message: str, *, reason: Reason) -> None:
        super().__init__(message)
        self.reason = reason

    @classmethod
    def because(cls, reason: Any) -> NotOffered:
        return cls(_("This cannot be booked online. Call us to book it."), reason=reason)


class HoldOver(errors.Conflict):
    """The hold was used or given back."""

    code = "hold_over"

    @classmethod
    def now(cls) -> HoldOver:
        return cls(_("This time is no longer held for you. Choose a time again."))


class AlreadyBooked(errors.Conflict):
    """What the visit was for is booked already, or no longer to be booked."""

    code = "already_booked"

    @classmethod
    def visit_of_membership(cls) -> AlreadyBooked:
        return cls(_("This visit of your membership is no longer due. Look at your membership to see what is booked."))

    @classmethod
    def work_of_estimate(cls) -> AlreadyBooked:
        return cls(_("A visit for this estimate cannot be booked any more. Look at the estimate to see how it stands."))


class TooManyHolds(errors.NotPossible):
    """This customer holds as much as one may."""

    code = "too_many_holds"

    @classmethod
    def already(cls) -> TooManyHolds:
        return cls(_("Two times are held for you already. Finish one of those bookings, or wait five minutes."))


class TooManyBookings(errors.NotPossible):
    """This customer booked as much today as one may."""

    code = "too_many_bookings"

    @classmethod
    def today(cls) -> TooManyBookings:
        return cls(_("You have booked as many visits today as can be booked online. Call us to book more."))


class NotChangeable(errors.NotPossible):
    """This visit cannot be changed online, now or ever."""

    code = "not_changeable"

    @classmethod
    def as_it_stands(cls) -> NotChangeable:
        return cls(_("This visit can no longer be changed online. Call us to change it."))

    @classmethod
    def so_often(cls) -> NotChangeable:
        return cls(_("This visit was moved as often as it can be online. Call us to move it again."))


class MissingVisit(errors.NotPossible):
    """There is no such visit here."""

    code = "missing_visit"

    @classmethod
    def unknown(cls) -> MissingVisit:
        return cls(_("There is no such visit."))


class NotWaiting(errors.Conflict):
    """The offer ended, or nobody waits there any more."""

    code = "not_waiting"

    @classmethod
    def now(cls) -> NotWaiting:
        return cls(_("This offer has ended. Choose another time, or wait for the next one."))


class OfferOver(errors.Conflict):
    """The times that the office offered are not offered any more."""

    code = "offer_over"

    @classmethod
    def now(cls) -> OfferOver:
        return cls(_("These times are no longer offered. Your visit stays as it is."))

    @classmethod
    def taken(cls) -> OfferOver:
        return cls(_("You have answered this offer already. Look below to see how your visit stands."))

    @classmethod
    def that_time(cls) -> OfferOver:
        return cls(_("This time can no longer be kept. Your visit stays as it is. Choose another time, or call us."))


class CannotOffer(errors.NotPossible):
    """These times cannot be offered for this visit."""

    code = "cannot_offer"

    @classmethod
    def as_it_stands(cls) -> CannotOffer:
        return cls(_("Other times can be offered only for a visit that is scheduled or on hold."))

    @classmethod
    def twice(cls) -> CannotOffer:
        return cls(_("Other times are offered for this visit already. Withdraw that offer first."))

    @classmethod
    def so_many(cls) -> CannotOffer:
        return cls(_("Offer one, two or three different times."))

    @classmethod
    def same(cls) -> CannotOffer:
        return cls(_("This is the time that the visit has now. Choose another."))

    @classmethod
    def that_time(cls, when: str) -> CannotOffer:
        return cls(_("%(when)s cannot be kept besides what is planned. Choose another time.") % {"when": when})

    @classmethod
    def to_nobody(cls) -> CannotOffer:
        return cls(_("No address of this customer may book online at this place. Call the customer instead."))


class MissingOffer(errors.NotPossible):
    """There is no such offer here."""

    code = "missing_offer"

    @classmethod
    def unknown(cls) -> MissingOffer:
        return cls(_("There is no such offer."))


class CannotWait(errors.NotPossible):
    """Nobody can wait for this, or for so much."""

    code = "cannot_wait"

    @classmethod
    def for_more(cls) -> CannotWait:
        return cls(_("You already wait for three visits. Leave one of those waits first."))

    @classmethod
    def so_long(cls) -> CannotWait:
        return cls(_("Choose a day that can be booked online."))


class TooLate(errors.NotPossible):
    """The cut-off before the visit has passed."""

    code = "too_late"

    @classmethod
    def to_move(cls) -> TooLate:
        return cls(_("It is too late to move this visit online. Call us to move it."))

    @classmethod
    def to_cancel(cls) -> TooLate:
        return cls(_("It is too late to cancel this visit online. Call us to cancel it."))

    @classmethod
    def without_fee(cls) -> TooLate:
        return cls(_("A late fee may apply. Check the box to say that you have read it, then cancel again."))


class TooManyPhotos(errors.NotPossible):
    """As many photos as go with a booking are there."""

    code = "too_many_photos"

    @classmethod
    def than(cls, most: int) -> TooManyPhotos:
        return cls(_("At most %(n)d photos go with a booking. This one was not added.") % {"n": most})


class KeyReused(errors.NotPossible):
    """The same form came again with something else in it."""

    code = "key_reused"

    @classmethod
    def for_another(cls) -> KeyReused:
        return cls(_("This form was sent before with other details. Begin the booking again."))


class Busy(errors.Unavailable):
    """Many book this day at this moment."""

    code = "busy"

    @classmethod
    def now(cls) -> Busy:
        return cls(_("Many people are booking at this moment. Nothing was booked. Try again."))
