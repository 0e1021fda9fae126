import re

import pytest

from portico.domain.customers import rules
from portico.domain.customers.enums import BillingLevel, PortalAct, PortalStatus, RecipientLink, RecipientState

TABLE = [
    ("invoice", RecipientState.ACTIVE, RecipientLink.DOCUMENT),
    ("invoice", RecipientState.ACTIVE_NO_BILLING, RecipientLink.REFUSED),
    ("invoice", RecipientState.NOT_REGISTERED, RecipientLink.REGISTER),
    ("invoice", RecipientState.NOT_REGISTERED_NO_BILLING, RecipientLink.REFUSED),
    ("invoice", RecipientState.REVOKED, RecipientLink.NONE),
    ("invoice", RecipientState.PLACEHOLDER, RecipientLink.NONE),
    ("invoice", RecipientState.NOT_ON_RECORD, RecipientLink.NONE),
    ("statement", RecipientState.ACTIVE, RecipientLink.DOCUMENT),
    ("statement", RecipientState.ACTIVE_NO_BILLING, RecipientLink.REFUSED),
    ("statement", RecipientState.NOT_REGISTERED, RecipientLink.REGISTER),
    ("statement", RecipientState.NOT_REGISTERED_NO_BILLING, RecipientLink.REFUSED),
    ("statement", RecipientState.REVOKED, RecipientLink.NONE),
    ("statement", RecipientState.PLACEHOLDER, RecipientLink.NONE),
    ("statement", RecipientState.NOT_ON_RECORD, RecipientLink.NONE),
    ("receipt", RecipientState.ACTIVE, RecipientLink.DOCUMENT),
    ("receipt", RecipientState.ACTIVE_NO_BILLING, RecipientLink.REFUSED),
    ("receipt", RecipientState.NOT_REGISTERED, RecipientLink.REGISTER),
    ("receipt", RecipientState.NOT_REGISTERED_NO_BILLING, RecipientLink.REFUSED),
    ("receipt", RecipientState.REVOKED, RecipientLink.NONE),
    ("receipt", RecipientState.PLACEHOLDER, RecipientLink.NONE),
    ("receipt", RecipientState.NOT_ON_RECORD, RecipientLink.NONE),
    ("payment_failed", RecipientState.ACTIVE, RecipientLink.DOCUMENT),
    ("payment_failed", RecipientState.ACTIVE_NO_BILLING, RecipientLink.REFUSED),
    ("payment_failed", RecipientState.NOT_REGISTERED, RecipientLink.REGISTER),
    ("payment_failed", RecipientState.NOT_REGISTERED_NO_BILLING, RecipientLink.REFUSED),
    ("payment_failed", RecipientState.REVOKED, RecipientLink.NONE),
    ("payment_failed", RecipientState.PLACEHOLDER, RecipientLink.NONE),
    ("payment_failed", RecipientState.NOT_ON_RECORD, RecipientLink.NONE),
    ("refund", RecipientState.ACTIVE, RecipientLink.DOCUMENT),
    ("refund", RecipientState.ACTIVE_NO_BILLING, RecipientLink.REFUSED),
    ("refund", RecipientState.NOT_REGISTERED, RecipientLink.REGISTER),
    ("refund", RecipientState.NOT_REGISTERED_NO_BILLING, RecipientLink.REFUSED),
    ("refund", RecipientState.REVOKED, RecipientLink.NONE),
    ("refund", RecipientState.PLACEHOLDER, RecipientLink.NONE),
    ("refund", RecipientState.NOT_ON_RECORD, RecipientLink.NONE),
    ("refund_failed", RecipientState.ACTIVE, RecipientLink.DOCUMENT),
    ("refund_failed", RecipientState.ACTIVE_NO_BILLING, RecipientLink.REFUSED),
    ("refund_failed", RecipientState.NOT_REGISTERED, RecipientLink.REGISTER),
    ("refund_failed", RecipientState.NOT_REGISTERED_NO_BILLING, RecipientLink.REFUSED),
    ("refund_failed", RecipientState.REVOKED, RecipientLink.NONE),
    ("refund_failed", RecipientState.PLACEHOLDER, RecipientLink.NONE),
    ("refund_failed", RecipientState.NOT_ON_RECORD, RecipientLink.NONE),
    ("money_taken_back", RecipientState.ACTIVE, RecipientLink.DOCUMENT),
    ("money_taken_back", RecipientState.ACTIVE_NO_BILLING, RecipientLink.REFUSED),
    ("money_taken_back", RecipientState.NOT_REGISTERED, RecipientLink.REGISTER),
    ("money_taken_back", RecipientState.NOT_REGISTERED_NO_BILLING, RecipientLink.REFUSED),
    ("money_taken_back", RecipientState.REVOKED, RecipientLink.NONE),
    ("money_taken_back", RecipientState.PLACEHOLDER, RecipientLink.NONE),
    ("money_taken_back", RecipientState.NOT_ON_RECORD, RecipientLink.NONE),
    ("visit", RecipientState.ACTIVE_NO_BILLING, RecipientLink.DOCUMENT),
    ("visit", RecipientState.NOT_REGISTERED_NO_BILLING, RecipientLink.REGISTER),
]


