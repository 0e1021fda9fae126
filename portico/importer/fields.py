"""Reading the fields of one record: pure, strict about what matters, and noting which other records it names."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from portico.importer.faults import Refused
from portico.kernel.money import fraction_digits

BIGGEST_ID = 2**63 - 1
_AMOUNT = re.compile(r"-?\d{1,13}(\.\d+)?", re.ASCII)
_QUANTITY = re.compile(r"-?\d{1,10}(\.\d{1,12})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Ref:
    """Another record of the export; `field` is where it is named."""

    entity: str
    id: int
    field: str


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds for a whole export."""

    currency: str
    exported_at: datetime


class Fields:
    """One object of a record. References found in it and in its inner objects are kept in `refs`."""

    def __init__(
        self, record: Mapping[str, Any], setting: Setting, *, path: str = "", refs: list[Ref] | None = None
    ) -> None:
        self.record, self.setting, self.path = record, setting, path
        self.refs: list[Ref] = [] if refs is None else refs

    def text(self, name: str, limit: int | None = None, *, default: str = "") -> str:
        """A text, cut to what the column holds; a number counts as its digits."""
        value = self.record.get(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise self._wrong(name, "is not a text")
        return str(value)[:limit]

    def whole(self, name: str) -> int | None:
        """A whole number that is not negative."""
        value = self.record.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value) or value < 0:
            raise self._wrong(name, "is not a whole number")
        if value > 2**31 - 1:
            raise self._wrong(name, "is too large")
        return int(value)

    def fraction(self, name: str, *, digits: int = 4) -> Decimal | None:
        """A number that is no money, such as a tax rate or a cost."""
        value = self.record.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, str | int | float) or not _QUANTITY.fullmatch(str(value)):
            raise self._wrong(name, "is not a number")
        return round(Decimal(str(value)), digits)

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.record.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self._wrong(name, "is neither true nor false")
        return value

    def choice(self, name: str, allowed: Collection[str], *, default: str | None = None) -> str:
        """One of the words that the export's description lists."""
        value = self.record.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or value not in allowed:
            raise self._wrong(name, "is missing" if value is None else f"is “{_shown(value)}”, which is not known")
        return value

    def moment(self, name: str) -> datetime:
        """An instant that has to be there."""
        found = self.moment_or_none(name)
        if found is None:
            raise self._wrong(name, "is missing")
        return found

    def moment_or_none(self, name: str) -> datetime | None:
        value = self.record.get(name)
        if value is None:
            return None
        try:
            found = datetime.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            found = None
        if found is None or found.tzinfo is None:
            raise self._wrong(name, f"is “{_shown(value)}”, which is not a moment")
        try:
            return found.astimezone(UTC)
        except OverflowError:
            raise self._wrong(name, f"is “{_shown(value)}”, which is out of range") from None

    def day(self, name: str) -> date:
        """A calendar date that has to be there, taken as it stands."""
        found = self.day_or_none(name)
        if found is None:
            raise self._wrong(name, "is missing")
        return found

    def day_or_none(self, name: str) -> date | None:
        value = self.record.get(name)
        if value is None:
            return None
        try:
            return datetime.fromisoformat(value).date()
        except (ValueError, TypeError):
            raise self._wrong(name, f"is “{_shown(value)}”, which is not a date") from None

    def amount(self, name: str) -> int:
        """An amount of money of accounting in minor units; it has to be there."""
        value = self.record.get(name)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise self._wrong(name, "is missing" if value is None else "is not an amount")
        if not _AMOUNT.fullmatch(str(value)):
            raise self._wrong(name, f"is “{_shown(value)}”, which is not an amount")
        minor = Decimal(str(value)).scaleb(fraction_digits(self.setting.currency))
        if minor != minor.to_integral_value():
            raise self._wrong(name, f"is “{_shown(value)}”, finer than {self.setting.currency} allows")
        return int(minor)

    def ref(self, name: str, entity: str) -> Ref | None:
        """The record named by this field, or None where none is named."""
        value = self.record.get(name)
        return None if value is None else self._refer(name, value, entity)

    def needed(self, name: str, entity: str) -> Ref:
        """The record named by this field, which has to name one."""
        found = self.ref(name, entity)
        if found is None:
            raise self._wrong(name, "is missing")
        return found

    def refs_in(self, name: str, entity: str) -> list[Ref]:
        """The records named by a list of ids."""
        value = self.record.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self._wrong(name, "is not a list")
        return [self._refer(name, each, entity) for each in value if each is not None]

    def inner(self, name: str) -> Fields:
        """An inner object; an absent one is empty."""
        value = self.record.get(name)
        if value is not None and not isinstance(value, dict):
            raise self._wrong(name, "is not an object")
        return Fields(value or {}, self.setting, path=f"{self.path}{name}.", refs=self.refs)

    def rows(self, name: str) -> list[Fields]:
        """A list of inner objects; an absent one is empty."""
        value = self.record.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise self._wrong(name, "is not a list of objects")
        return [Fields(each, self.setting, path=f"{self.path}{name}.", refs=self.refs) for each in value]

    def texts(self, name: str, limit: int) -> list[str]:
        """A list of texts."""
        value = self.record.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self._wrong(name, "is not a list of texts")
        return [each[:limit] for each in value]

    def created_at(self) -> datetime:
        """When the record was made; the export's own moment where nothing says."""
        return self.moment_or_none("createdOn") or self.moment_or_none("modifiedOn") or self.setting.exported_at

    def _refer(self, name: str, value: object, entity: str) -> Ref:
        if isinstance(value, str) and value.isdecimal():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) > BIGGEST_ID:
            raise self._wrong(name, "is not an id")
        found = Ref(entity, value, f"{self.path}{name}")
        self.refs.append(found)
        return found

    def _wrong(self, name: str, what: str) -> Refused:
        return Refused(f"{self.path}{name} {what}.")


def _shown(value: object) -> str:
    return str(value)[:60]
