"""Disputes, cash that moved, and what the account is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from portico.adapters.stripe import return_snapshots
from portico.adapters.stripe.calls import Calls, believable
from portico.adapters.stripe.failures import classified
from portico.domain.billing.ports import AccountFacts, DisputeSnapshot, Movement


class Movements(Calls):
    """Disputes, cash that moved, and what the account is."""

    def fetch_dispute(self, dispute_ref: str) -> DisputeSnapshot:
        """The dispute as it stands."""
        return believable(return_snapshots.of_dispute, self._call(lambda v1: v1.disputes.retrieve(dispute_ref)))

    def movements_since(self, moment: datetime) -> Iterator[Movement]:
        """The account's balance transactions without fees and payouts, oldest first."""
        asked = {"created": {"gte": int(moment.timestamp())}, "limit": 100, "expand": ["data.source"]}
        with classified():
            listed = self._v1.balance_transactions.list(asked)
            found = [transaction.to_dict() for transaction in listed.auto_paging_iter()]
        moved = [believable(return_snapshots.of_transaction, transaction) for transaction in reversed(found)]
        return iter([movement for movement in moved if movement is not None])

    def facts(self) -> AccountFacts:
        """The account that the key opens."""
        account = self._call(lambda v1: v1.accounts.retrieve_current())
        balance = self._call(lambda v1: v1.balance.retrieve())
        return believable(lambda told: return_snapshots.of_account(told, balance), account)
