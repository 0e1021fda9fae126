"""Technicians as another system keeps them, written in bulk; the run is the audit entry."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import transaction

from portico.domain.capacity.models import Technician
from portico.foundation.tenancy import sourced


@transaction.atomic
def write_technicians(*, changes: Sequence[sourced.Change]) -> sourced.Written:
    """Create or update technicians."""
    return sourced.write(Technician, changes)


def technicians_by_source(ids: Collection[int]) -> dict[int, int]:
    """Primary keys by source id."""
    return sourced.keys(Technician, ids)
