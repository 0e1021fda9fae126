"""Who is looking, and every finder they may use. Portal views start from `request.visitor` and from nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cached_property, wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from portico.domain.billing.queries import invoices
from portico.domain.billing.queries import methods as method_queries
from portico.domain.billing.queries import payments as payment_queries
from portico.domain.billing.queries.invoices import InvoiceList, InvoicePage, InvoiceRow
from portico.domain.billing.queries.methods import MethodRow, SetupRow
from portico.domain.billing.queries.payments import PaymentDetails, PaymentPage, Till
from portico.domain.billing.queries.waiting import Waiting
from portico.domain.customers.enums import Right
from portico.domain.customers.queries import Reach, Scope
from portico.faces.customer.closed import closed_page, is_closed
from portico.faces.customer.finders.booking import BookingFinders
from portico.faces.customer.finders.deposits import DepositFinders
from portico.faces.customer.finders.documents import DocumentFinders
from portico.faces.customer.finders.equipment import EquipmentFinders
from portico.faces.customer.finders.estimates import EstimateFinders
from portico.faces.customer.finders.household import HouseholdFinders
from portico.faces.customer.finders.jobs import JobFinders
from portico.faces.customer.finders.memberships import MembershipFinders
from portico.faces.customer.finders.visits import VisitFinders
from portico.faces.customer.rights import RIGHTS_NEEDED
from portico.faces.customer.shell import PortalShell
from portico.faces.ui.guards import mark
from portico.faces.ui.minijinja import rendering
from portico.foundation.audit.operations import Actor
from portico.foundation.people.browser import page_before
from portico.foundation.people.entry import Entry, LoginFacts
from portico.foundation.people.enums import Side
from portico.foundation.tenancy.brands import BrandFacts
from portico.kernel import clock
from portico.kernel.money import Money

View = Callable[..., HttpResponseBase]


class Visitor(
    JobFinders,
    EquipmentFinders,
    VisitFinders,
    DocumentFinders,
    MembershipFinders,
    HouseholdFinders,
    EstimateFinders,
    DepositFinders,
    BookingFinders,
):
    """A signed-in customer. What it reaches is read once a request, never cached longer."""

    def __init__(self, entry: Entry, *, ip_prefix: str) -> None:
        if entry.session is None:
            raise PermissionDenied
        self.entry = entry
        self.session = entry.session
        self.ip_prefix = ip_prefix

    @cached_property
    def actor(self) -> Actor:
        return self.session.actor(side=Side.CUSTOMER, ip_prefix=self.ip_prefix)

    @property
    def login(self) -> LoginFacts:
        return self.session.login

    @cached_property
    def _reached_and_may_pay(self) -> tuple[list[Reach], bool]:
        return payment_queries.reach_and_may_pay(self.entry.beside, email=self.login.email)

    @property
    def reached(self) -> list[Reach]:
        return self._reached_and_may_pay[0]

    @property
    def brand(self) -> BrandFacts:
        """The branch that home and account speak for: the only customer's, else the company's main one."""
        brands = {reach.brand.id: reach.brand for reach in self.reached}
        return next(iter(brands.values())) if len(brands) == 1 else self.entry.brand

    @property
    def payers(self) -> list[Reach]:
        """The customers whose bills this visitor may see."""
        return [reach for reach in self.reached if reach.has_billing]

    @property
    def whole_payers(self) -> list[Reach]:
        """The customers of whom this visitor may see all bills, not those of a place only."""
        return [reach for reach in self.payers if reach.places(Right.PRICES) is None]

    @property
    def account_holders(self) -> list[Reach]:
        """The customers whose account is this visitor's, with what is saved there; nobody is invited to that."""
        return [reach for reach in self.reached if reach.holds_account]

    @property
    def owned(self) -> list[Reach]:
        """The customers of whom this visitor says who else sees them."""
        return [reach for reach in self.reached if reach.is_owner]

    @cached_property
    def rights(self) -> frozenset[Right]:
        """What this visitor may do anywhere."""
        return frozenset(right for right in Right if any(reach.may(right) for reach in self.reached))

    def may_open(self, page: str) -> bool:
        """Whether the page of this URL name is there for this visitor at all."""
        needed = RIGHTS_NEEDED.get(page)
        return needed is None or needed in self.rights

    def may_approve(self, amount: Money, customer: UUID, location_id: int | None = None) -> bool:
        """Whether this visitor may approve an estimate of this amount, of this place of the customer."""
        return any(reach.may_approve(amount.minor, location_id) for reach in _narrowed(self.reached, customer))

    def approves_up_to(self, customer: UUID, location_id: int) -> int | None:
        """The most this visitor may approve there, in minor units: None for no limit, zero for nothing."""
        return self.customer(customer).approves_up_to(location_id)

    def may_pay_at(self, customer: UUID, place: int) -> bool:
        """Whether this visitor may pay here for this location of a customer."""
        allowed = [reach.places(Right.PAY) for reach in self.reached if reach.customer == customer]
        return self.may_pay_online and any(places is None or place in places for places in allowed)

    def payable_of(self, rows: Iterable[InvoiceRow]) -> set[str]:
        """The ids of those invoices that this visitor may pay here.

        The database is asked only about customers of whom it may pay in other places than it sees prices of.
        """
        if not self.may_pay_online:
            return set()
        paying = {str(reach.customer): reach for reach in self.reached if reach.may(Right.PAY)}
        parted = {key for key, reach in paying.items() if reach.places(Right.PAY) != reach.places(Right.PRICES)}
        known = [row for row in rows if row.customer in paying]
        asked = [row.id for row in known if row.customer in parted]
        sure = {row.id for row in known if row.customer not in parted}
        return sure | (invoices.of_these(scope=Scope.of(self.reached, Right.PAY), invoices=asked) if asked else set())

    def customer(self, customer: UUID) -> Reach:
        """One of the customers reached; 404 for any other id."""
        return _only([reach for reach in self.reached if reach.customer == customer])

    def service_scope(self, narrowed_to: UUID | None = None) -> Scope:
        """What was and will be done: every customer and location reached."""
        return Scope.of(_narrowed(self.reached, narrowed_to), Right.HISTORY)

    def answering_scope(self) -> Scope:
        """Where estimates may be answered: whoever may approve one finds it, also without the history of the home."""
        return Scope.of(self.reached, Right.HISTORY, Right.APPROVE)

    def billing_scope(self, narrowed_to: UUID | None = None) -> Scope:
        """Where prices, invoices and payments may be seen."""
        return Scope.of(_narrowed(self.reached, narrowed_to), Right.PRICES)

    def holder_scope(self, narrowed_to: UUID | None = None) -> Scope:
        """The accounts whose saved methods are this visitor's."""
        return Scope.of(_narrowed(self.account_holders, narrowed_to), Right.PRICES)

    def invoices(self, narrowed_to: UUID | None, *, paid: bool, after: UUID | None, limit: int) -> InvoiceList:
        """A page of invoices; how many are open, and what is due on those."""
        found = invoices.invoices(
            scope=self.billing_scope(narrowed_to),
            paid=paid,
            currency=self.entry.company.currency,
            now=clock.now(),
            after=after,
            limit=limit,
        )
        return replace(found, waiting=self.own_of(found.waiting))

    def own_of(self, waiting: Waiting) -> Waiting:
        """What waits, without the credit and the saved methods of accounts that are not this visitor's."""
        return waiting.only_of({reach.customer for reach in self.account_holders})

    def invoice(self, invoice: UUID) -> InvoicePage:
        """One invoice; 404 for one that this visitor may not see, as for one that does not exist."""
        found = invoices.invoice_page(scope=self.billing_scope(), invoice=invoice, now=clock.now())
        if found is None:
            raise Http404
        return found

    @property
    def may_pay_online(self) -> bool:
        """Whether this visitor can pay anything here: no pay button anywhere where not."""
        return self._reached_and_may_pay[1] and Right.PAY in self.rights

    def till(self, chosen: Sequence[UUID]) -> Till:
        """The chosen invoices as this person may pay them; 404 when one of them is not theirs."""
        found = payment_queries.till(
            scope=Scope.of(self.reached, Right.PAY), invoices=chosen, login=self.login.public_id, now=clock.now()
        )
        if {invoice.id for invoice in found.invoices} != set(chosen):
            raise Http404
        held = {reach.customer for reach in self.account_holders}
        return found if held.issuperset(invoice.customer for invoice in found.invoices) else found.of_a_guest()

    def payments(self, narrowed_to: UUID | None, *, before: UUID | None, limit: int) -> PaymentPage:
        """A page of the payments of the customers whose bills this visitor may see."""
        return payment_queries.payments(scope=self.billing_scope(narrowed_to), before=before, limit=limit)

    def payment(self, payment: UUID) -> PaymentDetails:
        """One payment; 404 for one that this visitor may not see, as for one that does not exist."""
        found = payment_queries.payment(scope=self.billing_scope(), payment=payment)
        if found is None:
            raise Http404
        return found

    def payment_methods(self, customer: UUID) -> list[MethodRow]:
        """What this customer has saved, where the whole account is this visitor's."""
        return method_queries.payment_methods(scope=self.holder_scope(customer))

    def payment_method(self, method: UUID) -> MethodRow:
        """One saved card or bank account; 404 for one that this visitor may not use."""
        found = method_queries.method(scope=self.holder_scope(), method=method)
        if found is None:
            raise Http404
        return found

    def method_setup(self, setup: UUID) -> SetupRow:
        """One visit to the gateway to add one; 404 as above."""
        found = method_queries.setup(scope=self.holder_scope(), setup=setup)
        if found is None:
            raise Http404
        return found


