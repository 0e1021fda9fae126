"""More documents for the small export: many photos of few files, names in other scripts, and what nobody shared."""

from __future__ import annotations

from portico.sandbox.exports import visits
from portico.sandbox.exports.draft import Draft

OWNER = "Savage Rentals LLC"
NAMES = (
    "outside-unit.jpg",
    "設備照片-室外機.jpg",
    "صورة السخان.jpg",
    "a photo with a very long name that says everything about the leak under the kitchen sink on the second floor.jpg",
    "<b>bold</b>.jpg",
)
PHOTOS = 15


def add(draft: Draft) -> None:
    """To two jobs of the landlord, and to one at somebody else's home."""
    owner = next(draft.of("crm/customers", name=OWNER))
    first, second, *_ = draft.of("jpm/jobs", customerId=owner["id"])
    for number in range(PHOTOS):
        name = NAMES[number] if number < len(NAMES) else f"photo-{number:02d}.jpg"
        visits.add_photo(draft, first, name, shared=number % 4 != 3)
    visits.add_paper(draft, first, "Service report")
    visits.add_paper(draft, second, "Cost sheet", shared=False)
    form = visits.add_form(draft, first, "Heizungsprüfung / 暖房点検")
    form["units"] += [
        {"id": "q8", "type": "Section", "name": "Technician", "units": [{"id": "q9", "name": "Passed", "value": True}]},
        {"id": "q10", "type": "Text", "name": "Left open", "value": None},
    ]
    remark = visits.add_form(draft, second, "Internal checklist", shared=False)
    remark["units"][0]["value"] = f"Do not print {draft.canary()}"
