"""What is done with customers' addresses: keeping them, inviting them, letting them in and out."""

from portico.domain.customers.operations.access import (
    change_billing_access,
    confirm_shared_address,
    edit_memo,
    restore_access,
    revoke_access,
    widen,
)
from portico.domain.customers.operations.contacts import add_address, correct_address, remove_address, replace_address
from portico.domain.customers.operations.households import (
    accept_household,
    change_member,
    invite_member,
    leave_household,
    resend_to_member,
    revoke_member,
)
from portico.domain.customers.operations.invitations import copy_link, document_link, invite, resend_invitation
from portico.domain.customers.operations.registration import (
    ask_for_invitation,
    ask_for_new_link,
    enrol_from_shell,
    register,
    send_code,
)
from portico.domain.customers.operations.sync import sync_portal_contacts
from portico.domain.customers.operations.viewing import begin_viewing, view_as

__all__ = [
    "accept_household",
    "add_address",
    "ask_for_invitation",
    "ask_for_new_link",
    "begin_viewing",
    "change_billing_access",
    "change_member",
    "confirm_shared_address",
    "copy_link",
    "correct_address",
    "document_link",
    "edit_memo",
    "enrol_from_shell",
    "invite",
    "invite_member",
    "leave_household",
    "register",
    "remove_address",
    "replace_address",
    "resend_invitation",
    "resend_to_member",
    "restore_access",
    "revoke_access",
    "revoke_member",
    "send_code",
    "sync_portal_contacts",
    "view_as",
    "widen",
]
