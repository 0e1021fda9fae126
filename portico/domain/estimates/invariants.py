"""What must be true of estimates, whatever happened."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from portico.domain.estimates import rules
from portico.domain.estimates.enums import EstimateStatus
from portico.domain.estimates.invariant_sql import RULES
from portico.domain.estimates.models import Estimate, EstimateVersion
from portico.domain.estimates.operations import versions
from portico.foundation.tenancy.invariants import Violation
from portico.foundation.tenancy.scope import current_company_id, reading

BATCH = 500
EXAMPLE = {"FROM estimates_proposal p": "p", "FROM estimates_estimate e": "e", "FROM billing_deposit d": "d"}


@reading
def check() -> list[Violation]:
    """Options accepted twice, proofs that do not agree, versions and sums that are not those of their estimate."""
    found = [_broken(rule, where) for rule, where in RULES.items()]
    return [violation for violation in (*found, *_of_versions()) if violation.count]


def _broken(rule: str, where: str) -> Violation:
    row = next((row for begin, row in EXAMPLE.items() if where.startswith(begin)), "a")
    statement = f"SELECT count(*), coalesce(min({row}.public_id::text), '') {where}"
    with connection.cursor() as cursor:
        cursor.execute(statement, {"company": current_company_id()})
        count, example = cursor.fetchone()
    return Violation(rule, count, example)


def _of_versions() -> Iterator[Violation]:
    """Every estimate that customers see is noted as it is stored, and its columns are the sums of its lines."""
    unnoted, unsummed = [], []
    for rows in _batches():
        contents = versions.contents_of(rows)
        noted = EstimateVersion.objects.filter(estimate__in=contents).order_by("estimate_id", "-n")
        newest = {version.estimate_id: version for version in noted.distinct("estimate_id")}
        for row in rows:
            version = newest.get(row.pk)
            if version is None or (version.n, version.content) != (row.version, contents[row.pk]):
                unnoted.append(row)
            if _sums(row) != rules.base_totals(contents[row.pk]):
                unsummed.append(row)
    yield _violation("the newest version is the estimate as it is stored", unnoted)
    yield _violation("an estimate comes to what its lines come to", unsummed)


def _batches() -> Iterator[list[Estimate]]:
    shown = Estimate.objects.exclude(status=EstimateStatus.DRAFT).order_by("pk")
    after = 0
    while rows := list(shown.filter(pk__gt=after)[:BATCH]):
        yield rows
        after = rows[-1].pk


def _sums(row: Estimate) -> rules.Totals:
    deposit = rules.deposit(
        rules.DepositTerms(row.deposit_kind, row.deposit_minor, row.deposit_percent), row.total_minor
    )
    return rules.Totals(row.subtotal_minor, row.tax_minor, row.total_minor, deposit)


def _violation(rule: str, rows: list[Estimate]) -> Violation:
    return Violation(rule, len(rows), str(rows[0].public_id) if rows else "")
