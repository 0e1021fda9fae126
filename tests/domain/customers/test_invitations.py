import pytest

from portico.domain.customers import operations, queries
from portico.domain.customers.enums import BillingLevel, Delivery, PortalStatus
from portico.domain.customers.errors import NoBillingAccess, NotInvitable
from portico.domain.customers.models import EmailAddress
from portico.foundation.audit.models import AuditEntry
from portico.foundation.messaging import operations as messaging
from portico.foundation.messaging.enums import MessageKind
from portico.foundation.messaging.models import Message
from portico.foundation.people.models import OneTimeLink
from portico.foundation.tenancy.models import Company, PortalTester
from tests.factories import customers as make
from tests.factories import drain, people

pytestmark = pytest.mark.django_db
OFFICE = people.OFFICE


@pytest.fixture(autouse=True)
def company():
    found = people.make_company()
    with people.inside(found):
        yield found


@pytest.fixture
def row():
    return make.row_of(make.make_customer("Smith", "ana@example.com"), "ana@example.com")


def shown(row):
    found = queries.portal_row(row.customer.public_id, row.public_id)
    assert found is not None
    return found


def test_inviting_queues_a_mail_and_shows_the_date(row):
    assert (shown(row).status, shown(row).delivery) == (PortalStatus.EMPTY, None)
    operations.invite(portal_contact=row.public_id, by=OFFICE)
    assert (shown(row).status, shown(row).delivery, shown(row).invited_at is not None) == (
        PortalStatus.INVITED,
        Delivery.QUEUED,
        True,
    )
    drain()
    assert shown(row).delivery == Delivery.SENT
    entry = AuditEntry.objects.get(verb="portal.invited")
    assert (entry.customer_id, entry.actor_name) == (row.customer.public_id, "Olga Office")


def test_delivery_tells_of_opening_bouncing_and_registering(row):
    operations.invite(portal_contact=row.public_id, by=OFFICE)
    drain()
    people.portal().get(people.path_in(people.mailbox()[0], "/invitations/"))
    assert shown(row).delivery == Delivery.OPENED
    message = Message.objects.get()
    messaging.mark_bounced(message_id=message.public_id, reason="550 no such user")
    assert (shown(row).delivery, shown(row).delivery_words) == (Delivery.BOUNCED, "550 no such user")
    people.make_login("ana@example.com")
    assert (shown(row).delivery, shown(row).status) == (Delivery.REGISTERED, PortalStatus.ACTIVE)


def test_resend_ends_the_copied_link_too(row):
    operations.copy_link(portal_contact=row.public_id, by=OFFICE)
    operations.resend_invitation(portal_contact=row.public_id, by=OFFICE)
    assert list(OneTimeLink.objects.filter(ended_at=None).values_list("purpose", flat=True)) == ["invitation"]


def test_copying_a_link_leaves_the_mailed_one_and_is_audited(row):
    operations.invite(portal_contact=row.public_id, by=OFFICE)
    url = operations.copy_link(portal_contact=row.public_id, by=OFFICE)
    assert url.startswith("http://demo.localhost:8000/invitations/")
    assert OneTimeLink.objects.filter(ended_at=None).count() == 2
    entry = AuditEntry.objects.get(verb="portal.link_copied")
    assert url.rsplit("/", 2)[1] not in str(entry.facts) + entry.note


def test_secret_of_a_link_is_nowhere_in_the_database(row):
    url = operations.copy_link(portal_contact=row.public_id, by=OFFICE)
    link = OneTimeLink.objects.get()
    assert url.rsplit("/", 2)[1] not in str(vars(link))
    assert link.digest != b""


def test_active_revoked_and_placeholder_addresses_cannot_be_invited(row):
    def invite():
        operations.invite(portal_contact=row.public_id, by=OFFICE)

    operations.revoke_access(portal_contact=row.public_id, by=OFFICE)
    with pytest.raises(NotInvitable):
        invite()
    operations.restore_access(portal_contact=row.public_id, by=OFFICE)
    EmailAddress.objects.update(is_placeholder=True)
    with pytest.raises(NotInvitable):
        invite()
    EmailAddress.objects.update(is_placeholder=False)
    people.make_login("ana@example.com")
    with pytest.raises(NotInvitable):
        invite()
    assert Message.objects.count() == 0


def test_nobody_is_invited_to_a_portal_that_is_off(row):
    Company.objects.update(portal_state="off")
    with pytest.raises(NotInvitable):
        operations.invite(portal_contact=row.public_id, by=OFFICE)


def link_for(row, **more):
    return operations.document_link(
        kind=MessageKind.INVOICE,
        customer_id=row.customer_id,
        email="ana@example.com",
        label="View invoice",
        path="/invoices/1/",
        by=OFFICE,
        **more,
    )


@pytest.mark.parametrize("state", ("off", "test"))
@pytest.mark.parametrize("has_account", (True, False))
def test_invoice_mail_carries_no_link_while_the_portal_is_closed_to_the_address(row, state, has_account):
    if has_account:
        people.make_login("ana@example.com")
    Company.objects.update(portal_state=state)
    assert link_for(row) is None
    assert OneTimeLink.objects.count() == 0
    if state == "test":
        PortalTester.objects.create(email="ana@example.com", added_by_name="", added_at="2026-01-01T00:00:00Z")
        assert link_for(row) is not None


def test_invoice_mail_to_an_active_account_links_the_invoice(row):
    people.make_login("ana@example.com")
    link = link_for(row)
    assert (link.label, link.path, link.one_time) == ("View invoice", "/invoices/1/", None)


def test_invoice_mail_to_somebody_new_carries_a_registration_link(row):
    link = link_for(row)
    assert (link.path, OneTimeLink.objects.get().public_id) == ("/invitations/{token}/", link.one_time)
    assert shown(row).status == PortalStatus.EMPTY


def test_invoice_mail_without_billing_access_is_refused(row):
    operations.change_billing_access(portal_contact=row.public_id, billing=BillingLevel.NONE, by=OFFICE)
    with pytest.raises(NoBillingAccess):
        link_for(row)


def test_revoked_and_unknown_recipients_get_no_link(row):
    operations.revoke_access(portal_contact=row.public_id, by=OFFICE)
    assert link_for(row) is None
    row.email = "elsewhere@example.com"
    found = operations.document_link(
        kind=MessageKind.INVOICE,
        customer_id=row.customer_id,
        email="elsewhere@example.com",
        label="View",
        path="/",
        by=OFFICE,
    )
    assert found is None


def test_shell_enrols_a_known_address_without_a_password(row):
    first = operations.enrol_from_shell(email="ANA@example.com")
    assert operations.enrol_from_shell(email="ana@example.com") == first
    assert shown(row).status == PortalStatus.ACTIVE
