"""The statements behind office.py: what the office sees of a customer, whatever the customer may see."""

from __future__ import annotations

from portico.domain.billing.queries.holds import HELD_SQL

OPEN = "i.state = 'issued' AND NOT i.is_settled AND i.was_ever_positive"
DUE = f"(i.total_minor - i.paid_minor - i.reserved_minor + {HELD_SQL})"

ADDRESS = """concat_ws(', ', nullif(concat_ws(' ', nullif({0}.street, ''), nullif({0}.unit, '')), ''),
  nullif({0}.city, ''), nullif(concat_ws(' ', nullif({0}.region, ''), nullif({0}.postal_code, '')), ''))"""

# How far the customer's addresses are, as rules.status() says it of each.
PORTAL = """(SELECT jsonb_build_object(
    'addresses', count(*),
    'active', count(*) FILTER (WHERE p.revoked_at IS NULL AND NOT a.is_placeholder AND l.id IS NOT NULL),
    'invited', count(*) FILTER (WHERE p.revoked_at IS NULL AND NOT a.is_placeholder AND l.id IS NULL
                                  AND p.invited_at IS NOT NULL))
  FROM customers_portalcontact p JOIN customers_emailaddress a ON a.id = p.address_id
  LEFT JOIN people_login l ON l.company_id = p.company_id AND l.side = 'customer' AND l.email = p.email AND l.is_active
 WHERE p.customer_id = c.id AND p.is_present)"""

CUSTOMER_ROW = f"""jsonb_build_object(
  'id', c.public_id, 'name', c.name, 'number', c.number, 'address', {ADDRESS.format("c")},
  'phone', coalesce((SELECT k.value FROM customers_contact k WHERE k.customer_id = c.id AND k.phone_digits <> ''
                      ORDER BY k.location_id NULLS FIRST, k.id LIMIT 1), ''),
  'is_active', c.is_active, 'do_not_service', c.do_not_service, 'portal', {PORTAL},
  'currency', (SELECT o.currency FROM tenancy_company o WHERE o.id = c.company_id),
  'open', (SELECT coalesce(sum({DUE}), 0)::bigint FROM billing_invoice i WHERE i.customer_id = c.id AND {OPEN}))"""

FOUND = f"""
WITH hits AS (
  SELECT u.id, u.place, '' AS via FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY AS u(id, place)
   UNION ALL
  SELECT coalesce(c.merged_into_id, c.id), 0, 'invoice' FROM billing_invoice i JOIN customers_customer c
      ON c.id = i.customer_id WHERE i.company_id = %(company)s AND i.number = ANY(%(numbers)s)
   UNION ALL
  SELECT coalesce(c.merged_into_id, c.id), 0, 'job' FROM jobs_job j JOIN customers_customer c
      ON c.id = j.customer_id WHERE j.company_id = %(company)s AND j.number = ANY(%(numbers)s)),
best AS (SELECT id, min(place) AS place, max(via) AS via FROM hits GROUP BY id ORDER BY 2, 1 LIMIT %(limit)s)
SELECT coalesce(jsonb_agg({CUSTOMER_ROW} || jsonb_build_object('via', best.via) ORDER BY best.place, best.id), '[]')
  FROM best JOIN customers_customer c ON c.id = best.id WHERE c.company_id = %(company)s"""

BY_NAME = f"""
SELECT coalesce(jsonb_agg(row ORDER BY sort_key, id), '[]') FROM (
  SELECT c.sort_key, c.id, {CUSTOMER_ROW} || jsonb_build_object('via', '') AS row FROM customers_customer c
   WHERE c.company_id = %(company)s AND c.merged_into_id IS NULL AND (%(after)s::uuid IS NULL OR (c.sort_key, c.id) >
         (SELECT a.sort_key, a.id FROM customers_customer a
           WHERE a.company_id = %(company)s AND a.public_id = %(after)s::uuid))
   ORDER BY c.sort_key, c.id LIMIT %(limit)s) c"""

HEAD = f"""'id', c.public_id, 'key', c.id, 'name', c.name, 'number', c.number, 'type', c.type,
  'address', {ADDRESS.format("c")}, 'memo', c.memo, 'is_active', c.is_active,
  'do_not_service', c.do_not_service, 'do_not_mail', c.do_not_mail,
  'branch', b.display_name, 'zone', b.time_zone, 'currency', o.currency,
  'today', (%(now)s::timestamptz AT TIME ZONE b.time_zone)::date,
  'merged_into', (SELECT m.public_id FROM customers_customer m WHERE m.id = c.merged_into_id)"""
HEAD_TABLES = """customers_customer c JOIN tenancy_branch b ON b.id = c.branch_id
  JOIN tenancy_company o ON o.id = c.company_id"""
