"""Primary keys of the records that a batch names: one query per entity and batch."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from portico.domain.billing import imported as billing
from portico.domain.capacity import imported as capacity
from portico.domain.catalog import imported as catalog
from portico.domain.customers import imported as customers
from portico.domain.equipment import imported as equipment
from portico.domain.jobs import imported as jobs
from portico.domain.memberships import imported as memberships
from portico.importer.faults import Refused
from portico.importer.fields import Ref

FINDERS: dict[str, Callable[[Collection[int]], dict[int, int]]] = {
    "settings/business-units": catalog.business_units_by_source,
    "jpm/job-types": catalog.job_types_by_source,
    "settings/technicians": capacity.technicians_by_source,
    "crm/customers": customers.customers_by_source,
    "crm/locations": customers.locations_by_source,
    "jpm/jobs": jobs.jobs_by_source,
    "jpm/appointments": jobs.appointments_by_source,
    "accounting/invoices": billing.invoices_by_source,
    "equipmentsystems/installed-equipment": equipment.equipment_by_source,
    "memberships/recurring-service-types": memberships.service_types_by_source,
    "memberships/membership-types": memberships.types_by_source,
    "memberships/memberships": memberships.memberships_by_source,
}


class Lookups:
    """Say what is wanted, find it all, then ask for each."""

    def __init__(self) -> None:
        self._wanted: dict[str, set[int]] = {}
        self._found: dict[str, dict[int, int]] = {}

    def want(self, refs: Iterable[Ref | None]) -> None:
        for ref in refs:
            if ref is not None:
                self._wanted.setdefault(ref.entity, set()).add(ref.id)

    def find(self) -> None:
        self._found = {entity: FINDERS[entity](ids) for entity, ids in self._wanted.items()}

    def key(self, value: Any) -> Any:
        """The primary key of a reference, of each of a list of them, or None for none."""
        if isinstance(value, list):
            return [self.key(each) for each in value]
        if value is None:
            return None
        found = self._found[value.entity].get(value.id)
        if found is None:
            raise Refused(f"{value.field} names {value.entity} {value.id}, which is not here.")
        return found
