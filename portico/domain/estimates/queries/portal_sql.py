"""The statements behind portal.py. Each names the customer-facing columns and no other.

The list is read stage by stage, by customer or by location, so that each arm is a range of one index. What waits
stands by the day it expires, soonest first, and what has no end after it; what has expired, latest first.
The content of versions is read where the reader may see prices there, or for a page that takes the amounts out of it.
"""

from __future__ import annotations

from portico.domain.estimates.queries.member_sql import IS_MEMBER
from portico.domain.memberships.queries.membership_sql import HOME as HOME_BELOW

SCOPE = "unnest(%(customers)s::bigint[], %(locations)s::bigint[]) AS s(customer_id, location_id)"
BILLING = "unnest(%(billing_customers)s::bigint[], %(billing_locations)s::bigint[]) AS s(customer_id, location_id)"
IN_SCOPE = "p.customer_id = s.customer_id AND (s.location_id IS NULL OR p.location_id = s.location_id)"
IS_PRICED = f"EXISTS (SELECT FROM {BILLING} WHERE {IN_SCOPE})"
SHOWS_CANCELED = "EXISTS (SELECT FROM tenancy_company k WHERE k.id = %(company)s AND k.is_canceled_job_shown)"
ADDRESS = """concat_ws(', ', nullif(concat_ws(' ', nullif(l.street, ''), nullif(l.unit, '')), ''), nullif(l.city, ''),
  nullif(concat_ws(' ', nullif(l.region, ''), nullif(l.postal_code, '')), ''))"""

# What a reader may know of: no drafts, nothing that was put away, of a hidden job only what was accepted.
IS_VISIBLE = f"""x.is_active AND x.status <> 'Draft'
  AND (x.status = 'Sold' OR j.status <> 'Canceled' OR {SHOWS_CANCELED})"""
IS_LISTED = f"x.status <> 'Withdrawn' AND {IS_VISIBLE}"
# CASE keeps it a question about each row: as a join it would be answered for all of them before the first is shown.
HAS_LISTED = f"""CASE WHEN EXISTS (SELECT FROM estimates_estimate x JOIN jobs_job j ON j.id = p.job_id
  WHERE x.proposal_id = p.id AND {IS_LISTED}) THEN true ELSE false END"""
CONTENT = """(SELECT v.content FROM estimates_estimateversion v
  WHERE v.company_id = x.company_id AND v.estimate_id = x.id AND v.n = x.version)"""
BESIDE = """JOIN jobs_job j ON j.id = p.job_id JOIN catalog_jobtype t ON t.id = j.job_type_id
  JOIN customers_customer c ON c.id = p.customer_id JOIN customers_location l ON l.id = p.location_id"""
STANDING = """(SELECT a.total_minor FROM estimates_approval a WHERE a.estimate_id = x.id
  AND NOT EXISTS (SELECT FROM estimates_approvalundo u WHERE u.approval_id = a.id) ORDER BY a.id DESC LIMIT 1)"""


def _options(priced: str) -> str:
    """The estimates of `p` that are listed, in their order, and whose branch speaks."""
    return f"""(SELECT coalesce(json_agg(json_build_object('id', x.public_id, 'name', x.name, 'status', x.status,
      'number', x.number, 'is_recommended', x.is_recommended, 'expires_at', x.expires_at, 'decided_at', x.decided_at,
      'time_zone', b.time_zone, 'content', CASE WHEN {priced} THEN {CONTENT} END,
      'approved', CASE WHEN {priced} AND x.status = 'Sold' THEN {STANDING} END) ORDER BY x.position, x.id), '[]')
    FROM (SELECT x.* FROM estimates_estimate x WHERE x.proposal_id = p.id ORDER BY x.position, x.id LIMIT 20) x
    JOIN tenancy_branch b ON b.id = x.branch_id WHERE {IS_LISTED})"""


# A whole sub-select each: a coalesce() around one would count as leaky, and row-level security refuse it the index.
CURSOR = """(SELECT {0} FROM estimates_proposal a
  WHERE a.company_id = %(company)s AND a.public_id = %(after)s::uuid
    AND a.customer_id = ANY(%(customers)s::bigint[]))"""
STAGE_OF = """CASE a.state WHEN 'accepted' THEN 2 WHEN 'declined' THEN 3 ELSE
  CASE WHEN a.open_until IS NULL THEN 1 WHEN a.open_until > %(now)s::timestamptz THEN 0 ELSE 4 END END"""
AT = f"""(SELECT {CURSOR.format(STAGE_OF)} AS stage, {CURSOR.format("a.open_until")} AS open_until,
  {CURSOR.format("a.listed_at")} AS listed_at, {CURSOR.format("a.id")} AS id) AS w"""
LAST = "9223372036854775807"


def _up_to(stage: int) -> str:
    return f"CASE WHEN w.stage IS NULL THEN true ELSE w.stage <= {stage} END"


def _after(stage: int, column: str) -> str:
    """Behind the row that the page before ended with, downward."""
    return f"""{_up_to(stage)} AND (p.{column}, p.id) < (
      CASE WHEN w.stage = {stage} THEN w.{column} ELSE timestamptz 'infinity' END,
      CASE WHEN w.stage = {stage} THEN w.id ELSE {LAST} END)"""


