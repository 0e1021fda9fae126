"""How a form knows that what it changes is still what it showed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from portico.foundation.portals.errors import ChangedMeanwhile

LETTERS = 16


def stand_of(values: Mapping[str, Any]) -> str:
    """A mark of how these values stand: it goes into the form and comes back with it."""
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()[:LETTERS]


def require_unchanged(values: Mapping[str, Any], seen: str) -> None:
    """ChangedMeanwhile where the values are no longer those that the form showed."""
    if stand_of(values) != seen:
        raise ChangedMeanwhile(
            _("Somebody else saved this page while you had it open. Nothing of yours was saved; it is still below.")
        )
