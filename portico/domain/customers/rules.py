"""Decisions about addresses: which are nobody's, what the office may do with a row, which link a mail carries."""

from __future__ import annotations

import re

from portico.domain.customers.enums import BillingLevel, PortalAct, PortalStatus, RecipientLink, RecipientState

SHARED_FROM = 6  # an address on more than five customers is nobody's until the office says whose

# Local parts that people type where there is no address. The same text is a pattern of Python and of PostgreSQL.
NOBODY = (
    r"^(no|none|na|n\.a|nil|null|nomail|noemail|nomails|noemails|no[._-]?e?-?mails?|no[._-]?address|noreply|no[._-]reply|"
    r"donotreply|do[._-]not[._-]reply|dont?[._-]?have|doesnt?have|not[._-]?provided|notgiven|none[._-]?given|unknown|"
    r"unavailable|refused|declined|invalid|fake|nobody|noone|placeholder|asdf+|x{2,}|test|testing|example|customer|a)[0-9]*@"
)
_NOBODY = re.compile(NOBODY)


def is_placeholder_local(email: str) -> bool:
    """Whether a normalised address only says that there is none."""
    return _NOBODY.search(email) is not None


def is_placeholder(*, email: str, customer_count: int, is_confirmed: bool) -> bool:
    """Whether an address joins no customers and is never invited (product.md §1.7)."""
    return not is_confirmed and (is_placeholder_local(email) or customer_count >= SHARED_FROM)


def status(
    *, is_present: bool, is_revoked: bool, is_enrolled: bool, is_placeholder: bool, is_invited: bool
) -> PortalStatus:
    """How far an address is on one customer."""
    if not is_present:
        return PortalStatus.REMOVED
    if is_revoked:
        return PortalStatus.REVOKED
    if is_enrolled and not is_placeholder:
        return PortalStatus.ACTIVE
    return PortalStatus.INVITED if is_invited and not is_placeholder else PortalStatus.EMPTY


ALWAYS = frozenset(
    {PortalAct.EDIT_MEMO, PortalAct.CHANGE_BILLING, PortalAct.CORRECT, PortalAct.REMOVE, PortalAct.VIEW_AS}
)
ACTS: dict[PortalStatus, frozenset[PortalAct]] = {
    PortalStatus.EMPTY: ALWAYS | {PortalAct.INVITE, PortalAct.COPY_LINK, PortalAct.REVOKE},
    PortalStatus.INVITED: ALWAYS | {PortalAct.RESEND, PortalAct.COPY_LINK, PortalAct.REVOKE},
    PortalStatus.ACTIVE: ALWAYS | {PortalAct.REVOKE},
    PortalStatus.REVOKED: ALWAYS | {PortalAct.RESTORE},
    PortalStatus.REMOVED: frozenset({PortalAct.EDIT_MEMO}),
}


def allowed_acts(
    status: PortalStatus, *, is_placeholder: bool, is_on_customer: bool, is_widened: bool
) -> frozenset[PortalAct]:
    """What the state of a row allows; who may do it is another question."""
    acts = set(ACTS[status])
    if status == PortalStatus.REMOVED:
        return frozenset(acts)
    if is_placeholder:
        acts -= {PortalAct.INVITE, PortalAct.RESEND, PortalAct.COPY_LINK}
        acts.add(PortalAct.CONFIRM_SHARED)
    if not is_on_customer:
        acts.add(PortalAct.NARROW if is_widened else PortalAct.WIDEN)
    return frozenset(acts)


def recipient_state(status: PortalStatus | None, *, billing: BillingLevel, is_placeholder: bool) -> RecipientState:
    """What an address is to a customer when something is mailed to it; `status` is None off the record."""
    if status is None or status == PortalStatus.REMOVED:
        return RecipientState.NOT_ON_RECORD
    if is_placeholder:
        return RecipientState.PLACEHOLDER
    if status == PortalStatus.REVOKED:
        return RecipientState.REVOKED
    has_billing = billing == BillingLevel.BILLING
    if status == PortalStatus.ACTIVE:
        return RecipientState.ACTIVE if has_billing else RecipientState.ACTIVE_NO_BILLING
    return RecipientState.NOT_REGISTERED if has_billing else RecipientState.NOT_REGISTERED_NO_BILLING


# Mails that name amounts: never to an address without billing access. The others go to everybody they are meant for.
_WITH_AMOUNTS = {
    RecipientState.ACTIVE: RecipientLink.DOCUMENT,
    RecipientState.ACTIVE_NO_BILLING: RecipientLink.REFUSED,
    RecipientState.NOT_REGISTERED: RecipientLink.REGISTER,
    RecipientState.NOT_REGISTERED_NO_BILLING: RecipientLink.REFUSED,
    RecipientState.REVOKED: RecipientLink.NONE,
    RecipientState.PLACEHOLDER: RecipientLink.NONE,
    RecipientState.NOT_ON_RECORD: RecipientLink.NONE,
}
_WITHOUT_AMOUNTS = _WITH_AMOUNTS | {
    RecipientState.ACTIVE_NO_BILLING: RecipientLink.DOCUMENT,
    RecipientState.NOT_REGISTERED_NO_BILLING: RecipientLink.REGISTER,
}
LINKS: dict[str, dict[RecipientState, RecipientLink]] = {
    "invoice": _WITH_AMOUNTS,
    "statement": _WITH_AMOUNTS,
    "payment_failed": _WITH_AMOUNTS,
    "receipt": _WITH_AMOUNTS,
    "refund": _WITH_AMOUNTS,
    "refund_failed": _WITH_AMOUNTS,
    "money_taken_back": _WITH_AMOUNTS,
}


def recipient_link(kind: str, state: RecipientState, *, reaches_document: bool = True) -> RecipientLink:
    """Which link a mail of this kind carries for this recipient (product.md §1.3)."""
    found = LINKS.get(kind, _WITHOUT_AMOUNTS)[state]
    if found == RecipientLink.DOCUMENT and not reaches_document:
        return RecipientLink.HOME
    return found
