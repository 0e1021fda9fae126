"""The household that the demo is looked at through: a home, a rental and everything that can be open."""

from datetime import date, timedelta

from portico.sandbox.exports import books, equipment, homes, moments, trades, visits
from portico.sandbox.exports.draft import Draft, Record
from portico.sandbox.exports.homes import Home
from portico.sandbox.exports.moments import workday
from portico.sandbox.exports.trades import BY_NAME
from portico.sandbox.exports.visits import Slot

MARIA, SAM = "maria.ortega@example.com", "sam.ortega@example.com"
YEARS = 6
BILLED_MONTHS = 18
MONTHLY_CENTS = 1809
MEMBER, RENEWED = 555, 190
REPAIRS = (
    "Leak Repair",
    "Thermostat Replacement",
    "Outlet and Switch Repair",
    "Drain Cleaning",
    "AC Diagnostic",
    "Electrical Safety Check",
)
FILTER = (trades.Price("FLT-2025", "Pleated filter 20x25, mailed", "Material", 2900),)
OPTIONS = (("Good option", 890000), ("Better option", 1135000), ("Best option", 1490000))


def add_household(draft: Draft) -> None:
    """Maria Ortega with her home and her rental; Sam is the second contact of the home."""
    branch = draft.plan.branches[0]
    home = homes.add_home(draft, branch, "Maria Ortega", emails=(MARIA,), years=YEARS + 0.5)
    homes.add_email(draft, home.customer, SAM, memo=f"husband, asks about every line {draft.canary()}")
    rental = homes.add_home(draft, branch, "Ortega Rental Homes", emails=(MARIA,), years=3)
    _add_history(draft, home)
    _add_membership(draft, home)
    _add_open_invoices(draft, home)
    _add_waiting_work(draft, home)
    _add_rental(draft, rental)
    _add_equipment(draft, home, rental)
    _settle_membership(draft, home)
    _add_offers(draft, home)


def _ago(draft: Draft, days: int) -> date:
    return workday(draft.now.date() - timedelta(days=days), back=True)


def _add_history(draft: Draft, home: Home) -> None:
    for year in range(YEARS):
        for days, work in ((75, REPAIRS[year]), (190, "Cooling Tune-Up"), (330, "Heating Tune-Up")):
            ago = 365 * year + days
            job = _billed_job(draft, home, work, _ago(draft, ago), member=ago < MEMBER)[0]
            _add_documents(draft, job, year)


def _billed_job(
    draft: Draft, home: Home, work: str, day: date, *, days: int = 0, paid: bool = True, member: bool = False
) -> tuple[Record, Record]:
    job = visits.add_job(draft, home.location, work, Slot(day, draft.random.randrange(3)))
    lines = BY_NAME[work].lines + (_discount(work) if member else ())
    invoice = books.add_invoice(draft, home, lines, day, job=job, days=days)
    if paid:
        method = draft.random.choice(("Visa", "Visa", "Check", "ACH"))
        books.pay_whole(draft, home.customer, invoice, min(day + timedelta(days=3), draft.now.date()), method=method)
    return job, invoice