def _arm(stage: int, *, where: str, by: str, rank: str) -> str:
    """A stage of one customer or place: at most a page of it."""
    one = f"""(SELECT p.*, {stage} AS stage, {rank} AS rank FROM estimates_proposal p
      WHERE {{0}} AND {where} AND {HAS_LISTED} ORDER BY {by} LIMIT %(limit)s)"""
    whole = one.format("s.location_id IS NULL AND p.customer_id = s.customer_id")
    place = one.format("p.location_id = s.location_id AND p.customer_id = s.customer_id")
    return f"{whole} UNION ALL {place}"


NOW = "%(now)s::timestamptz"
SOON = "extract(epoch FROM p.open_until)"
WAITS = f"""p.state = 'open' AND p.open_until > {NOW} AND {_up_to(0)} AND (p.open_until, p.id) > (
  CASE WHEN w.stage = 0 THEN w.open_until ELSE timestamptz '-infinity' END,
  CASE WHEN w.stage = 0 THEN w.id ELSE 0 END)"""
ENDLESS = f"""p.state = 'open' AND p.open_until IS NULL AND {_up_to(1)}
  AND p.id < CASE WHEN w.stage = 1 THEN w.id ELSE {LAST} END"""
EXPIRED = f"p.state = 'open' AND p.open_until <= {NOW} AND {_after(4, 'open_until')}"
WAITING_ARMS = (
    _arm(0, where=WAITS, by="p.open_until, p.id", rank=SOON),
    # The end is none in all of them; it is named so that the order is that of the index, and not of the whole table.
    _arm(1, where=ENDLESS, by="p.open_until DESC, p.id DESC", rank="0"),
)
ANSWERED_ARMS = tuple(
    _arm(
        stage,
        where=f"p.state = '{state}' AND {_after(stage, 'listed_at')}",
        by="p.listed_at DESC, p.id DESC",
        rank="-extract(epoch FROM p.listed_at)",
    )
    for stage, state in ((2, "accepted"), (3, "declined"))
)
EXPIRED_ARM = _arm(4, where=EXPIRED, by="p.open_until DESC, p.id DESC", rank=f"-{SOON}")
# Of the same moment the order of an arm decides: by id upward where the soonest stands first, else downward.
ORDER = "p.stage, p.rank, CASE WHEN p.stage = 0 THEN p.id ELSE -p.id END"


def _list(*arms: str, at: str) -> str:
    return f"""
SELECT coalesce(json_agg(json_build_object('id', p.public_id, 'stage', p.stage, 'open_until', p.open_until,
    'listed_at', p.listed_at, 'title', t.name, 'customer_name', c.name, 'place', l.name, 'address', {ADDRESS},
    'is_member', {IS_MEMBER}, 'options', {_options(IS_PRICED)}) ORDER BY {ORDER}), '[]')
FROM (
  SELECT p.* FROM {SCOPE} CROSS JOIN {at} CROSS JOIN LATERAL ({" UNION ALL ".join(arms)}) p
  ORDER BY {ORDER} LIMIT %(limit)s) p
{BESIDE}
"""


PROPOSALS = _list(*WAITING_ARMS, *ANSWERED_ARMS, EXPIRED_ARM, at=AT)
NOWHERE = "(SELECT NULL::int AS stage, NULL::timestamptz AS open_until, NULL::bigint AS id) AS w"
WAITING = _list(*WAITING_ARMS, at=NOWHERE)
OF_JOB = f"""
SELECT coalesce(json_agg(json_build_object('id', p.public_id, 'stage', {STAGE_OF.replace("a.", "p.")},
    'open_until', p.open_until, 'listed_at', p.listed_at, 'title', t.name, 'customer_name', c.name, 'place', l.name,
    'address', {ADDRESS}, 'is_member', {IS_MEMBER}, 'options', {_options(IS_PRICED)}) ORDER BY p.id DESC), '[]')
FROM (
  SELECT p.* FROM jobs_job j JOIN estimates_proposal p ON p.job_id = j.id
  WHERE j.company_id = %(company)s AND j.public_id = %(job)s::uuid
    AND p.state IN ('open', 'accepted', 'declined') AND EXISTS (SELECT FROM {SCOPE} WHERE {IN_SCOPE})
    AND {HAS_LISTED}
  ORDER BY p.id DESC LIMIT %(limit)s) p
{BESIDE}
"""


# Few homes have one that waits: whether there is any costs a look at an index, the card itself a statement of its own.
ANY_WAITING = """EXISTS (
  SELECT FROM unnest(%(service_customers)s::bigint[]) AS s(customer_id) JOIN estimates_proposal p
    ON p.customer_id = s.customer_id AND p.state = 'open' AND p.open_until > %(now)s::timestamptz)
OR EXISTS (
  SELECT FROM unnest(%(service_customers)s::bigint[]) AS s(customer_id) JOIN estimates_proposal p
    ON p.customer_id = s.customer_id AND p.state = 'open' AND p.open_until IS NULL)"""
ANY_ACCEPTED = """EXISTS (
  SELECT FROM unnest(%(booking_customers)s::bigint[]) AS s(customer_id) JOIN estimates_proposal p
    ON p.customer_id = s.customer_id AND p.state = 'accepted')"""
HOME = f"""SELECT json_build_object('home', ({HOME_BELOW}), 'has_waiting', {ANY_WAITING},
  'has_accepted', {ANY_ACCEPTED})"""
