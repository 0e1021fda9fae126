"""The finders of estimates."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404

from portico.domain.billing.queries import deposits
from portico.domain.billing.queries.deposits import DepositRow
from portico.domain.estimates.queries import portal, portal_page
from portico.domain.estimates.queries.portal import ProposalRow
from portico.domain.estimates.queries.portal_page import ProposalPage
from portico.kernel import clock

if TYPE_CHECKING:
    from portico.domain.customers.queries import Scope
    from portico.foundation.people.entry import Entry, LoginFacts

FIRST_ON_HOME = 4


class EstimateFinders:
    """What a visitor finds of estimates, within what it may know the history of; amounts within its bills."""

    if TYPE_CHECKING:
        entry: Entry

        @property
        def login(self) -> LoginFacts: ...

        def service_scope(self, narrowed_to: UUID | None = None) -> Scope: ...

        def billing_scope(self, narrowed_to: UUID | None = None) -> Scope: ...

        def answering_scope(self) -> Scope: ...

        def booking_scope(self) -> Scope: ...

    def proposals(self, narrowed_to: UUID | None, *, after: UUID | None, limit: int) -> list[ProposalRow]:
        """A page of proposals, those that wait for an answer first."""
        return portal.proposals(
            scope=self.service_scope(narrowed_to),
            billing=self.billing_scope(narrowed_to),
            now=clock.now(),
            after=after,
            limit=limit,
        )

    def proposals_of_job(self, job: UUID) -> list[ProposalRow]:
        """What was offered for a job that `job()` found."""
        scope, billing = self.service_scope(), self.billing_scope()
        return portal.proposals_of_job(scope=scope, billing=billing, job=job, now=clock.now())

    def estimate(self, estimate: UUID) -> ProposalPage:
        """An estimate with the options beside it; 404 for one that this visitor may not see, as for a missing one."""
        return self._estimate(estimate, self.answering_scope())

    def priced_estimate(self, estimate: UUID) -> ProposalPage:
        """The same for whoever may see its prices, and be it nothing else of the home."""
        return self._estimate(estimate, self.billing_scope())

    def deposit_of(self, approval: UUID) -> DepositRow | None:
        """The deposit that an approval asked for, where this visitor may see its amount."""
        return deposits.deposit(scope=self.billing_scope(), login=self.login.public_id, approval=approval)

    def _estimate(self, estimate: UUID, scope: Scope) -> ProposalPage:
        login, billing = self.login.public_id, self.billing_scope()
        found = portal_page.proposal_page(scope=scope, billing=billing, estimate=estimate, login=login, now=clock.now())
        if found is None:
            raise Http404
        return found
