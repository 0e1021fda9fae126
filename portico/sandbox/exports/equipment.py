"""Equipment in more detail: which unit a job was about, and warranties that stand in every way there is."""

from __future__ import annotations

from datetime import date, timedelta

from portico.sandbox.exports import homes, moments
from portico.sandbox.exports.draft import Draft, Record

SMALL_OWNER = "Savage Rentals LLC"
SMALL_NAMES = ("暖房用ヒートポンプ 室外機", "مضخة حرارية", "<b>Boiler</b>", "Very long name of a water softener " * 4)


def name_in_forms(draft: Draft, units: dict[str, Record]) -> None:
    """Let the forms of jobs at the unit's home name the unit, by the work that was done."""
    by_type = {draft.job_types[work]["id"]: unit for work, unit in units.items()}
    jobs = {job["id"]: job for job in draft.records["jpm/jobs"]}
    for form in draft.records["forms/submissions"]:
        job = jobs.get(form["owners"][0]["id"])
        unit = by_type.get(job["jobTypeId"]) if job else None
        if job and unit and unit["locationId"] == job["locationId"]:
            form["owners"].append({"type": "InstalledEquipment", "id": unit["id"]})


def follow_on(unit: Record) -> None:
    """Our warranty begins when the maker's ends."""
    end = date.fromisoformat(unit["manufacturerWarrantyEnd"][:10])
    unit["serviceProviderWarrantyStart"] = moments.midnight(end)
    unit["serviceProviderWarrantyEnd"] = moments.midnight(end + timedelta(days=730))


def add_small(draft: Draft) -> None:
    """To every place of the landlord, and what an importer may stumble over."""
    owner = next(draft.of("crm/customers", name=SMALL_OWNER))
    today = draft.now.date()
    places = list(draft.of("crm/locations", customerId=owner["id"]))
    units = []
    for at, place in enumerate(places):
        for number in range(3):
            days = (10, 700, 3000)[number] + at
            units.append(homes.add_unit(draft, place, (at + number) % 6, installed=today - timedelta(days=days)))
    for unit, name in zip(units, SMALL_NAMES, strict=False):
        unit["name"] = name.strip()
    units[4]["active"] = False
    units[5]["customerId"] = next(draft.of("crm/customers"))["id"]
    del units[6]["manufacturerWarrantyStart"]
    del units[7]["manufacturerWarrantyEnd"]
    follow_on(units[8])
    merged = next(place for place in draft.records["crm/locations"] if "mergedToId" in place)
    homes.add_unit(draft, merged, 2, installed=today - timedelta(days=500))
    jobs = list(draft.of("jpm/jobs", locationId=units[0]["locationId"]))
    for form in draft.records["forms/submissions"]:
        if form["owners"][0]["id"] in {job["id"] for job in jobs}:
            form["owners"].append({"type": "InstalledEquipment", "id": units[0]["id"]})
