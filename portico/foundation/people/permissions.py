"""One table: which role may do what. Every office guard reads it, docs/permissions.md is compared with it."""

from __future__ import annotations

from enum import StrEnum

from portico.foundation.people.roles import StaffRole

CSR, DISPATCHER, ACCOUNTANT, MANAGER, ADMIN = StaffRole


class Action(StrEnum):
    OWN_ACCOUNT = "look after one's own account"
    VIEW_CUSTOMERS = "view customers"
    EDIT_CONTACTS = "add, correct and remove addresses"
    EDIT_MEMO = "edit the memo of an address"
    INVITE = "invite and re-send"
    COPY_LINK = "copy an invitation link"
    CHANGE_BILLING_ACCESS = "change billing access"
    REVOKE_ACCESS = "revoke access"
    SEND_INVOICE = "send an invoice by mail"
    VIEW_PAYMENTS = "view payments"
    VIEW_AUDIT = "view the audit trail"
    CONFIRM_SHARED_ADDRESS = "confirm a shared address as one person's"


EVERYONE = frozenset(StaffRole)
FRONT_OFFICE = frozenset({CSR, MANAGER, ADMIN})

ALLOWED: dict[Action, frozenset[StaffRole]] = {
    Action.OWN_ACCOUNT: EVERYONE,
    Action.VIEW_CUSTOMERS: EVERYONE,
    Action.EDIT_CONTACTS: FRONT_OFFICE | {ACCOUNTANT},
    Action.EDIT_MEMO: FRONT_OFFICE | {ACCOUNTANT},
    Action.INVITE: FRONT_OFFICE | {ACCOUNTANT, DISPATCHER},
    Action.COPY_LINK: FRONT_OFFICE,
    Action.CHANGE_BILLING_ACCESS: frozenset({ACCOUNTANT, MANAGER, ADMIN}),
    Action.REVOKE_ACCESS: FRONT_OFFICE | {ACCOUNTANT},
    Action.SEND_INVOICE: FRONT_OFFICE | {ACCOUNTANT},
    Action.VIEW_PAYMENTS: FRONT_OFFICE | {ACCOUNTANT},
    Action.VIEW_AUDIT: frozenset({ACCOUNTANT, MANAGER, ADMIN}),
    Action.CONFIRM_SHARED_ADDRESS: frozenset({MANAGER, ADMIN}),
}


def may(role: str, action: Action) -> bool:
    """Whether a staff member of this role may do this."""
    return role in ALLOWED[action]
