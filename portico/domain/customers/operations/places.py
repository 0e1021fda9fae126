"""Locations entered and changed by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portico.domain.customers import record_rules, search
from portico.domain.customers.errors import AsksFirst, Missing
from portico.domain.customers.models import Location
from portico.domain.customers.operations.records import differing, locked_customer, require_unchanged, settle_branch
from portico.domain.customers.ports import PORTS
from portico.domain.customers.record_queries import location_columns
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.tenancy.scope import current_company_id
from portico.kernel import clock, ids


@transaction.atomic
def add_location(*, customer: UUID, wanted: Mapping[str, Any], key: str, by: Actor) -> UUID:
    """Give a customer a further home; its public id. The same form sent again adds nothing."""
    owner = locked_customer(customer)
    public_id = ids.public_id_of_form(key, "location", current_company_id(), customer, dict(wanted))
    if Location.objects.filter(public_id=public_id).exists():
        return public_id
    row = Location.objects.create(
        public_id=public_id, customer=owner, **_named(wanted, owner.name), created_at=clock.now()
    )
    settle_branch(owner)
    search.refresh_search([owner.pk])
    told: dict[str, Any] = {"before": None, "after": location_columns(row)}
    audit.record("location.added", row, by=by, customer=owner.public_id, note=row.one_line(), **told)
    return public_id


@transaction.atomic
def change_location(
    *, customer: UUID, location: UUID, wanted: Mapping[str, Any], edition: str, confirm: bool = False, by: Actor
) -> bool:
    """Write what differs; False when it is so already.

    Where it lies elsewhere now, the days on which somebody comes there are planned anew. AsksFirst when it is not used
    any more and jobs are still to be done there.
    """
    owner = locked_customer(customer)
    row = Location.objects.filter(public_id=location, customer=owner, merged_into=None).select_for_update(
        of=("self",)
    ).first()  # fmt: skip
    if row is None:
        raise Missing(_("There is no such location."))
    columns, present = _named(wanted, owner.name), location_columns(row)
    if present == {**present, **columns}:
        return False
    require_unchanged(present, edition)
    if row.is_active and not columns["is_active"] and not confirm:
        _ask_about_jobs(row)
    for name, value in columns.items():
        setattr(row, name, value)
    has_moved = present["postal_code"] != row.postal_code
    if has_moved:
        row.zone_source_id = None  # the zone that its source named was that of the old postal code
    row.save(update_fields=[*columns, "zone_source_id"])
    if has_moved:
        PORTS.place_moved(row.pk)
    settle_branch(owner)
    search.refresh_search([owner.pk])
    told: dict[str, Any] = differing(present, location_columns(row))
    audit.record("location.changed", row, by=by, customer=owner.public_id, note=row.one_line(), **told)
    return True


def _named(wanted: Mapping[str, Any], otherwise: str) -> dict[str, Any]:
    return {**wanted, "name": record_rules.place_name(wanted["name"], street=wanted["street"], otherwise=otherwise)}


def _ask_about_jobs(row: Location) -> None:
    count = PORTS.open_jobs(location_id=row.pk)
    if count:
        said = ngettext(
            "%(n)s job is still to be done here.", "%(n)s jobs are still to be done here.", count
        ) % {"n": count}  # fmt: skip
        raise AsksFirst(_("%(jobs)s They stay: cancel what nobody comes for.") % {"jobs": said})
