"""What every sheet of paper needs besides its own facts."""

from __future__ import annotations

import base64
from typing import Any

from portico.foundation.tenancy.brands import BrandFacts, logo_png
from portico.kernel import formats


def sheet_brand(brand: BrandFacts) -> dict[str, Any]:
    """The head of a sheet: `brand` of its data."""
    logo = logo_png(brand.logo_digest) if brand.logo_digest else None
    return {
        "name": brand.display_name,
        "phone": formats.phone(brand.phone),
        "color": brand.color,
        "address": brand.address,
        "support_email": brand.support_email,
        "logo": base64.b64encode(logo).decode() if logo else None,
    }
