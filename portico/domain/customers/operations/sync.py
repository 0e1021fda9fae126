"""Keeping the rows of the Customer Portal tables as the records are: a few statements, however many customers."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _
from psycopg.errors import LockNotAvailable

from portico.domain.customers import letters, rules
from portico.domain.customers.models import PortalContact
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.messaging import operations as messaging
from portico.foundation.messaging.enums import MessageKind
from portico.foundation.people import onetime
from portico.foundation.tenancy.brands import brand_of_branch
from portico.foundation.tenancy.scope import current_company_id
from portico.kernel import clock, errors

MANY = 50

FAMILY = """
WITH RECURSIVE up AS (
  SELECT id, merged_into_id FROM customers_customer WHERE company_id = %(company)s AND id = ANY(%(given)s)
  UNION SELECT c.id, c.merged_into_id FROM up JOIN customers_customer c ON c.id = up.merged_into_id),
family AS (
  SELECT id FROM up
  UNION SELECT c.id FROM family f JOIN customers_customer c ON c.merged_into_id = f.id)
SELECT coalesce(array_agg(id ORDER BY id), '{}') FROM family
"""

# root: merged-away customer → its survivor, over any number of merges; a circle of merges has no survivor.
ROOT = """
up AS (
  SELECT id, merged_into_id AS root FROM customers_customer
   WHERE company_id = %(company)s AND merged_into_id IS NOT NULL
  UNION SELECT up.id, c.merged_into_id FROM up JOIN customers_customer c ON c.id = up.root
   WHERE c.merged_into_id IS NOT NULL),
root AS (SELECT up.id, up.root FROM up JOIN customers_customer c ON c.id = up.root WHERE c.merged_into_id IS NULL)"""

STANDS = """
  SELECT DISTINCT coalesce(r.root, o.customer_id) AS customer_id, o.location_id, o.email FROM (
    SELECT coalesce(s.customer_id, l.customer_id, c.customer_id) AS customer_id, coalesce(s.id, l.id) AS location_id,
           c.email
      FROM customers_contact c
      LEFT JOIN customers_location l ON l.id = c.location_id
      LEFT JOIN customers_location s ON s.id = l.merged_into_id
     WHERE c.company_id = %(company)s AND c.email <> '' AND {which}) o
  LEFT JOIN root r ON r.id = o.customer_id"""

IN_FAMILY = """(c.customer_id = ANY(%(family)s)
        OR c.location_id IN (SELECT id FROM customers_location WHERE customer_id = ANY(%(family)s)))"""


def _stands(*, family: bool) -> str:
    return STANDS.format(which=IN_FAMILY if family else "true")


def _addresses(*, family: bool) -> str:
    """Every address that stands there or stood there: on how many customers, and whether it is anybody's."""
    here = "p.customer_id = ANY(%(family)s)" if family else "true"
    everywhere = STANDS.format(which="c.email IN (SELECT email FROM concerned)" if family else "true")
    return f"""
WITH RECURSIVE {ROOT},
here AS ({_stands(family=family)}),
concerned AS (SELECT email FROM here UNION
              SELECT p.email FROM customers_portalcontact p WHERE p.company_id = %(company)s AND {here}),
counted AS (SELECT e.email, count(DISTINCT e.customer_id) AS customers FROM ({everywhere}) e GROUP BY e.email)
INSERT INTO customers_emailaddress AS a (company_id, public_id, email, customer_count, is_placeholder, is_confirmed)
SELECT %(company)s, gen_random_uuid(), c.email, coalesce(n.customers, 0),
       c.email ~ %(nobody)s OR coalesce(n.customers, 0) >= %(shared)s, false
  FROM concerned c LEFT JOIN counted n ON n.email = c.email
 ORDER BY c.email
    ON CONFLICT (company_id, email) DO UPDATE
   SET customer_count = excluded.customer_count, is_placeholder = NOT a.is_confirmed AND excluded.is_placeholder
 WHERE (a.customer_count, a.is_placeholder)
       <> (excluded.customer_count, NOT a.is_confirmed AND excluded.is_placeholder)"""  # noqa: S608 - put together of our own texts only


