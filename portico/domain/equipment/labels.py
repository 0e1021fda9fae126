"""The square code on a unit: it leads to the unit's page on the company's own host, whoever asked for it."""

from __future__ import annotations

import io

import segno
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portico.domain.equipment.queries.units import UnitPage
from portico.foundation.messaging import links, paper
from portico.foundation.messaging.ports import Attachment
from portico.foundation.messaging.sheets import sheet_brand

BORDER = 4  # the quiet zone that readers need
MOST_OF_NAME = 90


def unit_link(unit: str) -> str:
    """The absolute address of a unit's page, built from the stored host name."""
    return links.portal_url(f"/equipment/{unit}/")


def qr_address(unit: str) -> str:
    """The code as an address for an image, dark on white in every colour scheme."""
    return segno.make_qr(unit_link(unit), error="m").svg_data_uri(scale=6, border=BORDER, light="#fff")


def print_label(page: UnitPage) -> Attachment:
    """A label of 4 by 2 inches as PDF."""
    unit = page.unit
    made = paper.render(
        "label",
        {
            "lang": get_language() or "en",
            "brand": sheet_brand(page.brand),
            "number": unit.name,
            "qr-svg": _svg(unit.id),
            "alt": unit_link(unit.id),
            "name": _short(unit.name),
            "lines": [_short(part) for part in (unit.model, unit.serial_number, unit.address) if part],
            "ask": _("Scan for warranties and history"),
        },
    )
    return Attachment(f"label-{unit.id[:8]}.pdf", made)


def _svg(unit: str) -> str:
    drawn = io.BytesIO()
    segno.make_qr(unit_link(unit), error="m").save(drawn, kind="svg", xmldecl=False, border=BORDER)
    return drawn.getvalue().decode()


def _short(text: str) -> str:
    return text if len(text) <= MOST_OF_NAME else f"{text[: MOST_OF_NAME - 1]}…"
