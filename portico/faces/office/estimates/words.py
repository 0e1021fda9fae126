"""How the office calls the states of estimates."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from portico.domain.estimates import rules
from portico.domain.estimates.enums import EstimateStatus, EventKind

TONE = {"Draft": "mute", "Open": "info", "Sold": "ok", "Dismissed": "bad", "Withdrawn": "mute"}


def tag_of(row: dict[str, Any], now: datetime) -> tuple[str, str]:
    """What an estimate or an option is called, and its tone."""
    if rules.is_expired(row["status"], row["expires_at"], now):
        return _("Expired"), "warn"
    if row["is_other_chosen"]:
        return _("Not chosen"), "mute"
    return str(EstimateStatus(row["status"]).label), TONE[row["status"]]


def event_title(kind: str) -> str:
    """What happened."""
    return str(EventKind(kind).label)


def states() -> list[tuple[str, str]]:
    """The ways to narrow the list, in the order of their urgency."""
    return [
        ("waiting", _("Waiting for an answer")),
        ("questions", _("Questions")),
        ("accepted", _("Accepted")),
        ("declined", _("Declined")),
        ("expired", _("Expired")),
        ("draft", _("Drafts")),
        ("withdrawn", _("Withdrawn")),
    ]
