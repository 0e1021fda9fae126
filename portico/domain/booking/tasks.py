"""What the worker does for booking: planning the days to come, and what changed."""

from __future__ import annotations

from portico.domain.booking.operations import offering, photos, rebuilding, waiting
from portico.foundation.tenancy.tasks import periodic_for_each_company

periodic_for_each_company(name="booking.catch_up", cron="* * * * *")(rebuilding.catch_up)
periodic_for_each_company(name="booking.rebuild", cron="31 7 * * *")(rebuilding.rebuild_all)
periodic_for_each_company(name="booking.offer_freed", cron="* * * * *")(waiting.offer_freed)
periodic_for_each_company(name="booking.end_offers", cron="* * * * *")(offering.end_over)
periodic_for_each_company(name="booking.throw_photos_away", cron="17 * * * *")(photos.throw_away_left)
