"""Invoices that the owner of an address does not see, for staff who look as them."""

from __future__ import annotations

from portico.domain.billing.queries.invoice_sql import IN_SCOPE, SCOPE
from portico.domain.customers.hidden import Hidden, counted, counting
from portico.domain.customers.queries import Reach, Scope

IS_WITHIN = f"EXISTS (SELECT FROM {SCOPE} WHERE {IN_SCOPE})"
SERVED = "unnest(%(service_customers)s::bigint[], %(service_locations)s::bigint[]) AS v(customer_id, location_id)"
COUNTS = "i.state = 'issued' AND i.was_ever_positive"
HIDDEN = counting(
    {
        "void": f"FROM billing_invoice i WHERE i.customer_id = c.id AND i.state = 'void' AND {IS_WITHIN}",
        "never_positive": f"""FROM billing_invoice i WHERE i.customer_id = c.id AND i.state = 'issued'
          AND NOT i.was_ever_positive AND {IS_WITHIN}""",
        "no_billing": f"FROM billing_invoice i WHERE i.customer_id = c.id AND {COUNTS} AND NOT {IS_WITHIN}",
        "billed_elsewhere": f"""FROM jobs_job j JOIN billing_invoice i ON i.job_id = j.id
          WHERE j.customer_id = c.id AND {COUNTS} AND i.customer_id <> j.customer_id
            AND NOT i.customer_id = ANY(%(customers)s::bigint[]) AND EXISTS (SELECT FROM {SERVED}
              WHERE j.customer_id = v.customer_id AND (v.location_id IS NULL OR j.location_id = v.location_id))""",
    }
)


def hidden_invoices(*, reached: list[Reach], service: Scope, billing: Scope) -> list[Hidden]:
    """Void ones, those never above zero, those out of billing access, and those of a job that others pay."""
    places = {"service_customers": service.customer_ids, "service_locations": service.location_ids}
    return counted(HIDDEN, reached=reached, scope=billing, **places)
