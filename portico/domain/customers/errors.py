"""Anticipated failures around customers and their addresses."""

from __future__ import annotations

from collections.abc import Sequence

from portico.domain.customers.duplicate_rules import Duplicate
from portico.kernel import errors


class Missing(errors.NotPossible):
    """There is no such record here: the page answers 404."""

    code = "missing"


class AsksFirst(errors.Conflict):
    """The address belongs to an active account: say what happens and ask again with confirm=True."""

    code = "asks_first"


class NotInvitable(errors.NotPossible):
    """This address cannot be invited now; the message says why."""

    code = "not_invitable"


class AddressRefused(errors.NotPossible):
    """This cannot be an address of this record."""

    code = "address_refused"


class AlreadyRegistered(errors.Conflict):
    """The address has an account here: its owner signs in instead."""

    code = "already_registered"


class CodeNeeded(errors.NotPossible):
    """A copied link also takes the code that is mailed to the address."""

    code = "code_needed"


class NoBillingAccess(errors.NotAllowed):
    """This address may not be told any amount."""

    code = "no_billing_access"


class NotYours(errors.NotAllowed):
    """Only an owner of the account, within what they may do themselves, may say who else sees it."""

    code = "not_yours"


class MemberRefused(errors.NotPossible):
    """This person cannot be let in so; the message says why."""

    code = "member_refused"


class RecordRefused(errors.NotPossible):
    """The record cannot be that; the message says why, `field` names what is wrong. None: the whole."""

    code = "record_refused"

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class Changed(errors.Conflict):
    """Somebody else has changed the record since the form was opened."""

    code = "changed"


class LooksAlike(errors.Conflict):
    """Somebody on the books may be the same; `found` says who. Asked once, then it is meant."""

    code = "looks_alike"

    def __init__(self, message: str, *, found: Sequence[Duplicate]) -> None:
        super().__init__(message)
        self.found = found
