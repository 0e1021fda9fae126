"""A browser's name for itself, in the words of its owner: "Safari on iPhone"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from portico.faces.customer.visitor import Visitor
from portico.foundation.people import devices

# The first that fits wins: browsers name the ones that they descend from, too.
BROWSERS = (
    ("Edge", r"\bEdg(?:e|A|iOS)?/"),
    ("Opera", r"\bOPR/|\bOpera\b"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Firefox", r"\b(?:Firefox|FxiOS)/"),
    ("Chrome", r"\b(?:Chrome|CriOS|Chromium|HeadlessChrome)/"),
    ("Safari", r"\bSafari/"),
)
SYSTEMS = (
    ("iPhone", r"\biPhone\b"),
    ("iPad", r"\biPad\b"),
    ("Android", r"\bAndroid\b"),
    ("Windows", r"\bWindows\b"),
    ("Mac", r"\bMacintosh\b|\bMac OS X\b"),
    ("Chromebook", r"\bCrOS\b"),
    ("Linux", r"\bLinux\b"),
)


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One line of the list of devices."""

    id: UUID
    label: str
    network: str
    started_at: datetime
    seen_at: datetime
    is_this: bool


def own_devices(visitor: Visitor) -> list[DeviceRow]:
    """Where this visitor is signed in, this browser first."""
    found = devices.devices_of(login_id=visitor.login.id, this=visitor.session.id)
    return [
        DeviceRow(
            id=device.id,
            label=words_of(device.agent),
            network=device.network,
            started_at=device.started_at,
            seen_at=device.seen_at,
            is_this=device.is_this,
        )
        for device in found
    ]


def words_of(agent: str) -> str:
    """Browser and system, as far as the browser says."""
    browser, system = _named(BROWSERS, agent), _named(SYSTEMS, agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown browser")


def _named(known: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for name, pattern in known if re.search(pattern, agent)), "")
