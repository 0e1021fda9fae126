"""What documents do by the clock, company by company."""

from __future__ import annotations

from portico.domain.documents import pictures, sweeping
from portico.foundation.tenancy.tasks import periodic_for_each_company

__all__ = ["PREPARE", "sweep"]
PREPARE = pictures.PREPARE


@periodic_for_each_company(name="documents.sweep", cron="41 * * * *")
def sweep() -> None:
    """Files that nothing names, and pictures whose turn was lost with a worker."""
    sweeping.remove_strays()
    pictures.prepare_pictures()
