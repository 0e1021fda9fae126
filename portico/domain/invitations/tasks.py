"""What invitations do by the clock, company by company."""

from __future__ import annotations

from portico.domain.invitations import operations
from portico.foundation.tenancy.tasks import periodic_for_each_company

periodic_for_each_company(name="invitations.catch_up", cron="* * * * *")(operations.catch_up)
periodic_for_each_company(name="invitations.sweep", cron="13 * * * *")(operations.remove_strays)
