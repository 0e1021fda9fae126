"""One table: which role may do what. Every office guard reads it, docs/permissions.md is compared with it."""

from __future__ import annotations

from enum import StrEnum

from portico.foundation.people.roles import StaffRole

CSR, DISPATCHER, ACCOUNTANT, MANAGER, ADMIN = StaffRole


class Action(StrEnum):
    OWN_ACCOUNT = "look after one's own account"
    VIEW_CUSTOMERS = "view customers"
    EDIT_CUSTOMER = "create and edit customers and locations"
    MERGE = "merge records and take merges back"
    EDIT_CONTACTS = "add, correct and remove addresses and phones"
    EDIT_MEMO = "edit the memo of an address"
    INVITE = "invite and re-send"
    INVITE_MANY = "invite many at once"
    VIEW_ADOPTION = "see how far the portal is used"
    EDIT_ADOPTION = "edit what a call is worth"
    COPY_LINK = "copy an invitation link"
    CHANGE_BILLING_ACCESS = "change billing access"
    REVOKE_ACCESS = "revoke access"
    MANAGE_HOUSEHOLD = "overrule who else was let in"
    VIEW_AS_CONTACT = "view the portal as a contact"
    SEND_INVOICE = "send an invoice by mail"
    SEND_STATEMENTS = "send statements by mail"
    VIEW_PAYMENTS = "view payments"
    RECORD_PAYMENT = "record cash and checks"
    REFUND = "refund payments"
    EDIT_INVOICE = "write and issue invoices"
    CORRECT_INVOICE = "void and credit invoices"
    CLOSE_ALERT = "close what needs attention"
    EDIT_PAYMENT_RULES = "edit the rules of paying"
    EDIT_PAYMENT_ACCOUNT = "enter the keys of the payment account"
    SHARE_DOCUMENT = "share documents with the customer"
    UPLOAD_DOCUMENT = "upload documents"
    SET_VISIT_STATUS = "say how a visit stands"
    BOOK_VISIT = "book, move and cancel visits"
    VIEW_CAPACITY = "see what the days can still take"
    EDIT_JOB = "say which units a job was about"
    EDIT_PORTAL_SETTINGS = "edit what customers see"
    EDIT_MAILS = "edit the words of mails"
    EDIT_JOB_TYPES = "edit business units and job types"
    EDIT_BRANCHES = "edit branches and their looks"
    CHANGE_HOST = "change the portal's host name"
    SWITCH_PORTAL = "switch the portal off, to test and on"
    EDIT_ESTIMATE_SETTINGS = "edit the rules and terms of estimates"
    EDIT_SCHEDULING = "edit the rules of booking"
    EDIT_ESTIMATE = "write, send and withdraw estimates"
    APPROVE_BY_PHONE = "take down and take back approvals"
    VIEW_AUDIT = "view the audit trail"
    MANAGE_STAFF = "invite colleagues, give roles and let people go"
    CONFIRM_SHARED_ADDRESS = "confirm a shared address as one person's"


EVERYONE = frozenset(StaffRole)
FRONT_OFFICE = frozenset({CSR, MANAGER, ADMIN})
BOOKS = frozenset({ACCOUNTANT, MANAGER, ADMIN})

ALLOWED: dict[Action, frozenset[StaffRole]] = {
    Action.OWN_ACCOUNT: EVERYONE,
    Action.VIEW_CUSTOMERS: EVERYONE,
    Action.EDIT_CUSTOMER: FRONT_OFFICE | {ACCOUNTANT},
    Action.MERGE: frozenset({MANAGER, ADMIN}),
    Action.EDIT_CONTACTS: FRONT_OFFICE | {ACCOUNTANT},
    Action.EDIT_MEMO: FRONT_OFFICE | {ACCOUNTANT},
    Action.INVITE: FRONT_OFFICE | {ACCOUNTANT, DISPATCHER},
    Action.INVITE_MANY: FRONT_OFFICE,
    Action.VIEW_ADOPTION: FRONT_OFFICE | {ACCOUNTANT},
    Action.EDIT_ADOPTION: frozenset({MANAGER, ADMIN}),
    Action.COPY_LINK: FRONT_OFFICE,
    Action.CHANGE_BILLING_ACCESS: BOOKS,
    Action.REVOKE_ACCESS: FRONT_OFFICE | {ACCOUNTANT},
    Action.MANAGE_HOUSEHOLD: FRONT_OFFICE,
    Action.VIEW_AS_CONTACT: FRONT_OFFICE | {ACCOUNTANT},
    Action.SEND_INVOICE: FRONT_OFFICE | {ACCOUNTANT},
    Action.SEND_STATEMENTS: BOOKS,
    Action.VIEW_PAYMENTS: FRONT_OFFICE | {ACCOUNTANT},
    Action.RECORD_PAYMENT: FRONT_OFFICE | {ACCOUNTANT},
    Action.REFUND: BOOKS,
    Action.EDIT_INVOICE: BOOKS,
    Action.CORRECT_INVOICE: BOOKS,
    Action.CLOSE_ALERT: BOOKS,
    Action.EDIT_PAYMENT_RULES: frozenset({MANAGER, ADMIN}),
    Action.EDIT_PAYMENT_ACCOUNT: frozenset({ADMIN}),
    Action.SHARE_DOCUMENT: FRONT_OFFICE | {DISPATCHER},
    Action.UPLOAD_DOCUMENT: FRONT_OFFICE | {DISPATCHER},
    Action.SET_VISIT_STATUS: FRONT_OFFICE | {DISPATCHER},
    Action.BOOK_VISIT: FRONT_OFFICE | {DISPATCHER},
    Action.VIEW_CAPACITY: EVERYONE,
    Action.EDIT_JOB: FRONT_OFFICE | {DISPATCHER},
    Action.EDIT_PORTAL_SETTINGS: frozenset({MANAGER, ADMIN}),
    Action.EDIT_BRANCHES: frozenset({MANAGER, ADMIN}),
    Action.CHANGE_HOST: frozenset({ADMIN}),
    Action.SWITCH_PORTAL: frozenset({MANAGER, ADMIN}),
    Action.EDIT_MAILS: frozenset({MANAGER, ADMIN}),
    Action.EDIT_JOB_TYPES: frozenset({MANAGER, ADMIN}),
    Action.EDIT_ESTIMATE_SETTINGS: frozenset({MANAGER, ADMIN}),
    Action.EDIT_SCHEDULING: frozenset({MANAGER, ADMIN}),
    Action.EDIT_ESTIMATE: FRONT_OFFICE,
    Action.APPROVE_BY_PHONE: FRONT_OFFICE,
    Action.VIEW_AUDIT: BOOKS,
    Action.MANAGE_STAFF: frozenset({ADMIN}),
    Action.CONFIRM_SHARED_ADDRESS: frozenset({MANAGER, ADMIN}),
}


def may(role: str, action: Action) -> bool:
    """Whether a staff member of this role may do this."""
    return role in ALLOWED[action]
