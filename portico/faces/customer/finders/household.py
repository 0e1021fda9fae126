"""The finders of the household: whom this visitor lets in, and what they were let in to."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404

from portico.domain.customers import household
from portico.domain.customers.household import Member

if TYPE_CHECKING:
    from portico.domain.customers.queries import Reach
    from portico.foundation.people.entry import LoginFacts


class HouseholdFinders:
    """What a visitor finds of who else sees an account."""

    if TYPE_CHECKING:

        @property
        def owned(self) -> list[Reach]: ...

        @property
        def login(self) -> LoginFacts: ...

    def owned_customer(self, customer: UUID | None) -> Reach:
        """The account that was asked for, else the first; 404 for one that is not this visitor's own."""
        found = next((reach for reach in self.owned if customer in (None, reach.customer)), None)
        if found is None:
            raise Http404
        return found

    def household(self) -> list[Member]:
        """Everybody who was let in to this visitor's own accounts."""
        owned = [reach.customer_id for reach in self.owned]
        return household.household_of(owned) if owned else []

    def member(self, member: UUID) -> Member:
        """Somebody whom this visitor may change; 404 for anybody else."""
        found = next((one for one in self.household() if one.id == member), None)
        if found is None:
            raise Http404
        return found

    def let_in_to(self) -> list[Member]:
        """What others have let this visitor in to, or invite to."""
        return household.invited_as(self.login.email)

    def own_membership(self, member: UUID) -> Member:
        """One of those; 404 for anybody else's."""
        found = next((one for one in self.let_in_to() if one.id == member), None)
        if found is None:
            raise Http404
        return found
