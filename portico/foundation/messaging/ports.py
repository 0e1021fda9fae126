"""What messaging needs from above; config wires it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Attachment:
    file_name: str
    content: bytes
    content_type: str = "application/pdf"


EnclosureMaker = Callable[[UUID, dict[str, Any]], Attachment]

ENCLOSURES: dict[str, EnclosureMaker] = {}


@dataclass
class Ports:
    """`name_of_customer`: what stands on the record of a customer's public id; empty for none."""

    name_of_customer: Callable[[UUID], str] | None = None


PORTS = Ports()