def _rows(*, family: bool) -> str:
    """One row for each address on each customer; what was said about a merged-away customer's row goes along."""
    return f"""
WITH RECURSIVE {ROOT},
here AS ({_stands(family=family)}),
pairs AS (SELECT customer_id, email, bool_or(location_id IS NULL) AS is_on_customer FROM here GROUP BY 1, 2),
before AS (
  SELECT r.root, p.email, string_agg(nullif(p.memo, ''), E'\\n' ORDER BY p.id) AS memo,
         bool_or(p.billing = 'none') AS is_without_billing, max(p.revoked_at) AS revoked_at, max(p.told_at) AS told_at
    FROM customers_portalcontact p JOIN root r ON r.id = p.customer_id
   WHERE p.company_id = %(company)s AND p.is_present GROUP BY 1, 2)
INSERT INTO customers_portalcontact AS p (company_id, public_id, customer_id, address_id, email, memo, billing,
       is_on_customer, is_widened, is_present, revoked_at, told_at)
SELECT %(company)s, gen_random_uuid(), s.customer_id, a.id, s.email, coalesce(b.memo, ''),
       CASE WHEN b.is_without_billing THEN 'none' ELSE 'billing' END, s.is_on_customer, false, true, b.revoked_at,
       b.told_at
  FROM pairs s
  JOIN customers_emailaddress a ON a.company_id = %(company)s AND a.email = s.email
  LEFT JOIN before b ON b.root = s.customer_id AND b.email = s.email
 ORDER BY s.customer_id, s.email
    ON CONFLICT (company_id, customer_id, email) DO UPDATE
   SET is_present = true, is_on_customer = excluded.is_on_customer,
       told_at = CASE WHEN p.is_present THEN p.told_at END
 WHERE (p.is_present, p.is_on_customer) <> (true, excluded.is_on_customer)"""  # noqa: S608 - put together of our own texts only


def _gone(*, family: bool) -> str:
    """Rows whose address stands there no more, and whether they stay: enrolled or revoked ones do."""
    where = "AND p.customer_id = ANY(%(family)s)" if family else ""
    return f"""
WITH RECURSIVE {ROOT},
here AS ({_stands(family=family)})
SELECT p.id, p.public_id, p.revoked_at IS NOT NULL OR EXISTS (SELECT FROM people_login g
         WHERE g.company_id = p.company_id AND g.side = 'customer' AND g.email = p.email) AS stays
  FROM customers_portalcontact p
 WHERE p.company_id = %(company)s AND p.is_present {where}
   AND NOT EXISTS (SELECT FROM here h WHERE h.customer_id = p.customer_id AND h.email = p.email)
 ORDER BY p.id"""  # noqa: S608 - put together of our own texts only


def _old_places(*, family: bool) -> str:
    where = "AND p.customer_id = ANY(%(family)s)" if family else ""
    return f"""
WITH RECURSIVE {ROOT},
here AS ({_stands(family=family)})
DELETE FROM customers_portalcontactlocation t USING customers_portalcontact p
 WHERE p.id = t.portal_contact_id AND t.company_id = %(company)s {where}
   AND NOT EXISTS (SELECT FROM here h
                    WHERE h.customer_id = p.customer_id AND h.email = p.email AND h.location_id = t.location_id)"""  # noqa: S608 - put together of our own texts only


def _new_places(*, family: bool) -> str:
    return f"""
WITH RECURSIVE {ROOT},
here AS ({_stands(family=family)})
INSERT INTO customers_portalcontactlocation (company_id, portal_contact_id, location_id)
SELECT %(company)s, p.id, h.location_id FROM here h
  JOIN customers_portalcontact p
    ON p.company_id = %(company)s AND p.customer_id = h.customer_id AND p.email = h.email
 WHERE h.location_id IS NOT NULL ORDER BY p.id, h.location_id
    ON CONFLICT (company_id, portal_contact_id, location_id) DO NOTHING"""  # noqa: S608 - put together of our own texts only


def _untold(*, family: bool) -> str:
    """Rows that an enrolled person reaches and was never told of."""
    where = "AND p.customer_id = ANY(%(family)s)" if family else ""
    return f"""
SELECT p.id FROM customers_portalcontact p
  JOIN customers_emailaddress a ON a.id = p.address_id
  JOIN people_login g ON g.company_id = p.company_id AND g.side = 'customer' AND g.email = p.email AND g.is_active
 WHERE p.company_id = %(company)s AND p.is_present AND p.told_at IS NULL AND p.revoked_at IS NULL
   AND NOT a.is_placeholder {where} ORDER BY p.id"""  # noqa: S608 - put together of our own texts only


