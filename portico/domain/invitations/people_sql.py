"""The statements behind people.py: who may sign in, state by state. A page is cut before anything is joined to it."""

from __future__ import annotations

# One stage; an account that is used within `recent` is active, any other dormant.
OF_STAGE = """p.company_id = %(company)s AND p.stage = %(stage)s::text
    AND p.stage_at >= %(since)s::timestamptz AND p.stage_at < %(until)s::timestamptz"""
AFTER = """(p.stage_at, p.id) < (
      (SELECT coalesce(max(x.stage_at), timestamptz 'infinity') FROM customers_portalcontact x
        WHERE x.company_id = %(company)s AND x.public_id = %(after)s::uuid),
      (SELECT coalesce(max(x.id), 9223372036854775807) FROM customers_portalcontact x
        WHERE x.company_id = %(company)s AND x.public_id = %(after)s::uuid))"""
IN_STAGE = f"""SELECT p.* FROM customers_portalcontact p WHERE {OF_STAGE} AND {AFTER}
  ORDER BY p.stage_at DESC, p.id DESC LIMIT %(limit)s"""
OF_CUSTOMERS = """SELECT p.* FROM unnest(%(customers)s::bigint[]) c(id)
  CROSS JOIN LATERAL (SELECT p.* FROM customers_portalcontact p
    WHERE p.company_id = %(company)s AND p.customer_id = c.id AND p.is_present
    ORDER BY p.email LIMIT %(each)s) p
  ORDER BY p.stage_at DESC, p.id DESC LIMIT %(limit)s"""


def _shown(chosen: str) -> str:
    return f"""
SELECT coalesce(json_agg(json_build_object('id', p.public_id, 'email', p.email, 'stage', p.stage, 'since', p.stage_at,
    'invited_at', p.invited_at, 'customer', c.public_id, 'customer_name', c.name, 'signed_in_at', g.last_signed_in_at,
    'message', m.told, 'opened_at', k.opened_at) ORDER BY p.stage_at DESC, p.id DESC), '[]')
FROM ({chosen}) p
CROSS JOIN LATERAL (SELECT c.public_id, c.name FROM customers_customer c WHERE c.id = p.customer_id OFFSET 0) c
LEFT JOIN LATERAL (SELECT g.last_signed_in_at FROM people_login g
  WHERE g.company_id = p.company_id AND g.side = 'customer' AND g.email = p.email AND g.is_active) g ON true
LEFT JOIN LATERAL (SELECT json_build_object('state', m.state, 'queued_at', m.queued_at, 'sent_at', m.sent_at,
    'tries', m.tries, 'said', m.error) AS told
  FROM messaging_message m WHERE m.company_id = p.company_id AND m.subject_id = p.public_id AND m.kind = 'invitation'
  ORDER BY m.queued_at DESC, m.id DESC LIMIT 1) m ON true
LEFT JOIN LATERAL (SELECT max(k.opened_at) AS opened_at FROM people_onetimelink k
  WHERE k.company_id = p.company_id AND k.subject_id = p.public_id) k ON true
"""


STAGE_PAGE = _shown(IN_STAGE)
FOUND = _shown(OF_CUSTOMERS)

# Each state is counted by itself and up to a limit: who has a thousand never invited wants to begin, not to know the
# last digit. An account that was used since `line` is active.
SPANS = {
    "active": ("account", "AND p.stage_at >= %(line)s::timestamptz"),
    "dormant": ("account", "AND p.stage_at < %(line)s::timestamptz"),
}


def counting(states: list[str]) -> str:
    """One number for each of these states, by its name."""
    return f"SELECT json_build_object({', '.join(f'{_quoted(state)}, ({_count(state)})' for state in states)})"


def _count(state: str) -> str:
    stage, span = SPANS.get(state, (state, ""))
    return f"""SELECT count(*) FROM (SELECT FROM customers_portalcontact p
  WHERE p.company_id = %(company)s AND p.stage = {_quoted(stage)} {span} LIMIT %(most)s) counted"""


def _quoted(name: str) -> str:
    return f"'{name}'"
