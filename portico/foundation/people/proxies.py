"""The caller's network, read through as many proxies as the operator says there are."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Mapping
from typing import Any

from django.conf import settings


def ip_prefix(meta: Mapping[str, Any]) -> str:
    """/24 of an IPv4 caller, /48 of an IPv6 one; empty when unknown. Left-most headers are never believed."""
    caller = _caller(meta)
    try:
        if ":" not in caller:
            return f"{socket.inet_ntop(socket.AF_INET, socket.inet_pton(socket.AF_INET, caller)[:3] + bytes(1))}/24"
        return str(ipaddress.ip_network(f"{ipaddress.ip_address(caller)}/48", strict=False))
    except (OSError, ValueError):
        return ""


def _caller(meta: Mapping[str, Any]) -> str:
    trusted: int = settings.PORTICO_PROXIES
    hops = [hop.strip() for hop in str(meta.get("HTTP_X_FORWARDED_FOR", "")).split(",") if hop.strip()]
    if trusted and len(hops) >= trusted:
        return hops[-trusted]
    return str(meta.get("REMOTE_ADDR", ""))
