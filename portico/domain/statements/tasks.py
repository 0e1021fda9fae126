"""What statements do by the clock, company by company."""

from __future__ import annotations

from portico.domain.statements import operations
from portico.foundation.tenancy.tasks import periodic_for_each_company

periodic_for_each_company(name="statements.catch_up", cron="* * * * *")(operations.catch_up)
