"""`bin/portico load-demo`: the demo company as it stands this morning, with an office and a few invitations."""

import argparse
import sys
import tempfile
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from django.db import transaction

from portico.domain.catalog import operations as catalog
from portico.domain.catalog import queries as catalog_queries
from portico.domain.customers import operations as customers
from portico.domain.customers import queries
from portico.domain.customers.enums import PortalAct, Right
from portico.domain.customers.household_rules import Given
from portico.domain.estimates.draft_rules import DraftLine, EstimateDraft
from portico.domain.estimates.enums import DepositKind
from portico.domain.estimates.operations import asking, editing, sending
from portico.domain.estimates.queries import office, portal
from portico.domain.estimates.rules import DepositTerms
from portico.domain.jobs.queries import jobs
from portico.faces.commands.company_argument import scope_of
from portico.faces.commands.import_folder import say
from portico.foundation.audit.operations import SHELL, Actor
from portico.foundation.people import operations as people
from portico.foundation.people import queries as people_queries
from portico.foundation.people.enums import Side
from portico.foundation.people.roles import StaffRole
from portico.importer import operations
from portico.kernel import clock, errors, ids
from portico.sandbox.exports import write_demo

HOST = "demo"
STAFF = (
    ("admin@example.com", StaffRole.ADMIN, "Ada Lindqvist"),
    ("manager@example.com", StaffRole.MANAGER, "Marcus Bell"),
    ("accountant@example.com", StaffRole.ACCOUNTANT, "Anna Weller"),
    ("csr@example.com", StaffRole.CSR, "Carla Stone"),
    ("dispatcher@example.com", StaffRole.DISPATCHER, "Devon Hale"),
)
ENROLLED = {
    "maria.ortega@example.com": "Maria Ortega",
    "harold.voss@example.com": "Harold Voss",
    "hannah.kimball@example.com": "Hannah Kimball",
    "miles.fairbanks@example.com": "Miles Fairbanks",
}
PREPARATION = {
    "AC Diagnostic": "Clear a way to the outdoor unit and the thermostat.\nLeave the cooling on: we listen to it.",
    "Heating Tune-Up": "Clear about three feet around the furnace.\nHave your filter size at hand if you know it.",
    "Cooling Tune-Up": "Cut plants back from the outdoor unit.\nKeep pets indoors or in another room.",
    "Electrical Safety Check": "Clear a way to the panel.\nSave your work: the power goes off for a few minutes.",
    "Water Heater Flush": "Clear a way to the water heater.\nHot water is off for about an hour.",
    "Leak Repair": "Close the shut-off valve if water is running, and move what may get wet.",
}
ASKER, ANSWERER = "maria.ortega@example.com", "csr@example.com"
QUESTION = "Is taking away the old system included, and how long are we without heat?"
ANSWER = "Yes, haul-away is included. The work takes one day; the heat is back on in the evening."
OFFER = EstimateDraft(
    name="Smart thermostat and surge protection",
    lines=(
        DraftLine(
            "Smart thermostat, installed", Decimal(1), 42_000, 37_800, "Learns when you are home. Set up on your phone."
        ),
        DraftLine("Utility rebate", Decimal(1), -5_000, description="We file it for you.", is_taxable=False),
        DraftLine("Room sensor", Decimal(2), 4_900, 4_400, "For the bedrooms.", is_optional=True, is_suggested=True),
        DraftLine("Surge protector for the outdoor unit", Decimal(1), 18_900, 16_900, is_optional=True),
        DraftLine("Five years of labor warranty", Decimal(1), 14_900, is_optional=True, is_taxable=False),
    ),
    summary="Replaces the thermostat in the hall and protects the outdoor unit. Half a day of work.",
    deposit=DepositTerms(DepositKind.PERCENT, 0, Decimal(20)),
)
OWNER, MANAGER, DAUGHTER = "maria.ortega@example.com", "miles.fairbanks@example.com", "nora.ortega@example.com"
HOME, RENTAL = "Maria Ortega", "Ortega Rental Homes"
MANAGES = Given(frozenset({Right.HISTORY, Right.PRICES, Right.BOOK, Right.APPROVE}), approve_up_to_minor=50000)
HELPS = Given(frozenset({Right.HISTORY, Right.BOOK}))
INVITED = ("grace.pemberton@example.com", "owen.larkin@example.com", "sam.ortega@example.com")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command takes none."""


def run(args: argparse.Namespace) -> int:
    try:
        load()
    except errors.PorticoError as error:
        print(f"portico load-demo: {error.message}", file=sys.stderr)
        return 1
    return 0


@transaction.atomic
def load() -> None:
    """All of it or nothing, so that a start that was cut off begins anew."""
    with tempfile.TemporaryDirectory(prefix="portico-demo-") as name:
        write_demo(Path(name), today=clock.now().date())
        operations.import_folder(folder=Path(name), by=SHELL, tell=say)
    with scope_of(HOST):
        for email, role, full_name in STAFF:
            people.create_staff(email=email, role=role, name=full_name, by=SHELL)
        for email, full_name in ENROLLED.items():
            people.rename(login=customers.enrol_from_shell(email=email), name=full_name, by=SHELL)
        for email in INVITED:
            _invite(email)
        _open_household()
        _prepare()
        _talk_about_an_estimate()
        _offer_with_a_deposit()


def _invite(email: str) -> None:
    for reached in queries.reach_of(email):
        for row in queries.portal_table(reached.customer):
            if row.email == email and PortalAct.INVITE in row.acts:
                customers.invite(portal_contact=row.public_id, by=SHELL)


def _open_household() -> None:
    """Maria Ortega's rental has a manager who has accepted; her daughter has not answered yet about the home."""
    manager = _person(Side.CUSTOMER, MANAGER)
    member = _let_in(RENTAL, MANAGER, MANAGES, "You look after the rental for us: approve small repairs yourself.")
    customers.accept_household(member=member, email=MANAGER, name=manager.name, by=manager)
    _let_in(HOME, DAUGHTER, HELPS, "So that you can see when somebody comes while we are away.")


