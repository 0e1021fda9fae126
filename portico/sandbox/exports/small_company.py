"""What stands in the small export once its dirt is taken away: 61 customers with every odd but valid case."""

from datetime import date, datetime, timedelta

from portico.sandbox.exports import (
    books,
    equipment,
    homes,
    logos,
    people,
    settings,
    small_documents,
    small_estimates,
    trades,
    visits,
)
from portico.sandbox.exports.draft import Draft, Record, seeded
from portico.sandbox.exports.homes import Home
from portico.sandbox.exports.moments import workday
from portico.sandbox.exports.plans import JUNIPER
from portico.sandbox.exports.trades import BY_NAME
from portico.sandbox.exports.visits import Slot

PLACEHOLDER = "noemail@example.com"
UNLISTED = "Bernice Unlisted"
DESK = "front.desk@example.com"
NAMES = (
    "Zoë Brontë-Smith",
    "李 小龙",
    "محمد الأحمد",
    "Łukasz Żółty",
    "Nguyễn Thị Hương",
    "Ольга Петрова",
    "Siobhán O'Brien",
    "Sunny 🌵 Side Café ☀️",
    "<b>Bold</b> & Sons",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "{{ 7 * 7 }} {% raw %}",
    "The Association of Homeowners of Upper and Lower Juniper Ridge, " + "and of its Annex " * 8,
)
UNUSABLE = (
    "n/a",
    "none",
    "",
    "john@@example.com",
    "jane.doe@example",
    "mary smith@example.com",
    "bob@example.com, sue@example.com",
    "ann@example..com",
    "@example.com",
    "declined",
    '"Jo Doe" <jo.doe@example.com>',
)
SPELLINGS = ("iris.hall@example.com", " iris.hall@example.com ", "Iris.Hall@EXAMPLE.COM", "iris.hall+home@example.com")
PLACEHOLDERS, AT_DESK, PLAIN = 7, 6, 8
LONG_MEMO = 100_000
MARKUP = "<b>Urgent</b> please <script>alert('x')</script> & call \"first\""


def build(exported_on: datetime) -> Draft:
    """The clean part of the export, its balances settled."""
    draft = Draft(JUNIPER, exported_on, seeded("small"))
    settings.add_all(draft)
    logos.add(draft)
    _add_retired_settings(draft)
    _add_named(draft)
    _add_addresses(draft)
    _add_landlord(draft)
    _add_money_cases(draft)
    _add_job_cases(draft)
    _add_plain(draft)
    _add_merged(draft)
    _add_sparse_fields(draft)
    small_documents.add(draft)
    equipment.add_small(draft)
    small_estimates.add(draft)
    books.settle_customers(draft)
    return draft


def past(draft: Draft, days: int) -> date:
    return workday(draft.now.date() - timedelta(days=days), back=True)


def _home(draft: Draft, name: str, *emails: str) -> Home:
    branch = draft.plan.branches[draft.count("home") % 2]
    return homes.add_home(draft, branch, name, emails=emails)


def _bill(draft: Draft, home: Home, work: str, days: int, *, paid: bool = False) -> Record:
    """A completed job with its invoice, a month to pay."""
    day = past(draft, days)
    job = visits.add_job(draft, home.location, work, Slot(day))
    invoice = books.add_invoice(draft, home, BY_NAME[work].lines, day, job=job, days=30)
    if paid:
        books.pay_whole(draft, home.customer, invoice, day)
    return invoice


def _add_retired_settings(draft: Draft) -> None:
    """A unit, a job type and a technician that are no longer active."""
    since = draft.founded()
    unit = draft.add(
        "settings/business-units", {"active": False, "name": "Boise Pool Service", "currency": "USD"}, created=since
    )
    draft.add(
        "jpm/job-types",
        {"name": "Swamp Cooler Service", "businessUnitIds": [unit["id"]], "skills": [], "active": False},
        created=since,
    )
    technician = {"name": "Retired Technician", "businessUnitId": unit["id"], "active": False, "skills": []}
    draft.add("settings/technicians", technician, created=since)


def _add_named(draft: Draft) -> None:
    for at, name in enumerate(NAMES):
        home = _home(draft, name, f"named{at}@example.com")
        _bill(draft, home, "Drain Cleaning", 20 + at, paid=at % 3 == 0)


