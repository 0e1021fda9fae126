"""The finders of deposits: that of an estimate, and how this visitor may pay it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404

from portico.domain.billing.queries import deposits as billing
from portico.domain.billing.queries.deposits import DepositRow, DepositTill
from portico.domain.estimates.queries import deposits as estimates
from portico.kernel import clock

if TYPE_CHECKING:
    from portico.domain.customers.queries import Reach, Scope
    from portico.foundation.people.entry import LoginFacts


class DepositFinders:
    """What a visitor finds of deposits, within the bills that it may see."""

    if TYPE_CHECKING:

        @property
        def login(self) -> LoginFacts: ...

        @property
        def account_holders(self) -> list[Reach]: ...

        def billing_scope(self, narrowed_to: UUID | None = None) -> Scope: ...

    def deposit_till(self, estimate: UUID) -> DepositTill:
        """The deposit that the last approval of an estimate asked for; 404 where there is none for this visitor."""
        scope = self.billing_scope()
        approval = estimates.newest_approval(scope=scope, estimate=estimate)
        if approval is None:
            raise Http404
        found = billing.till(scope=scope, approval=approval, login=self.login.public_id, now=clock.now())
        if found is None:
            raise Http404
        if found.deposit.customer in {reach.customer for reach in self.account_holders}:
            return found
        return replace(found, till=found.till.of_a_guest())

    def estimate_of_deposit(self, deposit: UUID) -> UUID:
        """The estimate whose approval asked for a deposit; 404 as above."""
        found: DepositRow | None = billing.deposit(
            scope=self.billing_scope(), login=self.login.public_id, deposit=deposit
        )
        estimate = estimates.estimate_of(found.approval) if found else None
        if estimate is None:
            raise Http404
        return estimate
