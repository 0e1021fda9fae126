"""The Customer Portal table of a record: what each row says and which of its acts this staff member may do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from portico.domain.customers.enums import Delivery, PortalAct, PortalStatus
from portico.domain.customers.queries import PortalRow
from portico.foundation.people.permissions import Action

ACTION: dict[PortalAct, Action] = {
    PortalAct.INVITE: Action.INVITE,
    PortalAct.RESEND: Action.INVITE,
    PortalAct.COPY_LINK: Action.COPY_LINK,
    PortalAct.EDIT_MEMO: Action.EDIT_MEMO,
    PortalAct.CHANGE_BILLING: Action.CHANGE_BILLING_ACCESS,
    PortalAct.REVOKE: Action.REVOKE_ACCESS,
    PortalAct.RESTORE: Action.REVOKE_ACCESS,
    PortalAct.CORRECT: Action.EDIT_CONTACTS,
    PortalAct.REMOVE: Action.EDIT_CONTACTS,
    PortalAct.WIDEN: Action.CHANGE_BILLING_ACCESS,
    PortalAct.NARROW: Action.CHANGE_BILLING_ACCESS,
    PortalAct.CONFIRM_SHARED: Action.CONFIRM_SHARED_ADDRESS,
    PortalAct.VIEW_AS: Action.VIEW_AS_CONTACT,
}
# In the order of the menu: name of the URL, icon, whether it opens a page of its own.
MENU: tuple[tuple[PortalAct, str, str, bool], ...] = (
    (PortalAct.VIEW_AS, "address_view_as", "eye", False),
    (PortalAct.RESEND, "address_resend", "send", False),
    (PortalAct.COPY_LINK, "address_copy_link", "copy", False),
    (PortalAct.EDIT_MEMO, "address_memo", "file-text", True),
    (PortalAct.CHANGE_BILLING, "address_billing", "wallet", True),
    (PortalAct.WIDEN, "address_widen", "house-plug", False),
    (PortalAct.NARROW, "address_narrow", "house", False),
    (PortalAct.CONFIRM_SHARED, "address_confirm_shared", "shield-check", False),
    (PortalAct.RESTORE, "address_restore", "circle-check", False),
    (PortalAct.REVOKE, "address_revoke", "ban", False),
    (PortalAct.CORRECT, "address_correct", "pencil", True),
    (PortalAct.REMOVE, "address_remove", "trash-2", True),
)
DANGER = frozenset({PortalAct.REVOKE, PortalAct.REMOVE})
STATUS_TONE = {
    PortalStatus.INVITED: "info",
    PortalStatus.ACTIVE: "ok",
    PortalStatus.REVOKED: "bad",
    PortalStatus.REMOVED: "mute",
}
STATUS_ICON = {PortalStatus.INVITED: "mail", PortalStatus.ACTIVE: "circle-check", PortalStatus.REVOKED: "ban"}
WENT_WRONG = frozenset({Delivery.FAILED, Delivery.BOUNCED})


@dataclass(frozen=True, slots=True)
class Act:
    """An entry of a row's menu; `is_page` opens a page, the others are posted."""

    label: str
    href: str
    icon: str
    is_page: bool
    is_danger: bool


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row with what this staff member may do to it; `invite` is empty where there is nothing to invite."""

    row: PortalRow
    invite: str
    acts: list[Act]
    is_new: bool
    status_label: str
    billing_label: str
    delivery_label: str
    tone: str
    icon: str
    went_wrong: bool
    status: str
    billing: str
    delivery: str


def table_of(rows: list[PortalRow], *, customer: UUID, may: Callable[[Action], bool]) -> list[TableRow]:
    """The table as this staff member sees it."""
    return [_table_row(row, customer, may) for row in rows]


def _table_row(row: PortalRow, customer: UUID, may: Callable[[Action], bool]) -> TableRow:
    ids = [customer, row.public_id]
    open_to = {act for act in row.acts if may(ACTION[act])}
    acts = [
        Act(str(act.label), reverse(name, args=ids), icon, is_page, act in DANGER)
        for act, name, icon, is_page in MENU
        if act in open_to
    ]
    return TableRow(
        row=row,
        invite=reverse("address_invite", args=ids) if PortalAct.INVITE in open_to else "",
        acts=acts,
        is_new=row.status == PortalStatus.EMPTY,
        status_label=str(row.status.label),
        billing_label=str(row.billing.label),
        delivery_label=str(row.delivery.label) if row.delivery else "",
        tone=STATUS_TONE.get(row.status, "mute"),
        icon=STATUS_ICON.get(row.status, ""),
        went_wrong=row.delivery in WENT_WRONG,
        status=str(row.status.label),
        billing=str(row.billing.label),
        delivery=str(row.delivery.label) if row.delivery else "",
    )