def visitor_only(view: View) -> View:
    """Let signed-in customers in, send others to sign in and back. The view finds `request.visitor`."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        entry: Entry = request.entry  # type: ignore[attr-defined]
        if is_closed(request):
            return closed_page(request)
        if entry.session is None:
            return _to_sign_in(request)
        visitor = Visitor(entry, ip_prefix=request.ip_prefix)  # type: ignore[attr-defined]
        request.visitor = visitor  # type: ignore[attr-defined]
        request.shell = PortalShell(request, visitor)  # type: ignore[attr-defined]
        if request.resolver_match and not visitor.may_open(request.resolver_match.url_name or ""):
            raise Http404
        with rendering(request):
            return view(request, *args, **kwargs)

    return mark(guarded, "visitor")


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    sign_in = reverse("sign_in")
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": sign_in})
    if request.method not in ("GET", "HEAD"):
        return HttpResponseRedirect(f"{sign_in}?{urlencode({'next': page_before(request), 'unsent': 1})}")
    back = request.get_full_path()
    return HttpResponseRedirect(f"{sign_in}?{urlencode({'next': back})}" if back != "/" else sign_in)


def _narrowed(reached: list[Reach], customer: UUID | None) -> list[Reach]:
    return reached if customer is None else [reach for reach in reached if reach.customer == customer]


def _only(found: list[Reach]) -> Reach:
    if len(found) != 1:
        raise Http404
    return found[0]
