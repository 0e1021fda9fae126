"""Invoices that the owner of an address does not see, for staff who look as them."""

from __future__ import annotations

from portico.domain.billing.queries.invoice_sql import IN_SCOPE, SCOPE
from portico.domain.customers.hidden import Hidden, counted, walking
from portico.domain.customers.queries import Reach, Scope

IS_WITHIN = f"EXISTS (SELECT FROM {SCOPE} WHERE {IN_SCOPE})"
IS_SERVED = """EXISTS (SELECT FROM unnest(%(service_customers)s::bigint[], %(service_locations)s::bigint[])
  AS v(customer_id, location_id)
  WHERE r.customer_id = v.customer_id AND (v.location_id IS NULL OR r.location_id = v.location_id))"""
HIDDEN = walking(
    f"""SELECT i.*, {IS_WITHIN} AS is_within FROM billing_invoice i WHERE i.customer_id = c.id
      ORDER BY i.issued_on DESC, i.id DESC""",  # noqa: S608 - put together of our own texts only
    {
        "void": "r.state = 'void' AND r.is_within",
        "never_positive": "r.state = 'issued' AND NOT r.was_ever_positive AND r.is_within",
        "no_billing": "r.state = 'issued' AND r.was_ever_positive AND NOT r.is_within",
    },
)
ELSEWHERE = walking(
    "SELECT j.* FROM jobs_job j WHERE j.customer_id = c.id ORDER BY j.happens_at DESC, j.id DESC",
    {
        "billed_elsewhere": f"""{IS_SERVED} AND EXISTS (SELECT FROM billing_invoice i
          WHERE i.job_id = r.id AND i.state = 'issued' AND i.was_ever_positive AND i.customer_id <> r.customer_id
            AND NOT {IS_WITHIN})"""
    },
)


def hidden_invoices(*, reached: list[Reach], service: Scope, billing: Scope) -> list[Hidden]:
    """Void ones, those never above zero, those out of billing access, and those of a job that others pay."""
    own = counted(HIDDEN, reached=reached, scope=billing)
    places = {"service_customers": service.customer_ids, "service_locations": service.location_ids}
    others = counted(ELSEWHERE, reached=reached, scope=billing, **places)
    known = {(one.customer, one.reason) for one in own}
    return own + [one for one in others if (one.customer, one.reason) not in known]
