"""The statements behind office_payments.py."""

from __future__ import annotations

# Unknown outcome, quarantined, more than its invoices needed, or disputed.
TROUBLE = """(p.quarantine_note <> '' OR p.state IN ('disputed', 'charged_back') OR (
  p.channel = 'portal' AND p.state = 'succeeded'
  AND p.received_minor > (SELECT coalesce(sum(a.posted_minor), 0) FROM billing_allocation a WHERE a.payment_id = p.id
                             AND a.state = 'posted')) OR EXISTS (
  SELECT FROM billing_paymentattempt t WHERE t.payment_id = p.id AND t.state = 'unknown'))"""
ROW = f"""jsonb_build_object('id', p.public_id, 'at', p.created_at, 'zone', b.time_zone, 'amount', p.amount_minor,
  'received', p.received_minor, 'refunded', p.refunded_minor, 'currency', p.currency, 'state', p.state,
  'method', p.method, 'method_label', p.method_label, 'channel', p.channel, 'by', p.made_by_name,
  'customer', c.public_id, 'customer_name', c.name, 'failure', p.failure_text, 'is_voided', p.is_voided,
  'receipt', p.receipt_number, 'has_trouble', {TROUBLE},
  'invoices', (SELECT coalesce(jsonb_agg(i.number ORDER BY i.due_on, i.id), '[]') FROM billing_allocation a
                 JOIN billing_invoice i ON i.id = a.invoice_id WHERE a.payment_id = p.id))"""
TABLES = """billing_payment p JOIN customers_customer c ON c.id = p.customer_id
  JOIN tenancy_branch b ON b.id = c.branch_id"""
BEFORE = """(%(before)s::uuid IS NULL OR (p.created_at, p.id) < (SELECT o.created_at, o.id FROM billing_payment o
  WHERE o.company_id = %(company)s AND o.public_id = %(before)s::uuid))"""
LIST = f"""
SELECT coalesce(jsonb_agg(row ORDER BY created_at DESC, id DESC), '[]') FROM (
  SELECT p.created_at, p.id, {ROW} AS row FROM {TABLES}
   WHERE p.company_id = %(company)s
     AND (%(states)s::text[] IS NULL OR p.state = ANY(%(states)s::text[])) AND (NOT %(trouble)s OR {TROUBLE})
     AND (%(since)s::timestamptz IS NULL OR p.created_at >= %(since)s::timestamptz)
     AND (%(until)s::timestamptz IS NULL OR p.created_at < %(until)s::timestamptz)
     AND {BEFORE}
   ORDER BY p.created_at DESC, p.id DESC LIMIT %(limit)s) p"""
OF_CUSTOMER = f"""
SELECT coalesce(jsonb_agg(row ORDER BY created_at DESC, id DESC), '[]') FROM (
  SELECT p.created_at, p.id, {ROW} AS row FROM {TABLES}
   WHERE p.customer_id = (SELECT k.id FROM customers_customer k
                           WHERE k.company_id = %(company)s AND k.public_id = %(customer)s) AND {BEFORE}
   ORDER BY p.created_at DESC, p.id DESC LIMIT %(limit)s) p"""
ONE = f"""
SELECT jsonb_build_object('row', {ROW}, 'paid_on', p.paid_on, 'reference', p.reference, 'memo', p.memo,
  'receipt_email', p.receipt_email, 'succeeded_at', p.succeeded_at, 'disputed', p.disputed_minor,
  'quarantine', p.quarantine_note,
  'parts', (SELECT coalesce(jsonb_agg(jsonb_build_object('invoice', i.public_id, 'number', i.number, 'title', i.title,
                    'customer', k.public_id, 'amount', a.amount_minor, 'posted', a.posted_minor, 'state', a.state)
                    ORDER BY i.due_on, i.id), '[]')
              FROM billing_allocation a JOIN billing_invoice i ON i.id = a.invoice_id
              JOIN customers_customer k ON k.id = i.customer_id WHERE a.payment_id = p.id),
  'attempts', (SELECT coalesce(jsonb_agg(jsonb_build_object('n', t.n, 'kind', t.kind, 'state', t.state,
                       'at', t.created_at, 'sent_at', t.sent_at, 'failure', t.failure_text,
                       'ref', coalesce(t.intent_ref, t.session_ref, '')) ORDER BY t.n), '[]')
                 FROM billing_paymentattempt t WHERE t.payment_id = p.id),
  'story', (SELECT coalesce(jsonb_agg(jsonb_build_object('at', e.at, 'verb', e.verb, 'actor_kind', e.actor_kind,
                    'actor_name', e.actor_name, 'subject_kind', e.subject_kind, 'subject_id', e.subject_id,
                    'note', e.note, 'facts', e.facts) ORDER BY e.at, e.id), '[]')
              FROM audit_auditentry e WHERE e.company_id = %(company)s AND e.subject_id = p.public_id::text),
  'mails', (SELECT coalesce(jsonb_agg(jsonb_build_object('to', m.to_email, 'kind', m.kind, 'state', m.state,
                    'at', coalesce(m.sent_at, m.queued_at), 'error', m.error) ORDER BY m.queued_at, m.id), '[]')
              FROM messaging_message m WHERE m.company_id = %(company)s AND m.subject_id = p.public_id))
  FROM {TABLES} WHERE p.company_id = %(company)s AND p.public_id = %(payment)s"""