HEAD_ONLY = f"""
SELECT jsonb_build_object({HEAD}) FROM {HEAD_TABLES}
 WHERE c.company_id = %(company)s AND c.public_id = %(customer)s"""

JOB_ROW = f"""jsonb_build_object('id', j.public_id, 'number', j.number, 'type', t.name, 'status', j.status,
  'created_at', j.created_at, 'place', {ADDRESS.format("l")}, 'visit_at',
  (SELECT v.window_starts_at FROM jobs_appointment v WHERE v.job_id = j.id
    ORDER BY v.starts_at DESC, v.id DESC LIMIT 1),
  'visits', (SELECT count(*) FROM jobs_appointment v WHERE v.job_id = j.id))"""
JOB_TABLES = """jobs_job j JOIN catalog_jobtype t ON t.id = j.job_type_id
  JOIN customers_location l ON l.id = j.location_id"""

INVOICE_ROW = f"""jsonb_build_object('id', i.public_id, 'number', i.number, 'title', i.title, 'issued_on', i.issued_on,
  'due_on', i.due_on, 'currency', i.currency, 'total', i.total_minor, 'paid', i.paid_minor,
  'reserved', i.reserved_minor, 'held', {HELD_SQL}, 'state', i.state,
  'job', (SELECT j.number FROM jobs_job j WHERE j.id = i.job_id))"""

BEFORE_JOB = """(%(before)s::uuid IS NULL OR (j.happens_at, j.id) < (SELECT a.happens_at, a.id FROM jobs_job a
  WHERE a.company_id = %(company)s AND a.public_id = %(before)s::uuid))"""
BEFORE_INVOICE = """(%(before)s::uuid IS NULL OR (i.issued_on, i.id) < (SELECT a.issued_on, a.id
  FROM billing_invoice a WHERE a.company_id = %(company)s AND a.public_id = %(before)s::uuid))"""

JOBS = f"""
SELECT coalesce(jsonb_agg(row ORDER BY happens_at DESC, id DESC), '[]') FROM (
  SELECT j.happens_at, j.id, {JOB_ROW} AS row FROM {JOB_TABLES}
   WHERE j.customer_id = {{customer}} AND {BEFORE_JOB}
   ORDER BY j.happens_at DESC, j.id DESC LIMIT %(limit)s) j"""
INVOICES = f"""
SELECT coalesce(jsonb_agg(row ORDER BY issued_on DESC, id DESC), '[]') FROM (
  SELECT i.issued_on, i.id, {INVOICE_ROW} AS row FROM billing_invoice i
   WHERE i.customer_id = {{customer}} AND {BEFORE_INVOICE}
   ORDER BY i.issued_on DESC, i.id DESC LIMIT %(limit)s) i"""
# On the record: what is open by due day, then the newest.
FIRST_INVOICES = f"""
SELECT coalesce(jsonb_agg(row ORDER BY rank, by_due, id DESC), '[]') FROM (
  (SELECT 0 AS rank, i.due_on - DATE '2000-01-01' AS by_due, i.id, {INVOICE_ROW} AS row FROM billing_invoice i
    WHERE i.customer_id = c.id AND {OPEN} ORDER BY i.due_on, i.id LIMIT %(limit)s)
   UNION ALL
  (SELECT 1, DATE '2000-01-01' - i.issued_on, i.id, {INVOICE_ROW} FROM billing_invoice i
    WHERE i.customer_id = c.id AND NOT ({OPEN}) ORDER BY i.issued_on DESC, i.id DESC LIMIT %(limit)s)
  ORDER BY 1, 2, 3 DESC LIMIT %(limit)s) i"""

