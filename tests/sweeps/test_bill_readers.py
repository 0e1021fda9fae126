"""Who may be mailed every bill of a customer, in a world with everybody in it: one statement says as the portal."""

from __future__ import annotations

import pytest

from portico.domain.customers import readers
from portico.domain.customers.enums import Right
from portico.domain.customers.models import Customer
from tests.factories.world import World


@pytest.mark.django_db
def test_many_at_once_are_as_each_alone(world: World) -> None:
    with world.a.inside():
        customers = list(Customer.objects.order_by("pk"))
        together = readers.bill_readers([customer.pk for customer in customers])
        alone = {
            customer.pk: readers.readers(customer_id=customer.pk, location_id=None, right=Right.PRICES)
            for customer in customers
        }
    assert {key: [one.email for one in found] for key, found in together.items()} == alone
    assert sum(map(len, alone.values())) > 5
