"""A file comes before its row, and goes when it is read: what a killed program left over is removed after an hour."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from portico.domain.invitations.enums import ListState
from portico.domain.invitations.models import InviteList
from portico.foundation.tenancy import files
from portico.kernel import clock

AREA = "invitations"
UNDER_WAY = timedelta(hours=1)


def remove_strays() -> int:
    """Remove the files that no list still has to read; how many."""
    there = files.stored_in(AREA)
    with transaction.atomic():
        reading = InviteList.objects.filter(state=ListState.READING)
        named = set(reading.values_list("stored_as", flat=True))
    before = clock.real_now() - UNDER_WAY
    strays = [name for name in sorted(there - named) if files.written_at(name) < before]
    for name in strays:
        files.delete(name)
    return len(strays)
