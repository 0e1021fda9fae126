"""Memberships and their visits as another system keeps them, written in bulk; the run is the audit entry."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.db import transaction

from portico.domain.memberships.models import (
    Membership,
    MembershipType,
    MembershipTypeService,
    RecurringServiceEvent,
    RecurringServiceType,
)
from portico.foundation.tenancy import sourced


@transaction.atomic
def write_service_types(*, changes: Sequence[sourced.Change]) -> sourced.Written:
    """Create or update the visits that memberships may include."""
    return sourced.write(RecurringServiceType, changes)


@transaction.atomic
def write_types(*, changes: Sequence[sourced.Change], services: Mapping[int, Sequence[int]]) -> sourced.Written:
    """Create or update kinds of memberships; `services` are the visits of each, by its source id."""
    written = sourced.write(MembershipType, changes)
    keys = types_by_source([change.source_id for change in changes])
    MembershipTypeService.objects.filter(membership_type_id__in=keys.values()).delete()
    MembershipTypeService.objects.bulk_create(
        MembershipTypeService(membership_type_id=keys[source_id], service_id=service)
        for source_id in sorted(keys)
        for service in dict.fromkeys(services.get(source_id, ()))
    )
    return written


@transaction.atomic
def write_memberships(*, changes: Sequence[sourced.Change]) -> sourced.Written:
    """Create or update memberships."""
    return sourced.write(Membership, changes)


@transaction.atomic
def write_events(*, changes: Sequence[sourced.Change]) -> sourced.Written:
    """Create or update the visits of memberships."""
    return sourced.write(RecurringServiceEvent, changes)


def service_types_by_source(ids: Collection[int]) -> dict[int, int]:
    """Primary keys by source id."""
    return sourced.keys(RecurringServiceType, ids)


def types_by_source(ids: Collection[int]) -> dict[int, int]:
    """Primary keys by source id."""
    return sourced.keys(MembershipType, ids)


def memberships_by_source(ids: Collection[int]) -> dict[int, int]:
    """Primary keys by source id."""
    return sourced.keys(Membership, ids)
