"""The finders of equipment: units, what was done at them, and the passport of a home."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404

from portico.domain.equipment.queries import units
from portico.domain.equipment.queries.units import Home, Unit, UnitPage
from portico.domain.jobs.queries import units as unit_jobs
from portico.domain.jobs.queries.units import HomeHistory, UnitService
from portico.kernel import clock

if TYPE_CHECKING:
    from portico.domain.customers.queries import Scope


class EquipmentFinders:
    """What a visitor finds of equipment, within what it may know the history of."""

    if TYPE_CHECKING:

        def service_scope(self, narrowed_to: UUID | None = None) -> Scope: ...

    def units(self, narrowed_to: UUID | None, *, after: UUID | None, limit: int) -> list[Unit]:
        """A page of units, home by home."""
        return units.units(scope=self.service_scope(narrowed_to), now=clock.now(), after=after, limit=limit)

    def unit(self, unit: UUID) -> UnitPage:
        """One unit; 404 for one that this visitor may not see, as for one that does not exist."""
        found = units.unit_page(scope=self.service_scope(), unit=unit, now=clock.now())
        if found is None:
            raise Http404
        return found

    def service_of_unit(self, found: UnitPage) -> UnitService:
        """What was done at it, and who comes next."""
        scope = self.service_scope()
        return unit_jobs.service_of_unit(scope=scope, unit=found.key, location=found.location_key, now=clock.now())

    def passport(self, location: UUID) -> tuple[Home, HomeHistory]:
        """A home with its units and its newest jobs; 404 as above."""
        scope = self.service_scope()
        home = units.home(scope=scope, location=location, now=clock.now())
        if home is None:
            raise Http404
        return home, unit_jobs.history_of_home(scope=scope, location=home.key)