@pytest.mark.parametrize(("kind", "state", "link"), TABLE)
def test_mail_carries_the_link_of_the_table(kind, state, link):
    assert rules.recipient_link(kind, state) == link


def test_table_covers_every_state_of_every_kind():
    assert {(kind, state) for kind, state, _ in TABLE if kind in rules.LINKS} == {
        (kind, state) for kind in rules.LINKS for state in RecipientState
    }


def test_document_out_of_reach_leads_home():
    assert rules.recipient_link("invoice", RecipientState.ACTIVE, reaches_document=False) == RecipientLink.HOME


@pytest.mark.parametrize(
    "email",
    (
        "noemail@example.com",
        "no-email@x.org",
        "none@none.com",
        "na@na.com",
        "noreply@a.co",
        "no.email2@b.co",
        "xxx@x.co",
    ),
)
def test_stand_in_addresses_are_known(email):
    assert rules.is_placeholder_local(email)


@pytest.mark.parametrize(
    "email",
    ("nora@example.com", "nadia@example.com", "noemi@example.com", "ana@noemail.com", "natest@x.co", "nonesuch@x.co"),
)
def test_names_that_look_similar_are_people(email):
    assert not rules.is_placeholder_local(email)


def test_pattern_reads_the_same_in_postgres():
    assert not re.search(r"\\[dwsb]|\(\?", rules.NOBODY)


@pytest.mark.parametrize(
    ("count", "confirmed", "expected"), ((5, False, False), (6, False, True), (6, True, False), (0, False, False))
)
def test_shared_address_is_a_placeholder_above_five(count, confirmed, expected):
    found = rules.is_placeholder(email="ana@example.com", customer_count=count, is_confirmed=confirmed)
    assert found is expected


@pytest.mark.parametrize(
    ("present", "revoked", "enrolled", "placeholder", "invited", "expected"),
    (
        (True, False, False, False, False, PortalStatus.EMPTY),
        (True, False, False, False, True, PortalStatus.INVITED),
        (True, False, True, False, True, PortalStatus.ACTIVE),
        (True, True, True, False, True, PortalStatus.REVOKED),
        (True, False, True, True, True, PortalStatus.EMPTY),
        (False, False, True, False, True, PortalStatus.REMOVED),
    ),
)
def test_status_says_what_counts_most(present, revoked, enrolled, placeholder, invited, expected):
    found = rules.status(
        is_present=present,
        is_revoked=revoked,
        is_enrolled=enrolled,
        is_placeholder=placeholder,
        is_invited=invited,
    )
    assert found == expected


def test_placeholder_cannot_be_invited_but_confirmed():
    acts = rules.allowed_acts(PortalStatus.EMPTY, is_placeholder=True, is_on_customer=True, is_widened=False)
    assert (PortalAct.INVITE in acts, PortalAct.COPY_LINK in acts, PortalAct.CONFIRM_SHARED in acts) == (
        False,
        False,
        True,
    )


def test_invited_row_has_the_actions_of_the_menu():
    acts = rules.allowed_acts(PortalStatus.INVITED, is_placeholder=False, is_on_customer=True, is_widened=False)
    assert acts == {
        PortalAct.VIEW_AS,
        PortalAct.RESEND,
        PortalAct.COPY_LINK,
        PortalAct.EDIT_MEMO,
        PortalAct.CHANGE_BILLING,
        PortalAct.REVOKE,
        PortalAct.CORRECT,
        PortalAct.REMOVE,
    }


@pytest.mark.parametrize(
    ("status", "billing", "placeholder", "expected"),
    (
        (None, BillingLevel.NONE, False, RecipientState.NOT_ON_RECORD),
        (PortalStatus.REMOVED, BillingLevel.BILLING, False, RecipientState.NOT_ON_RECORD),
        (PortalStatus.ACTIVE, BillingLevel.BILLING, False, RecipientState.ACTIVE),
        (PortalStatus.ACTIVE, BillingLevel.NONE, False, RecipientState.ACTIVE_NO_BILLING),
        (PortalStatus.EMPTY, BillingLevel.BILLING, False, RecipientState.NOT_REGISTERED),
        (PortalStatus.INVITED, BillingLevel.NONE, False, RecipientState.NOT_REGISTERED_NO_BILLING),
        (PortalStatus.REVOKED, BillingLevel.BILLING, False, RecipientState.REVOKED),
        (PortalStatus.EMPTY, BillingLevel.BILLING, True, RecipientState.PLACEHOLDER),
    ),
)
def test_recipient_is_what_the_row_says(status, billing, placeholder, expected):
    assert rules.recipient_state(status, billing=billing, is_placeholder=placeholder) == expected
