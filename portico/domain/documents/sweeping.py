"""Files come before their rows: what a killed program left without a row is removed after an hour."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from django.db import transaction

from portico.domain.documents.models import StoredFile
from portico.domain.documents.pictures import AREA
from portico.foundation.tenancy import files
from portico.kernel import clock

log = logging.getLogger("portico.documents")

UNDER_WAY = timedelta(hours=1)


def strays() -> list[str]:
    """Files of the area that no row names and nobody can be about to name."""
    there = files.stored_in(AREA)
    with transaction.atomic():
        named = named_files()
    before = clock.real_now() - UNDER_WAY
    return [name for name in sorted(there - named) if _written_at(name) < before]


def named_files() -> set[str]:
    """Every file that a row names, in whichever area."""
    rows = StoredFile.objects.values_list("stored_as", "original_as", "thumbnail_as")
    return {name for row in rows for name in row if name}


def remove_strays() -> int:
    """Remove them; how many."""
    found = strays()
    for name in found:
        files.delete(name)
    if found:
        log.info("documents.strays_removed", extra={"count": len(found)})
    return len(found)


def _written_at(name: str) -> datetime:
    """One that was removed meanwhile counts as new."""
    try:
        return files.written_at(name).astimezone(UTC)
    except FileNotFoundError:
        return datetime.max.replace(tzinfo=UTC)
