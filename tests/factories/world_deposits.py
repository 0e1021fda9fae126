"""Deposits of the world that the sweeps look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portico.domain.billing.models import Deposit
from portico.domain.jobs.models import Job
from tests.domain.estimates import deciding
from tests.factories.billing import make_credit
from tests.factories.estimates import make_estimate

if TYPE_CHECKING:
    from tests.factories.world import Firm


def fill_deposits(firm: Firm) -> None:
    """Alma has approved two estimates: one deposit is to be paid, the money of the other is kept."""
    job = Job.objects.filter(customer=firm.customers["alma"], status="Completed").order_by("pk")[0]
    for name in ("Boiler", "Tank"):
        estimate = make_estimate(job, 80000, name=name, deposit_kind="fixed", deposit_minor=7700)
        deciding.approve(estimate, firm.people["alma"])
    held = Deposit.objects.get(title__contains="Tank")
    held.payment = make_credit(held.customer, 7700, deposit=held, method="card", method_label="Visa ending 4242")
    held.save()