def _discount(work: str) -> tuple[trades.Price, ...]:
    labor = sum(line.cents for line in BY_NAME[work].lines if line.kind == "Service")
    return (trades.Price("MEMBER-10", "Member discount 10 % on labor", "PriceModifier", -(labor // 10)),)


def _add_documents(draft: Draft, job: Record, year: int) -> None:
    visits.add_photo(draft, job, "before.jpg")
    if year < 3:
        visits.add_photo(draft, job, "after.jpg")
        visits.add_paper(draft, job, "Service report")
        visits.add_form(draft, job, "Cooling safety checklist")
        visits.add_photo(draft, job, "technician-only.jpg", shared=False)
    visits.add_note(draft, job, "Gate code is with the office")


def _add_membership(draft: Draft, home: Home) -> None:
    today = draft.now.date()
    place, renewed = home.location, _ago(draft, RENEWED)
    last = homes.add_membership(draft, place, plan=0, since=_ago(draft, MEMBER), status="Expired", frequency="Monthly")
    active = homes.add_membership(draft, place, plan=0, since=renewed, frequency="Monthly")
    for month in range(BILLED_MONTHS):
        day = today - timedelta(days=20 + 30 * month)
        membership = active if day >= renewed else last
        sale = books.add_membership_sale(draft, home, membership, day, MONTHLY_CENTS, f"month of {day:%B %Y}")
        books.pay_whole(draft, home.customer, sale, day)


def _settle_membership(draft: Draft, home: Home) -> None:
    """Each discount names the membership that gave it; of its visits one was used and one is due."""
    last, active = draft.of("memberships/memberships", customerId=home.customer["id"])
    for invoice in draft.records["accounting/invoices"]:
        is_ours = invoice["customer"]["id"] == home.customer["id"]
        if is_ours and any(item["skuName"] == "MEMBER-10" for item in invoice["items"]):
            invoice["membershipId"] = (last if invoice["invoiceDate"] < active["from"] else active)["id"]
    used, due = draft.of("memberships/recurring-service-events", membershipId=active["id"])
    work = next(draft.of("jpm/job-types", name="Cooling Tune-Up"))
    done = next(draft.of("jpm/jobs", locationId=home.location["id"], jobTypeId=work["id"]))
    used |= {"status": "Won", "jobId": done["id"]}
    due |= {"status": "NotAttempted", "date": moments.instant(draft.now - timedelta(days=9))}


def _add_open_invoices(draft: Draft, home: Home) -> None:
    today = draft.now.date()
    overdue, _ = _billed_job(draft, home, "AC Diagnostic", _ago(draft, 48), days=15, paid=False, member=True)
    visits.add_paper(draft, overdue, "Diagnostic report")
    _billed_job(draft, home, "Leak Repair", _ago(draft, 10), days=15, paid=False, member=True)
    heater, invoice = _billed_job(
        draft, home, "Water Heater Replacement", _ago(draft, 21), days=30, paid=False, member=True
    )
    books.add_payment(draft, home.customer, _ago(draft, 14), (books.Share(invoice, 100000),))
    visits.add_photo(draft, heater, "new-water-heater.jpg")
    visits.add_paper(draft, heater, "Permit")
    books.add_invoice(draft, home, FILTER, today - timedelta(days=3), days=15)


def _add_waiting_work(draft: Draft, home: Home) -> None:
    today = draft.now.date()
    visits.add_job(
        draft, home.location, "Heating Tune-Up", Slot(workday(today + timedelta(days=2))), status="Scheduled"
    )
    waiting = visits.add_job(draft, home.location, "Thermostat Replacement", Slot(_ago(draft, 6)), status="Hold")
    visits.add_note(draft, waiting, "Part is back-ordered", pinned=True)
    visits.add_job(draft, home.location, "Drain Cleaning", Slot(_ago(draft, 60)), status="Canceled")


def _add_rental(draft: Draft, rental: Home) -> None:
    homes.add_location_email(draft, rental.location, "tenant.lopez@example.com", memo=f"tenant {draft.canary()}")
    for days, work in ((700, "Water Heater Flush"), (410, "Drain Cleaning"), (140, "Outlet and Switch Repair")):
        job, _ = _billed_job(draft, rental, work, _ago(draft, days))
        visits.add_photo(draft, job, "finding.jpg")
    _billed_job(draft, rental, "Drain Cleaning", _ago(draft, 6), days=30, paid=False)
    _, pending = _billed_job(draft, rental, "Electrical Safety Check", _ago(draft, 4), days=15, paid=False)
    share = books.Share(pending, 12900)
    books.add_payment(draft, rental.customer, _ago(draft, 1), (share,), method="ACH", status="Pending")
    upcoming = Slot(workday(draft.now.date() + timedelta(days=9)), 2)
    visits.add_job(draft, rental.location, "Water Heater Flush", upcoming, status="Scheduled")


def _add_equipment(draft: Draft, home: Home, rental: Home) -> None:
    pump, furnace, heater, thermostat = (
        homes.add_unit(draft, home.location, kind, installed=_ago(draft, days))
        for kind, days in ((0, 3100), (1, 3245), (2, 21), (3, 440))
    )
    equipment.follow_on(heater)
    works = {"Cooling Tune-Up": pump, "Heating Tune-Up": furnace, "Thermostat Replacement": thermostat}
    equipment.name_in_forms(draft, works)
    homes.add_unit(draft, home.location, 5, installed=None)
    homes.add_unit(draft, rental.location, 2, installed=_ago(draft, 1400))


def _add_offers(draft: Draft, home: Home) -> None:
    visit = visits.add_job(draft, home.location, "Replacement Estimate", Slot(_ago(draft, 8)))
    for at, (name, price) in enumerate(OPTIONS):
        lines = (
            trades.Price("HP-SYS", f"Heat pump system, {name.lower()}", "Equipment", price),
            *BY_NAME["System Replacement"].lines[1:],
        )
        books.add_estimate(draft, visit, name, lines, proposal=True, recommended=at == 1)
    repair = next(draft.of("jpm/jobs", customerId=home.customer["id"], jobStatus="Completed"))
    books.add_estimate(draft, repair, "Safety check offer", BY_NAME["Electrical Safety Check"].lines, status=1)
    books.add_estimate(draft, repair, "EV charger offer", BY_NAME["EV Charger Installation"].lines, status=2)
    books.add_estimate(draft, repair, "Thermostat offer", BY_NAME["Thermostat Replacement"].lines, expires=20)
    canceled = next(draft.of("jpm/jobs", customerId=home.customer["id"], jobStatus="Canceled"))
    books.add_estimate(draft, canceled, "Drain lining offer", BY_NAME["Drain Cleaning"].lines, expires=400)
    books.add_estimate(draft, canceled, "Leak repair offer", BY_NAME["Leak Repair"].lines, status=1)
