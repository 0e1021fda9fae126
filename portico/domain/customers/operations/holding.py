"""Keeping a customer from being merged while something is written for it."""

from __future__ import annotations

from django.db import connection

from portico.foundation.tenancy.scope import current_company_id

# Shared: many hold the same customer at once, and only a merge waits for them all. The check of a foreign key would
# take the same lock, but at the end of the transaction, when it is too late to look.
HOLD = """SELECT merged_into_id IS NULL FROM customers_customer
 WHERE company_id = %(company)s AND id = %(customer)s FOR KEY SHARE"""


def hold(customer_id: int) -> bool:
    """Keep the customer as it is until the transaction ends; whether it stands for itself, that is, is not merged."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD, {"company": current_company_id(), "customer": customer_id})
        return bool(cursor.fetchone()[0])
