"""Keeping what could be seen of estimates, version by version."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from portico.domain.estimates import rules
from portico.domain.estimates.models import Estimate, EstimateItem, EstimateVersion
from portico.domain.estimates.rules import DepositTerms, Head, Item
from portico.foundation.audit.operations import Actor
from portico.kernel import clock

BATCH = 500


def note(estimate: Estimate, *, by: Actor) -> bool:
    """Note a version when the estimate as it is stored differs from the newest; False when it does not.

    The caller has locked the proposal and written estimate and lines; `estimate.version` follows.
    """
    noted = note_all([estimate.pk], made_by_name=by.name)
    estimate.version = noted.get(estimate.pk, estimate.version)
    return bool(noted)


def note_all(keys: Collection[int], *, made_by_name: str) -> dict[int, int]:
    """The same for many by their keys: the new number of each of which a version was noted."""
    rows = list(Estimate.objects.filter(pk__in=keys).order_by("pk"))
    contents, newest = contents_of(rows), _newest(keys)
    changed = [row for row in rows if row.pk not in newest or newest[row.pk].content != contents[row.pk]]
    for row in changed:
        row.version = newest[row.pk].n + 1 if row.pk in newest else 1
    now = clock.real_now()
    EstimateVersion.objects.bulk_create(
        (
            EstimateVersion(estimate=row, n=row.version, content=contents[row.pk], made_by_name=made_by_name, at=now)
            for row in changed
        ),
        batch_size=BATCH,
    )
    Estimate.objects.bulk_update(changed, ["version"], batch_size=BATCH)
    return {row.pk: row.version for row in changed}


def contents_of(estimates: Iterable[Estimate]) -> dict[int, dict[str, Any]]:
    """What would be noted of each, by key, read from the stored lines."""
    rows = {estimate.pk: estimate for estimate in estimates}
    lines: dict[int, list[Item]] = {key: [] for key in rows}
    for item in EstimateItem.objects.filter(estimate__in=rows).order_by("estimate_id", "position"):
        lines[item.estimate_id].append(_item(item))
    return {key: rules.content_of(_head(estimate), lines[key]) for key, estimate in rows.items()}


def _newest(keys: Collection[int]) -> dict[int, EstimateVersion]:
    found = EstimateVersion.objects.filter(estimate__in=keys).order_by("estimate_id", "-n").distinct("estimate_id")
    return {version.estimate_id: version for version in found}


def _head(estimate: Estimate) -> Head:
    return Head(
        estimate=str(estimate.public_id),
        number=estimate.number,
        name=estimate.name,
        summary=estimate.summary,
        currency=estimate.currency,
        tax_rate=estimate.tax_rate,
        tax_minor=estimate.tax_minor,
        deposit=DepositTerms(estimate.deposit_kind, estimate.deposit_minor, estimate.deposit_percent),
        expires_at=estimate.expires_at,
    )


def _item(item: EstimateItem) -> Item:
    return Item(
        ref=str(item.public_id),
        name=item.name,
        description=item.description,
        quantity=item.quantity,
        price_minor=item.price_minor,
        total_minor=item.total_minor,
        member_price_minor=item.member_price_minor,
        is_optional=item.is_optional,
        is_suggested=item.is_suggested,
        is_taxable=item.is_taxable,
    )
