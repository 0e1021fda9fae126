"""The lines of the small export: what stands, what is superseded, what must be refused, in a shuffled order."""

import random
from collections import defaultdict
from dataclasses import dataclass, field

from portico.sandbox.exports.draft import ENTITIES, Draft, Record, line_of
from portico.sandbox.exports.planted import Refusal

BOM = b"\xef\xbb\xbf"
WITH_BOM = "crm/location-contacts"
WITH_CRLF = "settings/tag-types"
WITH_BLANKS = "jpm/job-notes"
WITHOUT_LAST_END = "forms/submissions"


@dataclass(frozen=True)
class Line:
    """One line and what has to become of it."""

    content: bytes
    id: int | None = None
    kind: str = ""
    why: str = ""
    superseded: bool = False

    @property
    def is_blank(self) -> bool:
        return not self.content.strip()


@dataclass
class Lines:
    """All lines of an export by entity."""

    random: random.Random
    by_entity: dict[str, list[Line]] = field(default_factory=lambda: defaultdict(list))

    def stand(self, draft: Draft) -> None:
        """Every record of the clean part stands on one line."""
        for entity in ENTITIES:
            self.by_entity[entity] += [Line(line_of(record), record["id"]) for record in draft.records[entity]]

    def refuse(self, entity: str, record: Record, kind: str, why: str) -> None:
        """A record that can be read and must be refused."""
        self.by_entity[entity].append(Line(line_of(record), record["id"], kind, why))

    def refuse_raw(self, entity: str, content: bytes, kind: str, why: str, *, record_id: int | None = None) -> None:
        """A line given as bytes, mostly one that cannot be read as a record."""
        self.by_entity[entity].append(Line(content, record_id, kind, why))

    def supersede(self, entity: str, record: Record) -> None:
        """An older line of an id that stands elsewhere."""
        self.by_entity[entity].append(Line(line_of(record), record["id"], superseded=True))

    def shuffle(self) -> None:
        """Order means nothing; every file gets its own."""
        for entity in ENTITIES:
            self.random.shuffle(self.by_entity[entity])
        self.by_entity[WITH_BLANKS][1:1] = [Line(b""), Line(b"   ")]

    def contents(self) -> dict[str, bytes]:
        """The bytes of every file."""
        return {entity: _content(entity, self.by_entity[entity]) for entity in ENTITIES}

    def counted(self) -> dict[str, int]:
        """How many lines that are not blank every file has."""
        return {entity: sum(not line.is_blank for line in self.by_entity[entity]) for entity in ENTITIES}

    def standing(self) -> dict[str, int]:
        return {entity: sum(_stands(line) for line in self.by_entity[entity]) for entity in ENTITIES}

    def superseded(self) -> dict[str, int]:
        return {entity: sum(line.superseded for line in self.by_entity[entity]) for entity in ENTITIES}

    def refused(self) -> tuple[Refusal, ...]:
        return tuple(
            Refusal(f"{entity}.jsonl", number, line.id, line.kind, line.why)
            for entity in ENTITIES
            for number, line in enumerate(self.by_entity[entity], start=1)
            if line.kind
        )


def _stands(line: Line) -> bool:
    return not (line.kind or line.superseded or line.is_blank)


def _content(entity: str, lines: list[Line]) -> bytes:
    end = b"\r\n" if entity == WITH_CRLF else b"\n"
    content = end.join(line.content for line in lines)
    content += b"" if entity == WITHOUT_LAST_END else end
    return BOM + content if entity == WITH_BOM else content
