"""What was typed and drawn, sealed into the address of the next page, so that Back and reload ask nothing."""

from __future__ import annotations

import base64
import json
import zlib
from binascii import Error as NoBase64

from django.conf import settings

from portico.kernel.sealed import CannotUnseal, Sealer

LONGEST = 3000  # letters; some servers take addresses of no more than 4,000


def sealed(typed: dict[str, str], *, bound_to: str) -> str:
    """The typed fields as a part of an address, for this reader and thing alone; empty when they are too many."""
    packed = base64.b64encode(zlib.compress(json.dumps(typed).encode(), 9)).decode()
    found = base64.urlsafe_b64encode(_sealer().seal(packed, bound_to=bound_to)).decode()
    return found if len(found) <= LONGEST else ""


def opened(part: str, *, bound_to: str) -> dict[str, str]:
    """The fields again; none for what we did not seal for this reader and thing."""
    try:
        packed = _sealer().unseal(base64.urlsafe_b64decode(part.encode()), bound_to=bound_to)
    except (CannotUnseal, NoBase64, ValueError):
        return {}
    found: dict[str, str] = json.loads(zlib.decompress(base64.b64decode(packed)))
    return found


def _sealer() -> Sealer:
    return Sealer([settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS], purpose="signing")
