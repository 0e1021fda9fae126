"""What every sheet of paper needs besides its own facts."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from portico.foundation.tenancy.brands import BrandFacts, logo_png
from portico.kernel import formats


def sheet_brand(brand: BrandFacts) -> dict[str, Any]:
    """The head of a sheet: `brand` of its data."""
    return sheet_brand_of(
        {
            "name": brand.display_name,
            "phone": brand.phone,
            "color": brand.color,
            "address": brand.address,
            "support_email": brand.support_email,
            "logo_digest": brand.logo_digest,
        }
    )


def sheet_brand_of(told: Mapping[str, str]) -> dict[str, Any]:
    """The same of a brand as it was written down, perhaps long ago; without its logo where that is no longer kept."""
    logo = logo_png(told["logo_digest"]) if told["logo_digest"] else None
    return {
        "name": told["name"],
        "phone": formats.phone(told["phone"]),
        "color": told["color"],
        "address": told["address"],
        "support_email": told["support_email"],
        "logo": base64.b64encode(logo).decode() if logo else None,
    }
