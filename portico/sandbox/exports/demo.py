"""The demo company: clean, alive and the same for everybody on the same day."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from portico.sandbox.exports import books, demo_household, homes, logos, people, settings, trades, visits
from portico.sandbox.exports.draft import Draft, Record, seeded, unmarked_lines, write
from portico.sandbox.exports.homes import Home
from portico.sandbox.exports.moments import workday
from portico.sandbox.exports.plans import BRIGHTWATER, Branch
from portico.sandbox.exports.trades import BY_NAME
from portico.sandbox.exports.visits import Slot

PLACEHOLDER = "noemail@example.com"
ORDINARY = 21
MORNING = time(15, 0, tzinfo=UTC)
PAST_WORK = (
    "AC Diagnostic",
    "Heating Diagnostic",
    "Cooling Tune-Up",
    "Heating Tune-Up",
    "Thermostat Replacement",
    "Leak Repair",
    "Drain Cleaning",
    "Water Heater Flush",
    "Outlet and Switch Repair",
    "Electrical Safety Check",
    "EV Charger Installation",
)
NAMED = (
    ("Αναστασία Παπαδοπούλου-Κωνσταντινίδου", "anastasia.p@example.com"),
    ("ليلى عبد الرحمن", "layla.abdulrahman@example.com"),
    ("陈 美玲", "meiling.chen@example.com"),
    ("Bartholomew Featherstonehaugh-Montgomery-Wellington III", "bart.fmw@example.com"),
    ("Tom Baker", "tom.baker@@example.com"),
)


def write_demo(folder: Path, *, today: date) -> None:
    """Write the export of Brightwater Home Services as it stands on the morning of this day."""
    draft = Draft(BRIGHTWATER, datetime.combine(today, MORNING), seeded(f"demo {today.isoformat()}"))
    settings.add_all(draft)
    logos.add(draft)
    demo_household.add_household(draft)
    _add_landlord(draft)
    _add_special_customers(draft)
    for at in range(ORDINARY):
        _add_ordinary(draft, draft.plan.branches[at % 2], placeholder=at % 3 == 0)
    _add_today(draft)
    books.settle_customers(draft)
    lines = {entity: unmarked_lines(records) for entity, records in draft.records.items()}
    write(draft, folder, company=settings.company(draft), lines=lines)


def _past(draft: Draft, days: int) -> date:
    return workday(draft.now.date() - timedelta(days=days), back=True)


def _ahead(draft: Draft, days: int) -> date:
    return workday(draft.now.date() + timedelta(days=days))


def _worked(
    draft: Draft, home: Home, work: str, day: date, *, days: int = 30, payer: Record | None = None
) -> tuple[Record, Record]:
    """A completed job and its open invoice."""
    job = visits.add_job(draft, home.location, work, Slot(day, draft.random.randrange(3)))
    billed = Home(payer or home.customer, home.location)
    return job, books.add_invoice(draft, billed, BY_NAME[work].lines, day, job=job, days=days)


def _settled(draft: Draft, home: Home, work: str, day: date) -> Record:
    job, invoice = _worked(draft, home, work, day)
    paid = min(day + timedelta(days=draft.random.randrange(20)), draft.now.date())
    method = draft.random.choice(("Visa", "MasterCard", "Check", "ACH", "Cash"))
    books.pay_whole(draft, home.customer, invoice, paid, method=method)
    return job


def _add_landlord(draft: Draft) -> None:
    """Six locations in the second branch, some paid together, one invoice overdue."""
    branch = draft.plan.branches[1]
    first = homes.add_home(
        draft,
        branch,
        "Voss Family Rentals LLC",
        emails=("harold.voss@example.com",),
        kind="Commercial",
        years=5,
        term=2,
    )
    places = [first.location]
    for unit in range(2, 7):
        name = f"Voss Family Rentals LLC, property {unit}"
        places.append(homes.add_location(draft, first.customer, branch, name=name))
    for at, place in enumerate(places):
        home = Home(first.customer, place)
        _settled(draft, home, PAST_WORK[at], _past(draft, 500 + 20 * at))
        _settled(draft, home, PAST_WORK[at + 3], _past(draft, 200 + 9 * at))
        homes.add_unit(draft, place, at % len(trades.UNITS), installed=_past(draft, 900 + 400 * at))
    homes.add_location_email(draft, places[2], "pat.tenant@example.com", memo=f"tenant {draft.canary()}")
    _add_member(draft, first, plan=1, since=_past(draft, 100))
    _add_landlord_bills(draft, first.customer, places)


def _add_landlord_bills(draft: Draft, customer: Record, places: list[Record]) -> None:
    for at, days in enumerate((70, 18, 12)):
        _worked(draft, Home(customer, places[at]), PAST_WORK[at + 4], _past(draft, days))
    together = [_worked(draft, Home(customer, place), "Drain Cleaning", _past(draft, 40))[1] for place in places[3:]]
    shares = tuple(books.Share(invoice, 21900) for invoice in together)
    books.add_payment(draft, customer, _past(draft, 25), shares, method="Check")
    visits.add_job(draft, places[5], "Leak Repair", Slot(_ahead(draft, 3)), status="Scheduled")


def _add_special_customers(draft: Draft) -> None:
    austin, denver = draft.plan.branches
    _add_no_email(draft, austin)
    _add_wrong_email(draft, austin)
    for at, (name, email) in enumerate(NAMED):
        home = homes.add_home(draft, draft.plan.branches[at % 2], name, emails=(email,))
        _settled(draft, home, PAST_WORK[at], _past(draft, 120 + at))
        _worked(draft, home, PAST_WORK[at + 5], _past(draft, 9 + at))
    _add_warranty(draft, denver)
    _add_credits(draft, austin)
    _add_troubles(draft, denver)
    refused = homes.add_home(draft, austin, "Clifford Stroud", emails=("clifford.stroud@example.com",))
    refused.customer["doNotService"] = True
    _worked(draft, refused, "Drain Cleaning", _past(draft, 160))


def _add_no_email(draft: Draft, branch: Branch) -> None:
    home = homes.add_home(draft, branch, "Bernice Toller", years=8)
    _settled(draft, home, "Heating Tune-Up", _past(draft, 350))
    _worked(draft, home, "Leak Repair", _past(draft, 11))


def _add_wrong_email(draft: Draft, branch: Branch) -> None:
    """A letter is missing in the address that somebody typed for Dana Whitfield."""
    home = homes.add_home(draft, branch, "Dana Whitfield", emails=("dana.witfield@example.com",))
    _settled(draft, home, "Cooling Tune-Up", _past(draft, 200))
    _worked(draft, home, "AC Diagnostic", _past(draft, 35), days=15)
    _worked(draft, home, "Electrical Safety Check", _past(draft, 5), days=15)
    visits.add_job(draft, home.location, "Heating Tune-Up", Slot(_ahead(draft, 6)), status="Scheduled")


def _add_warranty(draft: Draft, branch: Branch) -> None:
    """A home whose repairs a warranty company pays."""
    payer = homes.add_home(
        draft, branch, "Front Range Home Warranty", emails=("claims@frontrange.example.com",), kind="Commercial", term=2
    )
    home = homes.add_home(draft, branch, "Walter Enright", emails=("walter.enright@example.com",))
    for at, days in enumerate((260, 90, 15)):
        _, invoice = _worked(draft, home, PAST_WORK[at], _past(draft, days), payer=payer.customer)
        if days > 30:
            books.pay_whole(draft, payer.customer, invoice, _past(draft, days - 25), method="ACH")
    _worked(draft, home, "Thermostat Replacement", _past(draft, 8))


def _add_credits(draft: Draft, branch: Branch) -> None:
    """Money that waits: a deposit, an overpayment and a credit memo."""
    deposit = homes.add_home(draft, branch, "Grace Pemberton", emails=("grace.pemberton@example.com",))
    books.add_payment(draft, deposit.customer, _past(draft, 9), (), method="Check", unapplied=50000)
    _worked(draft, deposit, "Leak Repair", _past(draft, 4))
    over = homes.add_home(draft, branch, "Owen Larkin", emails=("owen.larkin@example.com",))
    _, invoice = _worked(draft, over, "Drain Cleaning", _past(draft, 33))
    share = (books.Share(invoice, 21900),)
    books.add_payment(draft, over.customer, _past(draft, 30), share, method="Check", unapplied=8100)
    memo = homes.add_home(draft, branch, "Hannah Kimball", emails=("hannah.kimball@example.com",))
    job, paid = _worked(draft, memo, "AC Diagnostic", _past(draft, 45))
    books.pay_whole(draft, memo.customer, paid, _past(draft, 44))
    books.add_credit_memo(draft, memo, paid, 4500, _past(draft, 20))
    visits.add_note(draft, job, "Charged twice for the capacitor")


def _add_troubles(draft: Draft, branch: Branch) -> None:
    """A bank payment under way, a declined card and a voided check."""
    home = homes.add_home(draft, branch, "Miles Fairbanks", emails=("miles.fairbanks@example.com",))
    _, invoice = _worked(draft, home, "EV Charger Installation", _past(draft, 7))
    books.add_payment(
        draft, home.customer, _past(draft, 1), (books.Share(invoice, 80000),), method="ACH", status="Pending"
    )
    declined = homes.add_home(draft, branch, "Tessa Quimby", emails=("tessa.quimby@example.com",))
    _worked(draft, declined, "Heating Diagnostic", _past(draft, 20), days=15)
    books.add_dead_payment(draft, declined.customer, _past(draft, 3), 22400, voided=False)
    voided = homes.add_home(draft, branch, "Julian Rosewood", emails=("julian.rosewood@example.com",))
    _settled(draft, voided, "Drain Cleaning", _past(draft, 52))
    books.add_dead_payment(draft, voided.customer, _past(draft, 50), 21900, voided=True)


def _add_ordinary(draft: Draft, branch: Branch, *, placeholder: bool) -> None:
    name = people.name(draft.random)
    email = PLACEHOLDER if placeholder else people.email(name, draft.counters["crm/customers"] % 100)
    home = homes.add_home(draft, branch, name, emails=(email,), years=draft.random.uniform(1, 6))
    jobs = [_past_job(draft, home) for _ in range(draft.random.randrange(2, 5))]
    if draft.random.random() < 0.5:
        _worked(draft, home, draft.random.choice(PAST_WORK), _past(draft, draft.random.randrange(3, 60)))
    if draft.random.random() < 0.4:
        _add_member(draft, home, plan=draft.random.randrange(2), since=_past(draft, draft.random.randrange(30, 330)))
    homes.add_unit(draft, home.location, draft.random.randrange(6), installed=_past(draft, 1500))
    if draft.random.random() < 0.3:
        books.add_estimate(
            draft,
            jobs[-1],
            "Replacement offer",
            BY_NAME["System Replacement"].lines,
            status=draft.random.randrange(3),
            expires=draft.random.randrange(20, 400),
        )
    _add_coming(draft, home)


def _add_member(draft: Draft, home: Home, *, plan: int, since: date) -> None:
    status = draft.random.choice(("Active", "Active", "Suspended", "Canceled"))
    membership = homes.add_membership(draft, home.location, plan=plan, since=since, status=status)
    sale = books.add_membership_sale(draft, home, membership, since, trades.YEARLY_CENTS[plan], "one year")
    books.pay_whole(draft, home.customer, sale, since)


def _past_job(draft: Draft, home: Home) -> Record:
    work = draft.random.choice(PAST_WORK)
    job = _settled(draft, home, work, _past(draft, draft.random.randrange(40, 1200)))
    visits.add_photo(draft, job, "work-done.jpg")
    if BY_NAME[work].kind == "Maintenance":
        visits.add_form(draft, job, "Maintenance checklist")
    if draft.random.random() < 0.3:
        visits.add_note(draft, job, "Asked for the same technician")
    return job


def _add_coming(draft: Draft, home: Home) -> None:
    chance, work = draft.random.random(), draft.random.choice(PAST_WORK)
    if chance < 0.45:
        slot = Slot(_ahead(draft, draft.random.randrange(1, 28)), draft.random.randrange(4))
        visits.add_job(draft, home.location, work, slot, status="Scheduled")
    elif chance < 0.6:
        visits.add_job(draft, home.location, work, Slot(_past(draft, 10)), status="Canceled")
    elif chance < 0.75:
        visits.add_job(draft, home.location, work, Slot(_past(draft, 9)), status="Hold")


def _add_today(draft: Draft) -> None:
    """Who is being worked for this morning, who waits for noon, and a visit that needed a second one."""
    branch = draft.plan.branches[0]
    maria = next(draft.of("crm/customers", name="Maria Ortega"))
    home_of_maria = next(draft.of("crm/locations", customerId=maria["id"]))
    visits.add_job(draft, home_of_maria, "Electrical Safety Check", Slot(draft.now.date(), 2), status="Scheduled")
    for name, status, window in (("Nora Hollis", "InProgress", 0), ("Felix Ingram", "Dispatched", 1)):
        home = homes.add_home(draft, branch, name, emails=(people.email(name, 0),))
        visits.add_job(draft, home.location, "AC Diagnostic", Slot(draft.now.date(), window), status=status)
        first = _settled(draft, home, "Leak Repair", _past(draft, 80))
        visits.add_return_visit(draft, first, home.location, Slot(_past(draft, 78)))
