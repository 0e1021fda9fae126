"""How the office calls what is known of equipment."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from portico.domain.equipment.queries.office import OfficeUnit
from portico.domain.equipment.rules import Warranty
from portico.domain.equipment.words import TONE, age_words, warranty_words


def unit_lines(units: list[OfficeUnit]) -> list[dict[str, Any]]:
    """Units in the words of the office's table."""
    return [
        {
            "unit": one.unit,
            "made": " · ".join(
                part for part in (one.unit.manufacturer, one.unit.model, one.unit.serial_number) if part
            ),
            "age": age_words(one.unit.age),
            "warranties": [
                _warranty(_("Maker"), one.unit.maker_warranty),
                _warranty(_("Ours"), one.unit.our_warranty),
            ],
            "cost": _cost(one.cost),
            "memo": one.memo,
            "status": one.status,
            "is_active": one.is_active,
        }
        for one in units
    ]


def _cost(cost: Decimal | None) -> str:
    """Costs have up to four decimals, and two at least."""
    return "" if cost is None else f"{cost:,.4f}".removesuffix("00")


def _warranty(label: str, warranty: Warranty) -> dict[str, str]:
    return {"text": f"{label}: {warranty_words(warranty)}", "tone": TONE[warranty.word]}
