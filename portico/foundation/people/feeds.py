"""Calendar feeds: one secret address for each person, made, shown again, made anew and revoked by them."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.messaging import links
from portico.foundation.people import budgets, throttling
from portico.foundation.people.enums import Side
from portico.foundation.people.models import CalendarFeed, Login
from portico.foundation.tenancy.scope import reading
from portico.kernel import clock, ids, locks

PATH = "/calendar/{token}.ics"


@transaction.atomic
def make(*, login: UUID, by: Actor) -> None:
    """A new address; the one before, if there was one, ends at once."""
    found = _locked(login)
    CalendarFeed.objects.filter(login=found).delete()
    public_id = ids.new_public_id()
    digest = ids.digest(links.feed_token(public_id))
    CalendarFeed.objects.create(public_id=public_id, login=found, digest=digest, made_at=clock.real_now())
    audit.record("person.calendar_made", found, by=by)


@transaction.atomic
def revoke(*, login: UUID, by: Actor) -> bool:
    """Nobody reads it any more; False when there was none."""
    found = _locked(login)
    count, _of_what = CalendarFeed.objects.filter(login=found).delete()
    if count:
        audit.record("person.calendar_revoked", found, by=by)
    return count > 0


@reading
def address_of(*, login: UUID) -> str | None:
    """The address, for nobody but its owner; None where there is none."""
    found = CalendarFeed.objects.filter(login__public_id=login).values_list("public_id", flat=True).first()
    return links.portal_url(PATH.format(token=links.feed_token(found))) if found else None


def reader_of(*, token: str, ip_prefix: str) -> str | None:
    """Whose feed this is, by their address; TooManyTries for who asks too often, or for too many that are none."""
    email = _email_of(token)
    if email is None:
        throttling.spend(budgets.LINKS, ip_prefix)
    else:
        throttling.spend(budgets.FEED, token)
    return email


@reading
def _email_of(token: str) -> str | None:
    open_ = CalendarFeed.objects.filter(login__is_active=True, login__side=Side.CUSTOMER)
    return open_.filter(digest=ids.digest(token)).values_list("login__email", flat=True).first()


def _locked(login: UUID) -> Login:
    return locks.lock_one(Login.objects.filter(public_id=login))