def _add_addresses(draft: Draft) -> None:
    for at, value in enumerate(UNUSABLE):
        _home(draft, f"Unreachable Number{at}", value)
    for at in range(PLACEHOLDERS):
        _bill(draft, _home(draft, f"Placeholder Number{at}", PLACEHOLDER), "Heating Tune-Up", 60 + at, paid=at > 1)
    for at in range(AT_DESK):
        _home(draft, f"Apartment Number{at}", DESK)
    _bill(draft, _home(draft, "Iris Hall", *SPELLINGS), "AC Diagnostic", 12)
    for name in ("Andrea Cole", "Nick Cole"):
        _bill(draft, _home(draft, name, "the.coles@example.com"), "Leak Repair", 44)
    _bill(draft, _home(draft, UNLISTED), "Leak Repair", 7)


def _add_landlord(draft: Draft) -> None:
    """Five locations, a tenant at one, and twenty invoices paid by one check."""
    home = homes.add_home(
        draft, draft.plan.branches[1], "Savage Rentals LLC", emails=("savage@example.com",), kind="Commercial", term=2
    )
    for unit in range(2, 6):
        homes.add_location(draft, home.customer, draft.plan.branches[1], name=f"Savage Rentals LLC, property {unit}")
    places = list(draft.of("crm/locations", customerId=home.customer["id"]))
    homes.add_location_email(draft, places[0], "savage@example.com")
    homes.add_location_email(draft, places[2], "tenant.yates@example.com", memo=f"tenant {draft.canary()}")
    bills = [_bill(draft, Home(home.customer, places[at % 5]), "Drain Cleaning", 90 + at) for at in range(20)]
    shares = tuple(books.Share(bill, 21900) for bill in bills)
    books.add_payment(draft, home.customer, past(draft, 60), shares, method="Check")
    _bill(draft, Home(home.customer, places[4]), "Heating Diagnostic", 50)


def _add_money_cases(draft: Draft) -> None:
    home = _home(draft, "Pauline Pending", "pauline@example.com")
    whole, half = (_bill(draft, home, "Drain Cleaning", days) for days in (9, 8))
    books.add_payment(
        draft, home.customer, past(draft, 2), (books.Share(whole, 21900),), method="ACH", status="Pending"
    )
    books.add_payment(draft, home.customer, past(draft, 2), (books.Share(half, 9950),), method="ACH", status="Pending")
    books.add_payment(draft, home.customer, past(draft, 3), (books.Share(half, 5000),))
    home = _home(draft, "Fay Lingate", "fay@example.com")
    _bill(draft, home, "Heating Diagnostic", 15)
    books.add_dead_payment(draft, home.customer, past(draft, 3), 22400, voided=False)
    books.add_dead_payment(draft, home.customer, past(draft, 2), 22400, voided=True)
    home = _home(draft, "Una Applied", "una@example.com")
    books.add_payment(draft, home.customer, past(draft, 5), (), method="Check", unapplied=50000)
    books.add_payment(
        draft,
        home.customer,
        past(draft, 4),
        (books.Share(_bill(draft, home, "Drain Cleaning", 6), 21900),),
        method="Check",
        unapplied=6900,
    )
    _add_credit_memos(draft)
    _add_payer(draft)


def _add_credit_memos(draft: Draft) -> None:
    """One credit memo stands open, one was refunded by a check."""
    home = _home(draft, "Cora Creditor", "cora@example.com")
    bill = _bill(draft, home, "Drain Cleaning", 70, paid=True)
    books.add_credit_memo(draft, home, bill, 5300, past(draft, 40))
    refunded = books.add_credit_memo(draft, home, bill, 4100, past(draft, 39))
    books.add_payment(draft, home.customer, past(draft, 38), (books.Share(refunded, -4100),), method="Refund (check)")
    few = trades.Price("FEE", "Trip fee, reduced", "Service", 30)
    books.add_invoice(draft, home, (few,), past(draft, 5), days=30)
    books.add_invoice(draft, home, (), past(draft, 5))


def _add_payer(draft: Draft) -> None:
    """A warranty company pays for what is done at somebody's home."""
    payer = _home(draft, "Shield Home Warranty", "claims@example.com")
    home = _home(draft, "Wade Covered", "wade@example.com")
    _bill(draft, Home(payer.customer, home.location), "AC Diagnostic", 33)


