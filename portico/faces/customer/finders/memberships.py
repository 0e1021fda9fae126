"""The finders of memberships: all of them, and one with what it saved."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404

from portico.domain.memberships.queries import memberships
from portico.domain.memberships.queries.memberships import ActiveMembership, Membership, MembershipPage, Savings
from portico.kernel import clock

if TYPE_CHECKING:
    from portico.domain.customers.queries import Scope
    from portico.foundation.people.entry import Entry


class MembershipFinders:
    """What a visitor finds of memberships, within what it may know the history of; amounts within its bills."""

    if TYPE_CHECKING:
        entry: Entry

        def service_scope(self, narrowed_to: UUID | None = None) -> Scope: ...

        def billing_scope(self, narrowed_to: UUID | None = None) -> Scope: ...

    def memberships(self, narrowed_to: UUID | None, *, after: UUID | None, limit: int) -> list[Membership]:
        """A page of memberships: active ones, then paused, then past."""
        scope = self.service_scope(narrowed_to)
        return memberships.memberships(scope=scope, now=clock.now(), after=after, limit=limit)

    def membership(self, membership: UUID) -> MembershipPage:
        """One membership; 404 for one that this visitor may not see, as for one that does not exist."""
        found = memberships.membership_page(
            scope=self.service_scope(),
            billing=self.billing_scope(),
            membership=membership,
            currency=self.entry.company.currency,
            now=clock.now(),
        )
        if found is None:
            raise Http404
        return found

    def savings_of(self, found: Membership) -> Savings:
        """What it took off the invoices of its period that this visitor may see."""
        currency = self.entry.company.currency
        return memberships.savings(scope=self.billing_scope(), membership=found, currency=currency)

    def memberships_at(self, location_key: int) -> list[ActiveMembership]:
        """The active memberships of a location that was found."""
        scope = self.service_scope()
        return memberships.active_at(scope=scope, location_key=location_key, now=clock.now())
