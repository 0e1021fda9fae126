"""Queueing the letters about accounts, in the brand that speaks to this person."""

from __future__ import annotations

from uuid import UUID

from portico.foundation.messaging import operations as messaging
from portico.foundation.messaging.enums import MessageKind
from portico.foundation.messaging.letter import Letter
from portico.foundation.people import letters, ports, queries
from portico.foundation.people.enums import Side
from portico.foundation.people.models import Login
from portico.foundation.tenancy.brands import BrandFacts, brand_of_branch


def send_reset(login: Login, link: UUID) -> None:
    is_office = login.side == Side.STAFF
    letter = letters.password_reset(brand=_brand(login).display_name, email=login.email, link=link, is_office=is_office)
    _queue(login, MessageKind.PASSWORD_RESET, letter, to=login.email)


def send_staff_invitation(login: Login, link: UUID) -> None:
    brand, company = _brand(login).display_name, queries.company_name()
    letter = letters.staff_invitation(brand=brand, company=company, email=login.email, link=link)
    _queue(login, MessageKind.STAFF_INVITATION, letter, to=login.email)


def tell_password_changed(login: Login) -> None:
    letter = letters.password_changed(brand=_brand(login).display_name, is_office=login.side == Side.STAFF)
    _queue(login, MessageKind.PASSWORD_CHANGED, letter, to=login.email)


def send_sign_in_code(login: Login, code: UUID) -> None:
    letter = letters.sign_in_code(brand=_brand(login).display_name, code=code)
    _queue(login, MessageKind.SIGN_IN_CODE, letter, to=login.email)


def send_confirmation_code(login: Login, code: UUID) -> None:
    letter = letters.confirmation_code(brand=_brand(login).display_name, code=code)
    _queue(login, MessageKind.CONFIRMATION_CODE, letter, to=login.email)


def send_email_change(login: Login, link: UUID, *, new: str) -> None:
    letter = letters.email_change(brand=_brand(login).display_name, old=login.email, link=link)
    _queue(login, MessageKind.EMAIL_CHANGE, letter, to=new)


def tell_email_changed(login: Login, link: UUID, *, old: str) -> None:
    letter = letters.email_changed(brand=_brand(login).display_name, new=login.email, link=link)
    _queue(login, MessageKind.EMAIL_CHANGED, letter, to=old)


def tell_email_put_back(login: Login, *, other: str) -> None:
    letter = letters.email_put_back(brand=_brand(login).display_name, email=login.email)
    for to in (login.email, other):
        _queue(login, MessageKind.EMAIL_CHANGED, letter, to=to)


def _queue(login: Login, kind: MessageKind, letter: Letter, *, to: str) -> None:
    messaging.queue_letter(
        kind=kind, to_email=to, branch_id=_brand(login).id, letter=letter, subject_id=login.public_id
    )


def _brand(login: Login) -> BrandFacts:
    is_staff = login.side == Side.STAFF
    return brand_of_branch(queries.main_branch_id() if is_staff else ports.PORTS.branch_of(login.email))