RECORD = f"""
SELECT jsonb_build_object({HEAD},
  'portal', {PORTAL},
  'sums', (SELECT jsonb_build_object('count', count(*) FILTER (WHERE i.due > 0),
             'open', coalesce(sum(i.due), 0)::bigint,
             'overdue_count', count(*) FILTER (WHERE i.due > 0 AND i.due_on < i.today),
             'overdue', coalesce(sum(i.due) FILTER (WHERE i.due > 0 AND i.due_on < i.today), 0)::bigint)
             FROM (SELECT {DUE} AS due, i.due_on, (%(now)s::timestamptz AT TIME ZONE b.time_zone)::date AS today
                     FROM billing_invoice i WHERE i.customer_id = c.id AND {OPEN}) i),
  'next_visit', (SELECT jsonb_build_object('starts', v.window_starts_at, 'ends', v.window_ends_at, 'type', t.name)
                   FROM jobs_job j JOIN jobs_appointment v ON v.job_id = j.id
                   JOIN catalog_jobtype t ON t.id = j.job_type_id
                  WHERE j.customer_id = c.id AND j.status IN ('Scheduled', 'Dispatched', 'InProgress', 'Hold')
                    AND v.status IN ('Scheduled', 'Dispatched', 'Working', 'Hold') AND v.window_ends_at >= %(now)s
                  ORDER BY v.starts_at, v.id LIMIT 1),
  'merged', (SELECT coalesce(jsonb_agg(concat_ws(' · ', m.name, m.number) ORDER BY m.id), '[]')
               FROM customers_customer m WHERE m.merged_into_id = c.id),
  'contacts', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', k.public_id, 'type', k.type, 'value', k.value,
                        'email', k.email, 'memo', k.memo, 'place', k.place) ORDER BY k.rank, k.id), '[]') FROM (
                 SELECT k.*, coalesce({ADDRESS.format("l")}, '') AS place, (k.location_id IS NOT NULL)::int AS rank
                   FROM customers_contact k LEFT JOIN customers_location l ON l.id = k.location_id
                  WHERE k.customer_id = c.id ORDER BY rank, k.id LIMIT %(many)s) k),
  'locations', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', l.public_id, 'name', l.name,
                        'address', {ADDRESS.format("l")}, 'is_active', l.is_active)
                        ORDER BY l.is_active DESC, l.name, l.id), '[]') FROM (
                 SELECT l.* FROM customers_location l WHERE l.customer_id = c.id AND l.merged_into_id IS NULL
                  ORDER BY l.is_active DESC, l.name, l.id LIMIT %(many)s) l),
  'location_count', (SELECT count(*) FROM customers_location l WHERE l.customer_id = c.id AND l.merged_into_id IS NULL),
  'jobs', ({JOBS.format(customer="c.id")}),
  'invoices', ({FIRST_INVOICES}))
  FROM {HEAD_TABLES}
 WHERE c.company_id = %(company)s AND c.public_id = %(customer)s"""

OF_CUSTOMER = "(SELECT c.id FROM customers_customer c WHERE c.company_id = %(company)s AND c.public_id = %(customer)s)"
JOBS_PAGE = JOBS.format(customer=OF_CUSTOMER)
INVOICES_PAGE = INVOICES.format(customer=OF_CUSTOMER)

INVOICE = f"""
SELECT jsonb_build_object('customer', jsonb_build_object({HEAD}), 'row', {INVOICE_ROW},
  'subtotal', i.subtotal_minor, 'tax', i.tax_minor, 'term', i.term_name, 'branch', ib.display_name,
  'place', coalesce((SELECT {ADDRESS.format("l")} FROM customers_location l WHERE l.id = i.location_id), ''),
  'items', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', n.name, 'description', n.description, 'type', n.type,
                    'quantity', trim_scale(n.quantity)::text, 'price', n.price_minor,
                    'total', n.total_minor, 'sku', n.sku)
                    ORDER BY n.position), '[]') FROM billing_invoiceitem n WHERE n.invoice_id = i.id),
  'payments', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', p.public_id, 'method', p.method_label,
                       'kind', p.method, 'state', p.state, 'on', coalesce(x.applied_on, p.paid_on,
                         (p.created_at AT TIME ZONE b.time_zone)::date), 'amount', x.amount_minor, 'part', x.state,
                       'by', p.made_by_name) ORDER BY p.created_at DESC, p.id DESC), '[]')
                 FROM billing_allocation x JOIN billing_payment p ON p.id = x.payment_id WHERE x.invoice_id = i.id),
  'mails', (SELECT coalesce(jsonb_agg(jsonb_build_object('to', m.to_email, 'state', m.state, 'at', coalesce(m.sent_at,
                    m.queued_at), 'error', m.error, 'kind', m.kind) ORDER BY m.queued_at DESC, m.id DESC), '[]')
              FROM (SELECT * FROM messaging_message m WHERE m.company_id = %(company)s AND m.subject_id = i.public_id
                     ORDER BY m.queued_at DESC, m.id DESC LIMIT 20) m),
  'addresses', (SELECT coalesce(jsonb_agg(jsonb_build_object('email', p.email, 'memo', p.memo,
                        'has_billing', p.billing = 'billing') ORDER BY NOT p.is_on_customer, p.id), '[]')
                  FROM customers_portalcontact p JOIN customers_emailaddress a ON a.id = p.address_id
                 WHERE p.customer_id = c.id AND p.is_present AND NOT a.is_placeholder))
  FROM {HEAD_TABLES} JOIN billing_invoice i ON i.customer_id = c.id JOIN tenancy_branch ib ON ib.id = i.branch_id
 WHERE c.company_id = %(company)s AND c.public_id = %(customer)s
   AND i.company_id = %(company)s AND i.public_id = %(invoice)s"""
