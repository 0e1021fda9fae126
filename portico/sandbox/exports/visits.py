"""Jobs with their appointments, and what is written, photographed and filled in there."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portico.sandbox.exports import moments, pictures, trades
from portico.sandbox.exports.draft import Draft, Record
from portico.sandbox.exports.plans import Branch

VISIT_STATUS = {
    "Scheduled": "Scheduled",
    "Dispatched": "Dispatched",
    "InProgress": "Working",
    "Hold": "Hold",
    "Completed": "Done",
    "Canceled": "Canceled",
}
PHOTOS = 12


@dataclass(frozen=True)
class Slot:
    """A day and the arrival window in it, by the branch's clock."""

    day: date
    window: int = 1

    def start(self, branch: Branch) -> datetime:
        hour, _ = branch.window_hours[self.window % len(branch.window_hours)]
        return moments.local(self.day, hour, branch.zone)

    def end(self, branch: Branch) -> datetime:
        hour, length = branch.window_hours[self.window % len(branch.window_hours)]
        return moments.local(self.day, hour + length, branch.zone)


def add_job(
    draft: Draft, location: Record, work_name: str, slot: Slot, *, status: str = "Completed", customer: int = 0
) -> Record:
    """A job with one appointment in this slot and, unless canceled or waiting, a technician."""
    work, branch = trades.BY_NAME[work_name], draft.branch_of(location)
    done = slot.start(branch) + timedelta(minutes=work.minutes)
    created = min(slot.start(branch) - timedelta(days=5), draft.now - timedelta(hours=4))
    job: Record = {
        "jobNumber": str(draft.count("job-number", start=120001)),
        "customerId": customer or location["customerId"],
        "locationId": location["id"],
        "jobStatus": status,
        "businessUnitId": draft.units[branch.name, work.trade]["id"],
        "jobTypeId": draft.job_types[work.name]["id"],
        "priority": "Normal",
        "summary": f"{work.request} {work.outcome}" if status == "Completed" else work.request,
        "appointmentCount": 1,
    }
    job |= _ending(draft, status, done) | ({"noCharge": True} if work.no_charge else {})
    record = draft.add("jpm/jobs", job, created=created)
    record["modifiedOn"] = moments.instant(min(done, draft.now)) if status == "Completed" else record["createdOn"]
    first = add_appointment(draft, record, location, slot, minutes=work.minutes)
    record |= {"firstAppointmentId": first["id"], "lastAppointmentId": first["id"]}
    return record


def _ending(draft: Draft, status: str, done: datetime) -> Record:
    if status == "Completed":
        return {"completedOn": moments.instant(done)}
    if status == "Canceled":
        return {"cancelReason": {"reasonId": 1003, "name": "Customer request", "text": f"Moved {draft.canary()}"}}
    if status == "Hold":
        return {"holdReason": {"reasonId": 1104, "name": "Parts", "memo": f"Waiting for parts {draft.canary()}"}}
    return {}


def add_appointment(
    draft: Draft, job: Record, location: Record, slot: Slot, *, minutes: int, status: str = ""
) -> Record:
    """One visit of a job, with a technician of the right trade."""
    branch, status = draft.branch_of(location), status or VISIT_STATUS[job["jobStatus"]]
    number = sum(1 for _ in draft.of("jpm/appointments", jobId=job["id"])) + 1 if "firstAppointmentId" in job else 1
    start, planned_end = slot.start(branch), slot.start(branch) + timedelta(minutes=minutes)
    visit: Record = {
        "jobId": job["id"],
        "appointmentNumber": f"{job['jobNumber']}-{number}",
        "start": moments.instant(start),
        "end": moments.instant(planned_end),
        "arrivalWindowStart": moments.instant(start),
        "arrivalWindowEnd": moments.instant(slot.end(branch)),
        "status": status,
        "modifiedOn": job["modifiedOn"],
    }
    if status == "Scheduled":
        visit |= {"isConfirmed": draft.random.random() < 0.5, "specialInstructions": "Please call before arrival."}
    visit = draft.add("jpm/appointments", visit)
    if status not in ("Canceled", "Hold"):
        _assign(draft, job, visit, branch)
    return visit


