"""What a merge would move, counted."""

from __future__ import annotations

# What the office is told about, in the order of its record.
TOLD = (
    *("customers_location", "jobs_job", "estimates_proposal", "billing_invoice", "billing_payment"),
    *("equipment_installedequipment", "memberships_membership", "documents_document", "customers_contact"),
)
COUNT = "SELECT '{table}' AS kind, count(*) AS many FROM {table} t WHERE t.company_id = %(company)s"
COUNTS = " UNION ALL ".join(f"{COUNT.format(table=table)} AND t.customer_id = c.id" for table in TOLD)
SIDES = f"""
SELECT coalesce(json_agg(json_build_object('id', c.public_id, 'name', c.name, 'number', c.number,
  'address', concat_ws(', ', nullif(c.street, ''), nullif(c.city, ''), nullif(c.region, '')),
  'is_merged', c.merged_into_id IS NOT NULL,
  'counts', (SELECT json_object_agg(x.kind, x.many) FROM ({COUNTS}) x),
  'open_minor', (SELECT coalesce(sum(i.total_minor - i.paid_minor), 0)::bigint FROM billing_invoice i
    WHERE i.company_id = %(company)s AND i.customer_id = c.id AND i.state = 'issued'),
  'emails', (SELECT coalesce(json_agg(p.email ORDER BY p.email), '[]') FROM customers_portalcontact p
    WHERE p.company_id = %(company)s AND p.customer_id = c.id AND p.is_present AND p.revoked_at IS NULL))), '[]')
FROM customers_customer c WHERE c.company_id = %(company)s AND c.public_id = ANY(%(ids)s::uuid[])"""
# Who was merged into this record by the office, and can be taken out again.
STANDING = """
SELECT coalesce(json_agg(json_build_object('id', m.id, 'name', m.name, 'number', m.number, 'at', m.at,
  'by_name', m.by_name, 'merge', m.merge) ORDER BY m.at DESC, m.merge), '[]')
FROM (SELECT l.public_id AS id, l.name, l.number, g.at, g.by_name, g.public_id AS merge
  FROM customers_merge g JOIN customers_customer l ON l.id = g.loser_id
    JOIN customers_customer s ON s.id = l.merged_into_id
  WHERE g.company_id = %(company)s AND g.undone_at IS NULL AND g.losing_place_id IS NULL
    AND (s.public_id = %(customer)s::uuid OR l.public_id = %(customer)s::uuid)
  ORDER BY g.at DESC, g.public_id LIMIT 50) m"""
