"""Puts the house together: which adapter is live, which port leads where, what the business clock says."""

from datetime import UTC, datetime

from django.conf import settings

from portico.config import env, payments
from portico.domain.billing import papers, receipts, statement_papers
from portico.domain.billing.queries import payments as payment_queries
from portico.domain.booking import invites
from portico.domain.booking.operations import days as branch_days
from portico.domain.capacity.ports import PORTS as CAPACITY
from portico.domain.customers import operations as customers
from portico.domain.customers import queries as customer_queries
from portico.domain.customers.ports import PORTS as CUSTOMERS
from portico.domain.estimates import papers as estimate_papers
from portico.domain.jobs.ports import PORTS as JOBS
from portico.domain.jobs.queries import of_customers
from portico.domain.statements import papers as mailed_statements
from portico.faces.customer.viewing.guard import only_look
from portico.foundation.messaging import ports
from portico.foundation.people.ports import PORTS as PEOPLE
from portico.kernel import clock


def wire() -> None:
    """Called once in each process, when all apps are loaded."""
    _start_clock(settings.PORTICO_NOW)
    payments.wire()
    ports.ENCLOSURES["invoice_pdf"] = papers.invoice_pdf
    ports.ENCLOSURES["receipt_pdf"] = receipts.receipt_pdf
    ports.ENCLOSURES["statement_pdf"] = statement_papers.statement_pdf
    ports.ENCLOSURES[mailed_statements.KIND] = mailed_statements.enclosure
    ports.ENCLOSURES["approval_pdf"] = estimate_papers.enclosure
    ports.ENCLOSURES[invites.KIND] = invites.invite
    ports.PORTS.name_of_customer = customer_queries.name_of
    PEOPLE.beside = payment_queries.REACH_AND_MAY_PAY
    PEOPLE.branch_of = customer_queries.branch_of_address
    PEOPLE.replace_address = customers.replace_address
    PEOPLE.while_viewing = only_look
    CUSTOMERS.open_jobs = of_customers.open_jobs
    CUSTOMERS.place_moved = branch_days.mark_place_stale
    CUSTOMERS.branch_of = of_customers.branch_of_customer
    JOBS.visits_changed = branch_days.refresh_visits
    JOBS.many_visits_changed = branch_days.mark_visits_stale
    CAPACITY.working_time_changed = branch_days.mark_all_stale


def _start_clock(said: str) -> None:
    if not said:
        return
    try:
        moment = datetime.fromisoformat(said)
    except ValueError as error:
        raise env.BadSetting(f"PORTICO_NOW is “{said}”; it must be a moment such as 2026-07-01T12:00.") from error
    clock.start_business_clock_at(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
