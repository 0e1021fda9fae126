"""What is counted, and through which door it came."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Kind(StrEnum):
    """A kind of record that the page counts; each count leads to the list of exactly these."""

    CUSTOMERS = "customers"
    PAYMENTS = "payments"
    APPROVALS = "approvals"
    BOOKINGS = "bookings"
    CHANGES = "changes"
    USERS = "users"
    BOUNCED = "bounced"


class Via(StrEnum):
    """Who did it where: the customer in the portal, somebody in the office, or it came with an import."""

    PORTAL = "portal"
    OFFICE = "office"
    IMPORT = "import"


class Step(IntEnum):
    """How far a customer is: the furthest of its addresses counts. Each step includes the later ones."""

    ADDRESS = 0
    INVITED = 1
    DELIVERED = 2
    OPENED = 3
    REGISTERED = 4
    ACTIVE = 5


class Reason(StrEnum):
    """Why somebody should be invited now, the best reason first."""

    VISIT = "visit"
    BALANCE = "balance"
    JOB = "job"


class Act(StrEnum):
    """What a customer does here instead of calling."""

    PAYMENT = "payment"
    APPROVAL = "approval"
    BOOKING = "booking"
    CHANGE = "change"


KIND_OF_ACT = {
    Act.PAYMENT: Kind.PAYMENTS,
    Act.APPROVAL: Kind.APPROVALS,
    Act.BOOKING: Kind.BOOKINGS,
    Act.CHANGE: Kind.CHANGES,
}
SHARED = (Kind.PAYMENTS, Kind.APPROVALS, Kind.BOOKINGS)