# Whom owners have let in goes along with a merge; who is there twice then stays behind, without reach.
MEMBERS_OF_MERGED = f"""
WITH RECURSIVE {ROOT}
UPDATE customers_householdmember m SET customer_id = r.root FROM root r
 WHERE m.company_id = %(company)s AND r.id = m.customer_id AND NOT EXISTS (
   SELECT FROM customers_householdmember t WHERE t.customer_id = r.root AND t.email = m.email
      AND t.location_id IS NOT DISTINCT FROM m.location_id)"""  # noqa: S608 - put together of our own texts only


@transaction.atomic
def sync_portal_contacts(*, customer_ids: Collection[int] | None, by: Actor, tell: bool = True) -> None:
    """Make the portal rows of these customers (None: of all) say what stands on their records now.

    Links of addresses that stand there no more end. People who are enrolled already are mailed "You can now also see …"
    once for each customer they newly reach; with tell=False they are only marked as told.
    """
    take_turn()
    family = None if customer_ids is None else family_of(customer_ids)
    if family == []:
        return
    values = {"family": family, "nobody": rules.NOBODY, "shared": rules.SHARED_FROM}
    with _joins_for_many(is_many=family is None or len(family) > MANY):
        _write(values, has_family=family is not None)
    _tell([row[0] for row in _ask(_untold(family=family is not None), values)], by=by, tell=tell)


def _write(values: dict[str, Any], *, has_family: bool) -> None:
    _run(_addresses(family=has_family), values)
    _run(_rows(family=has_family), values)
    _run(_old_places(family=has_family), values)
    _drop([(row[0], row[1], row[2]) for row in _ask(_gone(family=has_family), values)])
    _run(_new_places(family=has_family), values)
    _run(MEMBERS_OF_MERGED, values)


@contextmanager
def _joins_for_many(*, is_many: bool) -> Iterator[None]:
    """Rows that an import has just written have no statistics yet: keep the planner from one look-up a row."""
    if is_many:
        _run("SET LOCAL enable_nestloop = off", {})
    yield
    if is_many:
        _run("SET LOCAL enable_nestloop TO DEFAULT", {})


def take_turn() -> None:
    """One writer of addresses a company at a time: counts and rows are made of each other."""
    try:
        _run("SELECT pg_advisory_xact_lock(hashtext('portal contacts'), %(company)s::integer)", {})
    except OperationalError as busy:
        if not isinstance(busy.__cause__, LockNotAvailable):
            raise
        raise errors.Unavailable(_("An import is writing addresses right now. Try again in a minute.")) from busy


def family_of(customer_ids: Collection[int]) -> list[int]:
    """These customers, whom they were merged into, and all who were merged into those."""
    return list(_ask(FAMILY, {"given": sorted(customer_ids)})[0][0])


def _drop(gone: list[tuple[int, Any, bool]]) -> None:
    if not gone:
        return
    onetime.end_links(subject_id__in=[public_id for _, public_id, _ in gone])
    PortalContact.objects.filter(pk__in=[pk for pk, _, stays in gone if stays]).update(
        is_present=False, is_on_customer=False, is_widened=False
    )
    PortalContact.objects.filter(pk__in=[pk for pk, _, stays in gone if not stays]).delete()


def _tell(ids: list[int], *, by: Actor, tell: bool) -> None:
    if not ids:
        return
    rows = PortalContact.objects.filter(pk__in=ids).select_related("customer").order_by("pk")
    for row in rows if tell else ():
        brand = brand_of_branch(row.customer.branch_id)
        messaging.queue_letter(
            kind=MessageKind.ALSO_SEE,
            to_email=row.email,
            branch_id=brand.id,
            letter=letters.also_see(
                brand=brand.display_name, customer=row.customer.name, place=row.customer.one_line()
            ),
            subject_id=row.public_id,
            customer_id=row.customer.public_id,
        )
        audit.record("portal.told_also_see", row, by=by, customer=row.customer.public_id, note=row.email)
    PortalContact.objects.filter(pk__in=ids).update(told_at=clock.real_now())


def _run(statement: str, values: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"company": current_company_id(), **values})


def _ask(statement: str, values: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"company": current_company_id(), **values})
        return list(cursor.fetchall())