def add_return_visit(draft: Draft, job: Record, location: Record, slot: Slot) -> Record:
    """A second appointment of the same job."""
    visit = add_appointment(draft, job, location, slot, minutes=90)
    job |= {"appointmentCount": 2, "lastAppointmentId": visit["id"]}
    return visit


def _assign(draft: Draft, job: Record, visit: Record, branch: Branch) -> None:
    trade = next(trade for trade in trades.TRADES if draft.units[branch.name, trade]["id"] == job["businessUnitId"])
    technician = draft.random.choice(draft.technicians[f"{branch.name} {trade}"])
    draft.add(
        "dispatch/appointment-assignments",
        {
            "technicianId": technician["id"],
            "technicianName": technician["name"],
            "assignedById": 1495,
            "assignedOn": job["createdOn"],
            "status": visit["status"],
            "jobId": job["id"],
            "appointmentId": visit["id"],
            "modifiedOn": visit["modifiedOn"],
        },
    )


def add_note(draft: Draft, job: Record, text: str, *, pinned: bool = False) -> Record:
    """What the office writes about a job, never for customers."""
    note = {"jobId": job["id"], "text": f"{text} {draft.canary()}", "isPinned": pinned, "createdById": 1491}
    moment = {"createdOn": job["createdOn"], "modifiedOn": job["modifiedOn"]}
    return draft.add("jpm/job-notes", {**note, "active": True, **moment})


def add_photo(draft: Draft, job: Record, file_name: str, *, shared: bool = True) -> Record:
    """A photograph; several jobs use one picture."""
    number = draft.count("photo", start=0) % PHOTOS
    path = f"forms/files/photo-{number:02d}.jpg"
    if path not in draft.files:
        draft.files[path] = pictures.photo(number)
    return add_attachment(draft, job, file_name, path=path, content_type="image/jpeg", shared=shared)


def add_paper(draft: Draft, job: Record, title: str, *, shared: bool = True) -> Record:
    """A PDF of its own about this job."""
    path = f"forms/files/paper-{job['jobNumber']}.pdf"
    draft.files[path] = pictures.paper(title, (f"Job {job['jobNumber']}", job["summary"], draft.plan.name))
    name = f"{title.lower().replace(' ', '-')}.pdf"
    return add_attachment(draft, job, name, path=path, content_type="application/pdf", shared=shared)


def add_attachment(
    draft: Draft, job: Record, file_name: str, *, path: str, content_type: str, shared: bool = True
) -> Record:
    return draft.add(
        "forms/attachments",
        {
            "jobId": job["id"],
            "fileName": file_name,
            "contentType": content_type,
            "sizeBytes": len(draft.files.get(path, b"")),
            "createdOn": job["modifiedOn"],
            "modifiedOn": job["modifiedOn"],
            "isSharedWithCustomer": shared,
            "path": path,
        },
    )


def add_form(draft: Draft, job: Record, name: str, *, shared: bool = True) -> Record:
    """A completed checklist."""
    units = [
        {"id": f"q{at}", "type": "Text", "name": question, "value": draft.random.choice(answers), "attachments": []}
        for at, (question, answers) in enumerate(trades.CHECKLIST, start=1)
    ]
    return draft.add(
        "forms/submissions",
        {
            "formId": 1,
            "formName": name,
            "submittedOn": job["modifiedOn"],
            "modifiedOn": job["modifiedOn"],
            "createdById": 1490,
            "status": "Completed",
            "owners": [{"type": "Job", "id": job["id"]}],
            "units": units,
            "isSharedWithCustomer": shared,
        },
    )
