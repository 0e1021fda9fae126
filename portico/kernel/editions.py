"""What a form was opened upon: two people who change the same record hear of each other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def edition(columns: Mapping[str, Any]) -> str:
    """A short name of these values, carried by the form: another one says that somebody has changed them since."""
    told = json.dumps(columns, sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()[:32]