def _add_job_cases(draft: Draft) -> None:
    home = _home(draft, "Jonas Jobber", "jonas@example.com")
    home.customer["doNotService"] = True
    for status, days in (("Hold", 4), ("Canceled", 9), ("Scheduled", -3), ("Scheduled", -12)):
        visits.add_job(draft, home.location, "Heating Tune-Up", Slot(past(draft, days)), status=status)
    for status, window in (("InProgress", 0), ("Dispatched", 1)):
        visits.add_job(draft, home.location, "Leak Repair", Slot(draft.now.date(), window), status=status)
    job = next(draft.of("jpm/jobs", id=_bill(draft, home, "AC Diagnostic", 300, paid=True)["job"]["id"]))
    second = visits.add_return_visit(draft, job, home.location, Slot(past(draft, 298)))
    assigned = next(draft.of("dispatch/appointment-assignments", appointmentId=second["id"]))
    retired = next(draft.of("settings/technicians", active=False))
    helper = {**assigned, "technicianId": retired["id"], "technicianName": retired["name"]}
    draft.add("dispatch/appointment-assignments", {name: helper[name] for name in helper if name != "id"})
    _add_papers(draft, home, job)


def _add_papers(draft: Draft, home: Home, job: Record) -> None:
    """What the later parts of the product will read."""
    visits.add_note(draft, job, MARKUP)
    long_note = visits.add_note(draft, job, "long")
    long_note["text"] += " ." * (LONG_MEMO // 2)
    visits.add_photo(draft, job, "nameplate.jpg")
    visits.add_photo(draft, job, "inside.jpg", shared=False)
    visits.add_paper(draft, job, "Service report")
    visits.add_form(draft, job, "Safety checklist")
    for kind in range(3):
        homes.add_unit(draft, home.location, kind, installed=past(draft, 1000 * kind) if kind else None)
    for status, days in (("Active", 100), ("Expired", 500), ("Suspended", 200), ("Canceled", 300), ("Deleted", 250)):
        homes.add_membership(draft, home.location, plan=0, since=past(draft, days), status=status)
    endless = homes.add_membership(draft, home.location, plan=1, since=past(draft, 90))
    endless["duration"] = None
    del endless["to"]
    books.add_membership_sale(draft, home, endless, past(draft, 90), 29900, "one year")
    for at, name in enumerate(("Good option", "Better option", "Best option")):
        lines = (trades.Price("HP-SYS", name, "Equipment", 900000 + 200000 * at),)
        books.add_estimate(draft, job, name, lines, proposal=True, recommended=at == 1)
    books.add_estimate(draft, job, "Sold offer", BY_NAME["System Replacement"].lines, status=1)


def _add_plain(draft: Draft) -> None:
    for at in range(PLAIN):
        name = people.name(draft.random)
        home = _home(draft, name, people.email(name, at))
        _bill(draft, home, "Cooling Tune-Up", 250 + at, paid=True)
        bill = _bill(draft, home, "Leak Repair", 25 + 7 * at, paid=at % 4 == 3)
        if at % 4 == 1:
            books.add_payment(draft, home.customer, past(draft, 5), (books.Share(bill, 10000),))


def _add_merged(draft: Draft) -> None:
    """Three records of one person, the third merged into the second; one brings a job and an open invoice along."""
    main = draft.plan.branches[0]
    survivor, merged, older = (
        homes.add_home(draft, main, f"Merle Twice{mark}", emails=("merle@example.com",)) for mark in ("", " 2", " 3")
    )
    bill = _bill(draft, merged, "Drain Cleaning", 31)
    job = next(draft.of("jpm/jobs", id=bill["job"]["id"]))
    job["locationId"] = survivor.location["id"]
    bill["location"] = {"id": survivor.location["id"], "name": survivor.location["name"]}
    for gone, target in ((merged, survivor), (older, merged)):
        gone.customer.update(active=False, mergedToId=target.customer["id"])
        gone.location.update(active=False, mergedToId=target.location["id"])


def _add_sparse_fields(draft: Draft) -> None:
    """Records without what may be absent, and with fields that nobody knows."""
    optional = {
        "crm/customers": ("type", "doNotMail", "memo"),
        "crm/locations": ("zoneId", "taxZoneId"),
        "jpm/jobs": ("priority", "summary"),
        "jpm/appointments": ("arrivalWindowStart", "arrivalWindowEnd"),
        "accounting/invoices": ("syncStatus", "termName", "customerAddress"),
        "equipmentsystems/installed-equipment": ("serialNumber", "memo"),
    }
    for entity, names in optional.items():
        record = draft.records[entity][2]
        for name in names:
            record.pop(name, None)
        record |= {"legacyImportCode": "L-7", "futureField": {"version": 3, "flags": ["a", "b"]}}
    draft.records["jpm/jobs"][3]["summary"] = MARKUP
    draft.records["crm/customers"][3]["memo"] = f"{MARKUP} {draft.canary()}"
