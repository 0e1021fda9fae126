"""What people are mailed about their own account."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from portico.foundation.messaging.letter import Letter, Link
from portico.foundation.messaging.links import CODE

RESET_PATH = "/sign-in/reset/{token}/"
CHANGE_PATH = "/account/email/{token}/"
STAFF_PATH = "/sign-in/welcome/{token}/"
UNDO_PATH = "/account/email/undo/{token}/"


def password_reset(*, brand: str, email: str, link: UUID, is_office: bool) -> Letter:
    return Letter(
        subject=_("Choose a new password for %(name)s") % {"name": brand},
        heading=_("Choose a new password"),
        preheader=_("The link works for 30 minutes, once."),
        paragraphs=(
            _("Somebody, probably you, asked for a new password for %(email)s.") % {"email": email},
            _("If it was not you, do nothing: your password stays as it is."),
        ),
        action=Link(_("Choose a password"), RESET_PATH, link, is_office=is_office),
        closing=(_("The link works for 30 minutes, once."),),
    )


def staff_invitation(*, brand: str, company: str, email: str, link: UUID) -> Letter:
    return Letter(
        subject=_("You are invited to the office of %(name)s") % {"name": company},
        heading=_("Welcome to the office of %(name)s") % {"name": company},
        preheader=_("Choose a password; the link works for 7 days, once."),
        paragraphs=(
            _("You can sign in to the office of %(company)s with %(email)s.") % {"company": company, "email": email},
            _("Choose a password first. Then have an authenticator app at hand: its code is your second step."),
        ),
        action=Link(_("Choose a password"), STAFF_PATH, link, is_office=True),
        closing=(
            _("The link works for 7 days, once. If you expect nothing from %(brand)s, ignore this mail.")
            % {"brand": brand},
        ),
    )


def password_changed(*, brand: str, is_office: bool) -> Letter:
    return Letter(
        subject=_("Your password for %(name)s was changed") % {"name": brand},
        heading=_("Your password was changed"),
        paragraphs=(
            _("Your password was changed just now, and every other device was signed out."),
            _("If it was not you, choose a new password at once and call us."),
        ),
        action=Link(_("Go to sign in"), "/sign-in/", is_office=is_office),
    )


def sign_in_code(*, brand: str, code: UUID) -> Letter:
    return Letter(
        subject=_("Your code to sign in to %(name)s") % {"name": brand},
        heading=_("Your code is %(code)s") % {"code": CODE},
        preheader=_("The code works for 10 minutes, once."),
        paragraphs=(_("Type it on the page where you asked for it. It works for 10 minutes, once, in that browser."),),
        closing=(
            _("If you did not ask for it, ignore this mail and tell nobody the code. We never ask for it by phone."),
        ),
        code=code,
    )


def confirmation_code(*, brand: str, code: UUID) -> Letter:
    return Letter(
        subject=_("Your code to confirm that it is you at %(name)s") % {"name": brand},
        heading=_("Your code is %(code)s") % {"code": CODE},
        preheader=_("The code works for 10 minutes, once."),
        paragraphs=(
            _("Somebody who is signed in to your account, probably you, is about to change or pay something."),
            _("Type the code on the page that asks for it. It works for 10 minutes, once."),
        ),
        closing=(_("If it was not you, tell nobody the code and call us."),),
        code=code,
    )


def email_change(*, brand: str, old: str, link: UUID) -> Letter:
    return Letter(
        subject=_("Confirm your new email address for %(name)s") % {"name": brand},
        heading=_("Confirm your new email address"),
        preheader=_("The link works for 24 hours, once."),
        paragraphs=(
            _("You asked to use this address instead of %(old)s. Nothing changes until you confirm it.") % {"old": old},
            _("If you do not know what this is about, do nothing."),
        ),
        action=Link(_("Confirm this address"), CHANGE_PATH, link),
        closing=(_("The link works for 24 hours, once."),),
    )


def email_changed(*, brand: str, new: str, link: UUID) -> Letter:
    return Letter(
        subject=_("Your email address for %(name)s was changed") % {"name": brand},
        heading=_("Your email address was changed"),
        preheader=_("If it was not you, undo it within 72 hours."),
        paragraphs=(
            _("You now sign in with %(new)s, and our mail goes there.") % {"new": new},
            _("If it was not you, undo it: this address is put back and every device is signed out."),
        ),
        action=Link(_("Undo the change"), UNDO_PATH, link),
        closing=(_("The link works for 72 hours, once."),),
    )


def email_put_back(*, brand: str, email: str) -> Letter:
    return Letter(
        subject=_("Your email address for %(name)s was put back") % {"name": brand},
        heading=_("The change of address was undone"),
        paragraphs=(
            _("%(email)s is the address of the account again, and every device was signed out.") % {"email": email},
            _("Choose a new password if somebody else may know the old one."),
        ),
        action=Link(_("Choose a password"), "/sign-in/forgotten/"),
    )
