"""Estimates of the world that the sweeps look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portico.domain.estimates.models import Estimate
from portico.domain.estimates.operations import asking, declining, proof, undoing
from portico.domain.jobs.models import Job
from portico.foundation.people import operations as people_operations
from tests.domain.estimates import deciding
from tests.factories import people
from tests.factories.estimates import line, make_estimate, make_options

if TYPE_CHECKING:
    from tests.factories.world import Firm


def fill_estimates(firm: Firm) -> None:
    """Options wait in every home but Ben’s; one estimate of Alma’s in each other state, and a question."""
    extra = line("Surge protector", 18900, is_optional=True)
    for job in Job.objects.filter(status="Scheduled").order_by("pk"):
        make_options(job, (f"Good for {job.number}", 400000), (f"Better for {job.number}", 550000))
    alma = Job.objects.filter(customer=firm.customers["alma"], status="Completed").order_by("pk")[0]
    for name, columns in {
        "Pump": {"lines": [line("Pump", 90000), extra]},
        "Sold pump": {"status": "Sold"},
        "Declined pump": {"status": "Dismissed"},
        "Withdrawn pump": {"status": "Withdrawn"},
        "Draft pump": {"status": "Draft"},
        "Old pump": {"expires_in": -5},
    }.items():
        make_estimate(alma, name=name, **columns)
    _decided(firm, alma)
    asked = Estimate.objects.filter(name="Pump").order_by("pk")[0]
    asker = people_operations.actor_of(firm.people["alma"], "")
    question = asking.ask(estimate=asked.public_id, item=None, text="Is the old pump taken away?", by=asker)
    asking.answer(message=question, text="Yes, it is.", by=people.OFFICE)
    asking.ask(estimate=asked.public_id, item=None, text="And who takes it away?", by=asker)
    signed = make_estimate(alma, name="Signed pump", lines=[line("Pump", 90000), extra])
    proof.make_paper(approval=str(deciding.approve(signed, firm.people["alma"])))


def _decided(firm: Firm, job: Job) -> None:
    """What Alma took back, and what she declined with a reason."""
    alma = people_operations.actor_of(firm.people["alma"], "203.0.113.0/24")
    items = [{**line("Boiler", 300000), "sku": "BOILER-7", "cost": 1200, "cost_account": "5000 Cost"}]
    undone = make_estimate(job, name="Undone boiler", lines=items, owner_name="Sally Seller")
    undoing.undo(approval=deciding.approve(undone, firm.people["alma"]), by=alma)
    refused = make_estimate(job, name="Refused boiler")
    declining.decline(estimate=refused.public_id, reason="Too dear", by=alma)
