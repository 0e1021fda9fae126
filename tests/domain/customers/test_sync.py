import pytest

from portico.domain.customers import queries
from portico.domain.customers.enums import Right
from portico.domain.customers.models import Contact, EmailAddress, PortalContact
from portico.domain.customers.operations import confirm_shared_address, sync_portal_contacts
from portico.foundation.audit.operations import SYSTEM
from portico.foundation.messaging.models import Message
from tests.factories import customers as make
from tests.factories import people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def company():
    found = people.make_company()
    with people.inside(found):
        yield found


def reach(email):
    return [row.name for row in queries.reach_of(email)]


def test_rows_appear_with_their_addresses_by_themselves():
    smith = make.make_customer("Smith", "Ana@Example.com", "bo@example.com")
    assert make.emails_of(smith) == ["ana@example.com", "bo@example.com"]


def test_row_disappears_with_its_address_when_never_enrolled():
    smith = make.make_customer("Smith", "ana@example.com", "bo@example.com")
    Contact.objects.filter(email="bo@example.com").delete()
    sync_portal_contacts(customer_ids=[smith.pk], by=SYSTEM)
    assert list(PortalContact.objects.values_list("email", flat=True)) == ["ana@example.com"]


def test_row_stays_without_reach_when_its_address_was_enrolled():
    smith = make.make_customer("Smith", "ana@example.com")
    people.make_login("ana@example.com")
    Contact.objects.all().delete()
    sync_portal_contacts(customer_ids=[smith.pk], by=SYSTEM)
    row = make.row_of(smith, "ana@example.com")
    assert (row.is_present, row.is_on_customer, reach("ana@example.com")) == (False, False, [])


def test_address_on_a_location_reaches_that_location_only():
    smith = make.make_customer("Smith", "owner@example.com")
    rental = make.make_location(smith, "tenant@example.com")
    make.make_location(smith)
    (owner,), (tenant,) = queries.reach_of("owner@example.com"), queries.reach_of("tenant@example.com")
    assert (owner.places(Right.HISTORY), tenant.places(Right.HISTORY)) == (None, (rental.pk,))


def test_address_on_six_customers_joins_none_of_them():
    everyone = [make.make_customer(f"C{number}", "manager@example.com") for number in range(5)]
    assert len(reach("manager@example.com")) == 5
    make.make_customer("C5", "manager@example.com")
    address = EmailAddress.objects.get(email="manager@example.com")
    assert (address.customer_count, address.is_placeholder, reach("manager@example.com")) == (6, True, [])
    confirm_shared_address(portal_contact=make.row_of(everyone[0], "manager@example.com").public_id, by=people.OFFICE)
    assert len(reach("manager@example.com")) == 6


def test_address_on_many_locations_of_one_customer_is_no_placeholder():
    landlord = make.make_customer("Landlord")
    for _ in range(9):
        make.make_location(landlord, "ana@example.com")
    address = EmailAddress.objects.get(email="ana@example.com")
    assert (address.customer_count, address.is_placeholder) == (1, False)
    assert len(queries.reach_of("ana@example.com")[0].places(Right.HISTORY) or ()) == 9


def test_noemail_is_a_placeholder_on_one_customer():
    smith = make.make_customer("Smith", "noemail@example.com")
    (row,) = queries.portal_table(smith.public_id)
    assert (row.is_placeholder, row.placeholder_reason) == (
        True,
        "This looks like a stand-in for a missing address.",
    )


def test_merged_customers_addresses_count_to_the_survivor():
    survivor = make.make_customer("Survivor", "ana@example.com")
    merged = make.make_customer("Merged", "bo@example.com", "ana@example.com")
    row = make.row_of(merged, "bo@example.com")
    row.memo, row.billing = "calls at night", "none"
    row.save()
    merged.merged_into = survivor
    merged.save()
    sync_portal_contacts(customer_ids=[merged.pk], by=SYSTEM)
    moved = make.row_of(survivor, "bo@example.com")
    assert (make.emails_of(survivor), make.emails_of(merged)) == (["ana@example.com", "bo@example.com"], [])
    assert (moved.memo, moved.billing) == ("calls at night", "none")
    assert EmailAddress.objects.get(email="ana@example.com").customer_count == 1


def test_circle_of_merges_ends():
    one, two = make.make_customer("One", "ana@example.com"), make.make_customer("Two")
    one.merged_into, two.merged_into = two, one
    one.save(), two.save()
    sync_portal_contacts(customer_ids=None, by=SYSTEM)
    assert make.emails_of(one) == ["ana@example.com"]


def test_second_sync_changes_nothing():
    smith = make.make_customer("Smith", "ana@example.com")
    make.make_location(smith, "bo@example.com")
    before = list(PortalContact.objects.order_by("pk").values())
    sync_portal_contacts(customer_ids=None, by=SYSTEM)
    assert list(PortalContact.objects.order_by("pk").values()) == before


def test_enrolled_person_is_told_once_of_a_further_customer():
    make.make_customer("Smith", "ana@example.com")
    people.make_login("ana@example.com")
    PortalContact.objects.update(told_at="2026-01-01T00:00:00Z")
    second = make.make_customer("Jones", "ana@example.com")
    sync_portal_contacts(customer_ids=None, by=SYSTEM)
    told = list(Message.objects.values_list("kind", "to_email", "customer_id"))
    assert told == [("also_see", "ana@example.com", second.public_id)]


def test_nobody_is_told_without_an_account_or_on_a_silent_sync():
    smith = make.make_customer("Smith", "ana@example.com", "bo@example.com")
    people.make_login("ana@example.com")
    sync_portal_contacts(customer_ids=[smith.pk], by=SYSTEM, tell=False)
    sync_portal_contacts(customer_ids=[smith.pk], by=SYSTEM)
    assert Message.objects.count() == 0
