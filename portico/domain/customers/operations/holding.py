"""Keeping a customer from being merged while something is written for it."""

from __future__ import annotations

from django.db import connection

from portico.foundation.tenancy.scope import current_company_id

# Shared: many hold the same customer at once, and only a merge waits for them all. The check of a foreign key would
# take the same lock, but at the end of the transaction, when it is too late to look.
HOLD = """SELECT merged_into_id IS NOT NULL FROM customers_customer
 WHERE company_id = %(company)s AND id = %(customer)s FOR KEY SHARE"""


def hold(customer_id: int) -> bool:
    """Keep the customer as it is until the transaction ends; whether it is merged into another one.

    Nobody is merged nowhere: who is not there is for others to refuse.
    """
    with connection.cursor() as cursor:
        cursor.execute(HOLD, {"company": current_company_id(), "customer": customer_id})
        found = cursor.fetchone()
    return found is not None and bool(found[0])
