"""How often people may try what."""

from __future__ import annotations

from datetime import timedelta

from portico.foundation.people import throttling
from portico.foundation.people.enums import Side
from portico.foundation.people.throttling import Limit

QUARTER, HOUR, DAY = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)

# Bad sign-ins: of one address from one network (its owner elsewhere still gets in), of one address, from one network.
HERE = Limit("sign_in.here", 5, QUARTER)
ACCOUNT = Limit("sign_in.account", 50, HOUR)
NETWORK = Limit("sign_in.network", 100, QUARTER)
# Asking for mails: from one network, and to one address (over it we answer the same and send nothing).
ASKING = Limit("asking.network", 30, HOUR)
MAILED = Limit("asking.recipient", 4, HOUR)
MAILED_A_DAY = Limit("asking.recipient_day", 10, DAY)
# Opening and using mailed links.
LINKS = Limit("links.network", 60, QUARTER)
# Reading a calendar feed: each calendar comes by itself, many from one network.
FEED = Limit("feeds.feed", 60, HOUR)
# Typing mailed codes; each code has five tries of its own.
CODES = Limit("codes.network", 60, QUARTER)
# Typing codes of the second factor, which only who knows the password gets to.
SECOND = Limit("second.person", 15, QUARTER)
SECOND_NETWORK = Limit("second.network", 60, QUARTER)
# How often the trail says that somebody keeps failing to confirm.
CONFIRMING_NOTED = Limit("confirming.noted", 1, QUARTER)


def spend_sign_in(side: Side, email: str, ip_prefix: str) -> None:
    """Take a try before the password is compared; TooManyTries when one of the budgets is spent."""
    throttling.spend(HERE, side, email, ip_prefix)
    throttling.spend(ACCOUNT, side, email)
    throttling.spend(NETWORK, ip_prefix)


def sign_in_was_good(side: Side, email: str, ip_prefix: str) -> None:
    throttling.forget(HERE, side, email, ip_prefix)
    throttling.give_back(ACCOUNT, side, email)
    throttling.give_back(NETWORK, ip_prefix)


def spend_asking(ip_prefix: str) -> None:
    """Somebody asks us to mail something."""
    throttling.spend(ASKING, ip_prefix)


def spend_link(ip_prefix: str) -> None:
    """Somebody posts to a mailed link, which costs a password hash."""
    throttling.spend(LINKS, ip_prefix)


def spend_code(ip_prefix: str) -> None:
    """Somebody types a mailed code."""
    throttling.spend(CODES, ip_prefix)


def spend_second(person: str, ip_prefix: str) -> None:
    """Somebody types a code of their second factor."""
    throttling.spend(SECOND, person)
    throttling.spend(SECOND_NETWORK, ip_prefix)


def spend_own_mail(what: str, email: str) -> None:
    """Who is signed in asks for a mail to their own address; TooManyTries says so when there were too many."""
    throttling.spend(MAILED, what, email)
    throttling.spend(MAILED_A_DAY, what, email)


def may_mail(what: str, email: str) -> bool:
    """Whether this address may get one more mail that anybody can ask for."""
    return throttling.may_spend(MAILED, what, email) and throttling.may_spend(MAILED_A_DAY, what, email)