def _let_in(account: str, email: str, given: Given, message: str) -> UUID:
    [found] = [reached.customer for reached in queries.reach_of(OWNER) if reached.name == account]
    return customers.invite_member(
        customer=found,
        location=None,
        email=email,
        given=given,
        message=message,
        owner=OWNER,
        by=_person(Side.CUSTOMER, OWNER),
    )


def _prepare() -> None:
    """What customers are told before some kinds of visits."""
    for kind in catalog_queries.job_types():
        if kind.name in PREPARATION:
            catalog.set_preparation(job_type=kind.id, text=PREPARATION[kind.name], by=SHELL)


def _talk_about_an_estimate() -> None:
    """Maria Ortega asks about the option that is recommended to her, and the office answers."""
    scope = queries.Scope.of(queries.reach_of(ASKER), Right.HISTORY)
    options = [
        option for row in portal.proposals(scope=scope, billing=scope, now=clock.now()) for option in row.options
    ]
    advised = next(option for option in options if option.is_recommended)
    asked = asking.ask(estimate=UUID(advised.id), item=None, text=QUESTION, by=_person(Side.CUSTOMER, ASKER))
    asking.answer(message=asked, text=ANSWER, by=_person(Side.STAFF, ANSWERER))


def _offer_with_a_deposit() -> None:
    """Written by hand as the office does: optional lines, prices for members, a rebate and a deposit; and mailed."""
    reached = [one for one in queries.reach_of(OWNER) if one.name == HOME]
    scope = queries.Scope.of(reached, Right.HISTORY)
    waiting = jobs.jobs(scope=scope, is_open=True, narrowing=jobs.Narrowing(), after=None, limit=1).rows
    job = UUID(waiting[0].id)
    facts = office.job_to_write_for(job, proposal=None)
    rate = Decimal(facts["tax_rate"]) if facts and facts["tax_rate"] else None
    draft = replace(OFFER, tax_rate=rate, expires_at=clock.now() + timedelta(days=30))
    by = _person(Side.STAFF, ANSWERER)
    made = editing.save(estimate=None, job=job, draft=draft, by=by)
    sending.send(estimate=made, to_emails=[OWNER], with_options=False, token=ids.new_secret(), by=by)


def _person(side: Side, email: str) -> Actor:
    login = people_queries.login_of(side, email)
    if login is None:
        raise LookupError(email)
    return people.actor_of(login, "")
