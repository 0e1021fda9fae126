"""settings/…: business units, technicians, tags."""

from __future__ import annotations

from typing import Any

from portico.importer.fields import Fields


def business_unit(fields: Fields) -> dict[str, Any]:
    return {
        "name": fields.text("name", 200) or f"Business unit {fields.record['id']}",
        "official_name": fields.text("officialName", 200),
        "phone": fields.text("phoneNumber", 40),
        "trade": fields.inner("trade").text("name", 80),
        "tax_rate": fields.fraction("defaultTaxRate", digits=6),
        "is_active": fields.flag("active", default=True),
    }


def technician(fields: Fields) -> dict[str, Any]:
    fields.ref("mainZoneId", "dispatch/zones")
    return {
        "business_unit_id": fields.ref("businessUnitId", "settings/business-units"),
        "name": fields.text("name", 200) or f"Technician {fields.record['id']}",
        "bio": fields.text("bio"),
        "email": fields.text("email", 254),
        "phone": fields.text("phoneNumber", 40),
        "team": fields.text("team", 120),
        "memo": fields.text("memo"),
        "zone_source_ids": [zone.id for zone in fields.refs_in("zoneIds", "dispatch/zones")],
        "skills": [skill.text("name", 120) for skill in fields.rows("skills")],
        "is_active": fields.flag("active", default=True),
    }


def tag_type(fields: Fields) -> dict[str, Any]:
    return {
        "name": fields.text("name", 200) or f"Tag {fields.record['id']}",
        "color": fields.text("color", 20),
        "importance": fields.text("importance", 20),
        "is_active": fields.flag("active", default=True),
    }
