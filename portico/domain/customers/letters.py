"""What customers are mailed about their access."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from portico.foundation.messaging.letter import Letter, Link
from portico.foundation.messaging.links import CODE

INVITATION_PATH = "/invitations/{token}/"
SIGN_IN_PATH = "/sign-in/"
HOUSEHOLD_PATH = "/account/household/"
DAYS = 7


def invitation(*, brand: str, customer: str, place: str, link: UUID) -> Letter:
    return Letter(
        subject=_("%(name)s invites you to your customer portal") % {"name": brand},
        heading=_("Everything about your home, in one place"),
        preheader=_("Create a password to see your visits and bills."),
        paragraphs=(
            _("%(name)s has opened your portal: past and coming visits, invoices and payments, at any hour.")
            % {"name": brand},
            _("Create a password and you are in."),
        ),
        facts=_whose(customer, place),
        action=Link(_("Create your password"), INVITATION_PATH, link),
        closing=(
            _("The link works for %(days)s days, once. You can ask for a new one on the page it leads to.")
            % {"days": DAYS},
            _("If you do not know us, ignore this mail: nothing happens without you."),
        ),
    )


def registration_code(*, brand: str, code: UUID) -> Letter:
    return Letter(
        subject=_("Your code to create an account with %(name)s") % {"name": brand},
        heading=_("Your code is %(code)s") % {"code": CODE},
        paragraphs=(_("Type it on the page where you create your password. It works for 10 minutes."),),
        closing=(_("If you did not ask for it, ignore this mail and tell nobody the code."),),
        code=code,
    )


def already_enrolled(*, brand: str) -> Letter:
    return Letter(
        subject=_("You already have an account with %(name)s") % {"name": brand},
        heading=_("You already have an account"),
        paragraphs=(
            _("Somebody, probably you, asked for an invitation. This address has an account already: just sign in."),
        ),
        action=Link(_("Sign in"), SIGN_IN_PATH),
        secondary=(Link(_("Forgotten your password?"), "/sign-in/forgotten/"),),
    )


def also_see(*, brand: str, customer: str, place: str) -> Letter:
    return Letter(
        subject=_("You can now also see %(customer)s") % {"customer": customer},
        heading=_("You can now also see %(customer)s") % {"customer": customer},
        paragraphs=(
            _("%(name)s has put your address on one more record. Sign in as usual; it is on your home page.")
            % {"name": brand},
        ),
        facts=_whose(customer, place),
        action=Link(_("Go to the portal"), "/"),
        closing=(_("If this is a mistake, please call us."),),
    )


def access_ended(*, brand: str, customer: str) -> Letter:
    return Letter(
        subject=_("Your access to %(customer)s has ended") % {"customer": customer},
        heading=_("Your access has ended"),
        paragraphs=(
            _("%(name)s has taken this address off the record of %(customer)s, so it is no longer on your portal.")
            % {"name": brand, "customer": customer},
        ),
        closing=(_("If this is a mistake, please call us."),),
    )


def address_corrected(*, brand: str, customer: str, old: str) -> Letter:
    return Letter(
        subject=_("Your address was put on the record of %(customer)s") % {"customer": customer},
        heading=_("Your address was corrected"),
        paragraphs=(
            _("%(name)s now has this address instead of %(old)s on the record of %(customer)s.")
            % {"name": brand, "old": old, "customer": customer},
        ),
        closing=(_("If this is a mistake, please call us."),),
    )


def household_invitation(*, brand: str, customer: str, place: str, who: str, message: str, link: UUID) -> Letter:
    return Letter(
        subject=_("%(who)s lets you see %(customer)s at %(brand)s")
        % {"who": who, "customer": customer, "brand": brand},
        heading=_("%(who)s invites you") % {"who": who},
        preheader=_("Accept to see the home in the customer portal."),
        paragraphs=(
            _("%(who)s would like you to see the home in the customer portal of %(brand)s.")
            % {"who": who, "brand": brand},
            *((_("They write: “%(message)s”") % {"message": message},) if message else ()),
        ),
        facts=_whose(customer, place),
        action=Link(_("Look at the invitation"), INVITATION_PATH, link),
        closing=(
            _("The link works for %(days)s days. Whoever has an account here already signs in to accept.")
            % {"days": DAYS},
            _("If you do not know %(who)s, ignore this mail: nothing happens without you.") % {"who": who},
        ),
    )


def household_accepted(*, brand: str, customer: str, who: str) -> Letter:
    return Letter(
        subject=_("%(who)s has accepted your invitation") % {"who": who},
        heading=_("%(who)s has accepted your invitation") % {"who": who},
        paragraphs=(
            _("%(who)s now sees what you have chosen of %(customer)s at %(brand)s. You can change it at any time.")
            % {"who": who, "customer": customer, "brand": brand},
        ),
        action=Link(_("See your household"), HOUSEHOLD_PATH),
    )


def household_changed(*, brand: str, customer: str) -> Letter:
    return Letter(
        subject=_("What you can see of %(customer)s has changed") % {"customer": customer},
        heading=_("Your access has changed"),
        paragraphs=(
            _("What you may see and do for %(customer)s at %(brand)s was changed. Your account shows what it is now.")
            % {"customer": customer, "brand": brand},
        ),
        action=Link(_("See what you can do"), HOUSEHOLD_PATH),
    )


def household_ended(*, brand: str, customer: str) -> Letter:
    return Letter(
        subject=_("Your access to %(customer)s has ended") % {"customer": customer},
        heading=_("Your access has ended"),
        paragraphs=(
            _("%(customer)s is no longer on your portal at %(brand)s.") % {"customer": customer, "brand": brand},
        ),
        closing=(_("If this is a mistake, ask whoever invited you."),),
    )


def _whose(customer: str, place: str) -> tuple[tuple[str, str], ...]:
    return ((_("Customer"), customer), *(((_("Address"), place),) if place else ()))
