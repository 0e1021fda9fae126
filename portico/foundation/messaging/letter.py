"""A mail as data: what the layout shows, without any markup."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Link:
    """A button or link: a path on the portal (or the office), with `{token}` where a one-time link's secret goes.

    The secret is computed when the mail is sent; `one_time` is the public id of its link.
    """

    label: str
    path: str
    one_time: UUID | None = None
    is_office: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """All texts are plain. `code` is the public id of a mailed code: `{code}` in heading and paragraphs becomes its
    digits when the mail is sent, so that they stand in no table."""

    subject: str
    heading: str
    preheader: str = ""
    paragraphs: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    lines: tuple[tuple[str, str], ...] = ()
    action: Link | None = None
    secondary: tuple[Link, ...] = ()
    closing: tuple[str, ...] = ()
    code: UUID | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that a port makes when the mail is sent, e.g. kind `invoice_pdf` of an invoice's public id."""

    kind: str
    of: UUID
    options: dict[str, Any] = field(default_factory=dict)
