"""What the address asks for: which months, which branch, and of a list which records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404

from portico.domain.adoption.enums import Kind, Reason, Step, Via
from portico.domain.adoption.queries import Span
from portico.domain.adoption.rules import PERIODS, USUAL, first_of_month
from portico.faces.office.requests import OfficeRequest, public_id
from portico.faces.ui.minijinja import url
from portico.kernel import clock


@dataclass(frozen=True, slots=True)
class Asked:
    """The figures that are looked at: the last months, of one branch or of all."""

    months: int
    branch: UUID | None
    zone: str

    @classmethod
    def of(cls, request: OfficeRequest) -> Asked:
        """What cannot be is what is usual."""
        typed = request.GET.get("months", "")
        months = int(typed) if typed in {str(one) for one in PERIODS} else USUAL
        return cls(months, public_id(request.GET.get("branch", "")), request.brand.time_zone)

    @property
    def span(self) -> Span:
        return Span.of(self.months, self.zone, self.branch)

    @property
    def kept(self) -> dict[str, str]:
        """What goes along to the next page."""
        named = {"months": str(self.months)} if self.months != USUAL else {}
        return named | ({"branch": str(self.branch)} if self.branch else {})


@dataclass(frozen=True, slots=True)
class List:
    """The records behind one figure."""

    asked: Asked
    kind: Kind
    month: date | None = None
    via: Via | None = None
    step: Step | None = None

    @classmethod
    def of(cls, request: OfficeRequest) -> List:
        """404 for what is no kind of record."""
        given = request.GET
        kind = given.get("kind", "")
        if kind not in list(Kind):
            raise Http404("no such records")
        via, step = given.get("via", ""), given.get("step", "")
        steps = {one.name.lower(): one for one in Step}
        return cls(
            asked=Asked.of(request),
            kind=Kind(kind),
            month=_month(given.get("month", "")),
            via=Via(via) if via in list(Via) else None,
            step=steps.get(step, Step.ADDRESS) if kind == Kind.CUSTOMERS else None,
        )

    @property
    def span(self) -> Span:
        """One month, or the whole period."""
        if self.month is None:
            return self.asked.span
        return Span((self.month,), self.asked.zone, self.asked.branch)

    @property
    def vias(self) -> list[str] | None:
        """Which of them are wanted, as the statement tells them apart."""
        if self.step is not None:
            return [str(one.value) for one in Step if one >= self.step]
        return [self.via.value] if self.via else None

    @property
    def query(self) -> dict[str, Any]:
        """The list as an address says it."""
        found: dict[str, Any] = {"kind": self.kind.value}
        found |= {"month": f"{self.month:%Y-%m}"} if self.month else {}
        found |= {"via": self.via.value} if self.via else {}
        found |= {"step": self.step.name.lower()} if self.step is not None else {}
        return found | self.asked.kept

    @property
    def href(self) -> str:
        return url("office_adoption_records", query=self.query)


def reason_of(request: OfficeRequest) -> Reason | None:
    """By which reason the list of whom to invite is narrowed."""
    typed = request.GET.get("reason", "")
    return Reason(typed) if typed in list(Reason) else None


def _month(typed: str) -> date | None:
    try:
        found = date.fromisoformat(f"{typed}-01")
    except ValueError:
        return None
    return (
        found if first_of_month(clock.today("UTC"), 1200) <= found <= first_of_month(clock.today("UTC"), -2) else None
    )
