"""What an import did, as the report file and the office tell it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from portico.importer.registry import ENTITIES
from portico.kernel.money import Money

COUNTED = ("read", "created", "updated", "unchanged", "superseded", "waiting", "refused")


@dataclass(slots=True)
class Report:
    """Counts by entity, each refused line or record, columns in which the source won, balances that differ."""

    entities: dict[str, dict[str, int]] = field(
        default_factory=lambda: {entity.name: dict.fromkeys(COUNTED, 0) for entity in ENTITIES}
    )
    refused: list[dict[str, Any]] = field(default_factory=list)
    overruled: list[dict[str, Any]] = field(default_factory=list)
    differences: list[dict[str, Any]] = field(default_factory=list)

    def count(self, entity: str, what: str, number: int) -> None:
        self.entities[entity][what] += number

    def refuse(self, entity: str, line: int, source_id: int | None, reason: str) -> None:
        self.count(entity, "refused", 1)
        self.refused.append({"file": f"{entity}.jsonl", "line": line, "id": source_id, "reason": reason})

    def overrule(self, entity: str, source_id: int, column: str) -> None:
        self.overruled.append({"entity": entity, "id": source_id, "field": column})

    def differ(self, invoice: int, in_file: int, here: int | None, currency: str) -> None:
        here_said = "" if here is None else _said(here, currency)
        self.differences.append({"invoice": invoice, "in_file": _said(in_file, currency), "here": here_said})

    def total(self, what: str) -> int:
        return sum(counts[what] for counts in self.entities.values())

    def as_json(self) -> dict[str, Any]:
        return {
            "entities": self.entities,
            "refused": sorted(self.refused, key=lambda row: (row["file"], row["line"])),
            "overruled": self.overruled,
            "differences": self.differences,
        }


def _said(minor: int, currency: str) -> str:
    return str(Money(minor, currency).decimal())
