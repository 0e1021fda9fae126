"""The words of the adoption page."""

from __future__ import annotations

from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portico.domain.adoption.enums import Act, Kind, Reason, Step, Via
from portico.kernel import formats

STEPS: dict[Step, str | Promise] = {
    Step.ADDRESS: gettext_lazy("Have an email address"),
    Step.INVITED: gettext_lazy("Were invited"),
    Step.DELIVERED: gettext_lazy("Got the invitation"),
    Step.OPENED: gettext_lazy("Opened the link"),
    Step.REGISTERED: gettext_lazy("Have an account"),
    Step.ACTIVE: gettext_lazy("Signed in within 30 days"),
}
KINDS: dict[Kind, str | Promise] = {
    Kind.CUSTOMERS: gettext_lazy("Customers"),
    Kind.PAYMENTS: gettext_lazy("Payments"),
    Kind.APPROVALS: gettext_lazy("Approved estimates"),
    Kind.BOOKINGS: gettext_lazy("Bookings"),
    Kind.CHANGES: gettext_lazy("Visits moved or canceled by customers"),
    Kind.USERS: gettext_lazy("People who signed in"),
    Kind.BOUNCED: gettext_lazy("Invitations that came back"),
}
MEANS: dict[Kind, str | Promise] = {
    Kind.PAYMENTS: gettext_lazy(
        "Payments that came about, by the day they were made. Money given back by hand, voided payments and uses of "
        "credit are left out; a bank payment on its way counts until it fails."
    ),
    Kind.APPROVALS: gettext_lazy(
        "Approvals that stand, by the day they were given. By phone counts as in the office; accepted in an imported "
        "record, without an approval here, counts as imported."
    ),
    Kind.BOOKINGS: gettext_lazy(
        "Visits booked here, by the day of booking. A job whose visit was not booked here counts once, on the day it "
        "was made: as imported where it came with an import, else as in the office."
    ),
    Kind.USERS: gettext_lazy(
        "Customers’ logins that signed in or registered at least once in the month. A browser that stays signed in "
        "counts in the month in which it signed in."
    ),
}
VIAS: dict[Via, str | Promise] = {
    Via.PORTAL: gettext_lazy("In the portal"),
    Via.OFFICE: gettext_lazy("In the office"),
    Via.IMPORT: gettext_lazy("Imported"),
}
ACTS: dict[Act, str | Promise] = {
    Act.PAYMENT: gettext_lazy("Payments made in the portal"),
    Act.APPROVAL: gettext_lazy("Estimates approved in the portal"),
    Act.BOOKING: gettext_lazy("Visits booked in the portal"),
    Act.CHANGE: gettext_lazy("Visits moved or canceled in the portal"),
}
HERE: dict[Kind, str | Promise] = {
    Kind.PAYMENTS: gettext_lazy("Payments in the portal"),
    Kind.APPROVALS: gettext_lazy("Approvals in the portal"),
    Kind.BOOKINGS: gettext_lazy("Bookings in the portal"),
}
REASONS: dict[Reason, str | Promise] = {
    Reason.VISIT: gettext_lazy("Visit coming up"),
    Reason.BALANCE: gettext_lazy("Open balance"),
    Reason.JOB: gettext_lazy("Recent job"),
}
LOOKS = {Via.PORTAL: "first", Via.OFFICE: "second", Via.IMPORT: "third"}


def month_name(first: date) -> str:
    """November 2026."""
    return f"{formats.LONG_MONTHS[first.month - 1]} {first.year}"


def short_month(first: date) -> str:
    return formats.MONTHS[first.month - 1]


def share(found: int | None) -> str:
    """A share as it is read; a dash of nothing."""
    return formats.DASH if found is None else _("%(n)s%%") % {"n": found}


def calls(tenths: int) -> str:
    """Tenths of a call as they are read: 12 or 12.5."""
    whole, rest = divmod(tenths, 10)
    return f"{whole:,}.{rest}" if rest else f"{whole:,}"


def per_call(hundredths: int) -> str:
    """Hundredths of a call as somebody would type them: 0.4, 1, 1.25."""
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".") if rest else str(whole)


def hours(minutes: int) -> str:
    """Minutes as hours and minutes."""
    whole, rest = divmod(minutes, 60)
    if not whole:
        return _("%(n)s min") % {"n": rest}
    return _("%(h)s h %(n)s min") % {"h": f"{whole:,}", "n": rest}
