import pytest

from portico.domain.customers import operations, queries
from portico.domain.customers.enums import BillingLevel, PortalStatus, Right
from portico.domain.customers.errors import AddressRefused, AsksFirst, Missing
from portico.domain.customers.models import Contact, PortalContact
from portico.foundation.audit.models import AuditEntry
from portico.foundation.messaging.models import Message
from portico.foundation.people.models import LoginSession, OneTimeLink
from tests.factories import customers as make
from tests.factories import people, statements

pytestmark = pytest.mark.django_db
OFFICE = people.OFFICE


@pytest.fixture(autouse=True)
def company():
    found = people.make_company()
    with people.inside(found):
        yield found


@pytest.fixture
def smith():
    return make.make_customer("Smith", "ana@example.com")


@pytest.fixture
def row(smith):
    return make.row_of(smith, "ana@example.com")


def verbs():
    return list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))


def reached(email):
    return [reach.name for reach in queries.reach_of(email)]


def test_added_address_gets_a_row_and_an_entry(smith):
    found = operations.add_address(customer=smith.public_id, email=" Bo@Example.com ", by=OFFICE)
    assert make.emails_of(smith) == ["ana@example.com", "bo@example.com"]
    entry = AuditEntry.objects.get(verb="contact.address_added")
    assert (entry.customer_id, entry.subject_id, entry.note) == (smith.public_id, str(found), "bo@example.com")


@pytest.mark.parametrize("typed", ("nothing", "a@b", "a b@example.com", "", "a@example.com,b@example.com"))
def test_text_that_is_no_address_is_refused(smith, typed):
    with pytest.raises(AddressRefused):
        operations.add_address(customer=smith.public_id, email=typed, by=OFFICE)


def test_same_address_twice_is_refused(smith):
    with pytest.raises(AddressRefused):
        operations.add_address(customer=smith.public_id, email="ANA@example.com", by=OFFICE)


def test_address_on_a_location_of_another_customer_is_missing(smith):
    other = make.make_location(make.make_customer("Jones"))
    with pytest.raises(Missing):
        operations.add_address(customer=smith.public_id, email="b@example.com", location=other.public_id, by=OFFICE)


def test_correcting_an_invited_address_moves_memo_and_billing_and_ends_links(smith, row):
    operations.edit_memo(portal_contact=row.public_id, memo="prefers mail", by=OFFICE)
    operations.change_billing_access(portal_contact=row.public_id, billing=BillingLevel.NONE, by=OFFICE)
    operations.invite(portal_contact=row.public_id, by=OFFICE)
    corrected = operations.correct_address(portal_contact=row.public_id, email="Anna@Example.com", by=OFFICE)
    (found,) = queries.portal_table(smith.public_id)
    assert (found.public_id, found.email, found.memo, found.billing, found.status) == (
        corrected,
        "anna@example.com",
        "prefers mail",
        BillingLevel.NONE,
        PortalStatus.EMPTY,
    )
    assert Contact.objects.get().value == "Anna@Example.com"
    assert OneTimeLink.objects.filter(ended_at=None).count() == 0
    assert verbs()[-1] == "contact.address_corrected"


def test_correcting_replaces_the_address_on_the_locations_too(smith):
    make.make_location(smith, "ana@example.com")
    row = make.row_of(smith, "ana@example.com")
    operations.correct_address(portal_contact=row.public_id, email="anna@example.com", by=OFFICE)
    assert set(Contact.objects.values_list("email", flat=True)) == {"anna@example.com"}


def test_correcting_to_an_address_that_stands_there_joins_both_rows(smith, row):
    operations.add_address(customer=smith.public_id, email="anna@example.com", by=OFFICE)
    operations.edit_memo(portal_contact=row.public_id, memo="first", by=OFFICE)
    operations.correct_address(portal_contact=row.public_id, email="anna@example.com", by=OFFICE)
    assert (make.emails_of(smith), Contact.objects.count()) == (["anna@example.com"], 1)
    assert make.row_of(smith, "anna@example.com").memo == "first"


def test_correcting_an_active_address_asks_first(smith, row):
    login = people.make_login("ana@example.com")
    people.sign_in(people.portal(), login)
    with pytest.raises(AsksFirst):
        operations.correct_address(portal_contact=row.public_id, email="anna@example.com", by=OFFICE)
    assert reached("ana@example.com") == ["Smith"]
    operations.correct_address(portal_contact=row.public_id, email="anna@example.com", confirm=True, by=OFFICE)
    assert (reached("ana@example.com"), LoginSession.objects.filter(ended_at=None).count()) == ([], 0)
    told = Message.objects.order_by("pk").values_list("kind", "to_email")
    assert list(told) == [("access_ended", "ana@example.com"), ("access_ended", "anna@example.com")]


def test_removing_an_active_address_asks_and_tells_its_owner(smith, row):
    people.make_login("ana@example.com")
    with pytest.raises(AsksFirst):
        operations.remove_address(portal_contact=row.public_id, by=OFFICE)
    operations.remove_address(portal_contact=row.public_id, confirm=True, by=OFFICE)
    assert (reached("ana@example.com"), Contact.objects.count()) == ([], 0)
    assert list(Message.objects.values_list("kind", "to_email")) == [("access_ended", "ana@example.com")]
    (shown,) = queries.portal_table(smith.public_id)
    assert shown.status == PortalStatus.REMOVED


def test_removing_an_invited_address_ends_its_links(row):
    operations.invite(portal_contact=row.public_id, by=OFFICE)
    operations.remove_address(portal_contact=row.public_id, by=OFFICE)
    assert (PortalContact.objects.count(), OneTimeLink.objects.filter(ended_at=None).count()) == (0, 0)


def test_revoked_address_reaches_nothing_and_is_signed_out(smith, row):
    login = people.make_login("ana@example.com")
    people.sign_in(people.portal(), login)
    operations.revoke_access(portal_contact=row.public_id, by=OFFICE)
    assert (reached("ana@example.com"), LoginSession.objects.filter(ended_at=None).count()) == ([], 0)
    operations.restore_access(portal_contact=row.public_id, by=OFFICE)
    assert reached("ana@example.com") == ["Smith"]


def test_revocation_outlives_removing_and_adding_the_address(smith, row):
    people.make_login("ana@example.com")
    operations.revoke_access(portal_contact=row.public_id, by=OFFICE)
    operations.remove_address(portal_contact=row.public_id, by=OFFICE)
    operations.add_address(customer=smith.public_id, email="ana@example.com", by=OFFICE)
    assert reached("ana@example.com") == []


def test_billing_level_holds_at_once(smith, row):
    people.make_login("ana@example.com")
    operations.change_billing_access(portal_contact=row.public_id, billing=BillingLevel.NONE, by=OFFICE)
    assert [reach.has_billing for reach in queries.reach_of("ana@example.com")] == [False]


def test_widened_location_address_reaches_the_whole_customer(smith):
    make.make_location(smith, "tenant@example.com")
    tenant = make.row_of(smith, "tenant@example.com")
    operations.widen(portal_contact=tenant.public_id, is_widened=True, by=OFFICE)
    assert queries.reach_of("tenant@example.com")[0].places(Right.HISTORY) is None
    operations.widen(portal_contact=tenant.public_id, is_widened=False, by=OFFICE)
    assert len(queries.reach_of("tenant@example.com")[0].places(Right.HISTORY)) == 1


def test_row_of_another_customer_is_not_found(smith, row):
    jones = make.make_customer("Jones", "eve@example.com")
    assert queries.portal_row(jones.public_id, row.public_id) is None
    assert queries.portal_row(smith.public_id, row.public_id).email == "ana@example.com"


@pytest.mark.parametrize("count", (1, 30))
def test_table_is_one_statement_however_long(smith, count):
    make.add_emails(smith, *(f"person{number}@example.com" for number in range(count)))
    with statements(1):
        assert len(queries.portal_table(smith.public_id)) == count + 1
