"""Customers, their locations and contacts, and what is installed and promised there."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portico.sandbox.exports import moments, people, trades
from portico.sandbox.exports.draft import Draft, Record
from portico.sandbox.exports.plans import Branch


@dataclass(frozen=True)
class Home:
    """A customer with the location where it started."""

    customer: Record
    location: Record


def add_home(
    draft: Draft,
    branch: Branch,
    name: str,
    *,
    emails: tuple[str, ...] = (),
    kind: str = "Residential",
    years: float = 3,
    term: int = 0,
) -> Home:
    """A customer with a telephone, these addresses and one location."""
    created = draft.now - timedelta(days=round(365 * years))
    address = _address(draft, branch)
    customer = draft.add(
        "crm/customers",
        {
            "active": True,
            "name": name,
            "type": kind,
            "address": address,
            "balance": 0.0,
            "doNotMail": False,
            "doNotService": False,
            "tagTypeIds": [],
            "paymentTermId": draft.records["accounting/payment-terms"][term]["id"],
            "memo": f"prefers mornings {draft.canary()}",
        },
        created=created,
    )
    add_phone(draft, customer, branch)
    for email in emails:
        add_email(draft, customer, email)
    return Home(customer, add_location(draft, customer, branch, name=name, address=address))


def add_location(draft: Draft, customer: Record, branch: Branch, *, name: str, address: Record | None = None) -> Record:
    """One more place where work happens for this customer."""
    address = address or _address(draft, branch)
    zone = next(zone for zone in draft.zones[branch.name] if address["zip"] in zone["zips"])
    location = draft.add(
        "crm/locations",
        {
            "customerId": customer["id"],
            "active": True,
            "name": name,
            "address": address,
            "zoneId": zone["id"],
            "taxZoneId": 1,
        },
    )
    location |= {"createdOn": customer["createdOn"], "modifiedOn": customer["modifiedOn"]}
    draft.branches[location["id"]] = branch
    return location


def add_email(draft: Draft, customer: Record, value: str, *, memo: str = "") -> Record:
    contact: Record = {"customerId": customer["id"], "type": "Email", "value": value}
    return draft.add("crm/customer-contacts", _with_memo(contact, memo) | {"modifiedOn": customer["modifiedOn"]})


def add_location_email(draft: Draft, location: Record, value: str, *, memo: str = "") -> Record:
    contact: Record = {"locationId": location["id"], "type": "Email", "value": value}
    return draft.add("crm/location-contacts", _with_memo(contact, memo) | {"modifiedOn": location["modifiedOn"]})


def add_phone(draft: Draft, customer: Record, branch: Branch) -> Record:
    number = people.phone(draft.random, branch.phone)
    return draft.add(
        "crm/customer-contacts",
        {
            "customerId": customer["id"],
            "type": draft.random.choice(("MobilePhone", "Phone")),
            "value": number,
            "phoneSettings": {"phoneNumber": number, "doNotText": False},
            "modifiedOn": customer["modifiedOn"],
        },
    )


def _with_memo(contact: Record, memo: str) -> Record:
    return {**contact, "memo": memo} if memo else contact


def _address(draft: Draft, branch: Branch) -> Record:
    city, code = draft.random.choice(branch.places)
    place = {"street": people.street(draft.random), "city": city, "state": branch.state, "zip": code}
    return {**place, "country": "USA"}


def add_unit(draft: Draft, location: Record, kind: int, *, installed: date | None) -> Record:
    """A piece of equipment; without a date it carries no warranty either."""
    name, maker, model, life = trades.UNITS[kind]
    unit: Record = {
        "active": True,
        "customerId": location["customerId"],
        "locationId": location["id"],
        "name": f"{maker} {name.lower()}",
        "type": {"id": kind + 1, "name": name},
        "manufacturer": maker,
        "model": f"{model}{draft.random.choice('ABX')}{draft.random.randrange(100, 999)}",
        "status": "Installed",
        "serialNumber": f"{draft.random.choice('ABCDE')}{draft.random.randrange(10**8, 10**9)}",
        "cost": draft.random.randrange(20000, 400000) / 100,
        "memo": f"bought at cost {draft.canary()}",
    }
    if installed is not None:
        unit |= _warranties(installed, years=life // 2)
    return draft.add("equipmentsystems/installed-equipment", unit, created=draft.now - timedelta(days=300))


def _warranties(installed: date, *, years: int) -> Record:
    return {
        "installedOn": moments.midnight(installed),
        "manufacturerWarrantyStart": moments.midnight(installed),
        "manufacturerWarrantyEnd": moments.midnight(installed + timedelta(days=365 * years)),
        "serviceProviderWarrantyStart": moments.midnight(installed),
        "serviceProviderWarrantyEnd": moments.midnight(installed + timedelta(days=730)),
    }


def add_membership(
    draft: Draft, location: Record, *, plan: int, since: date, status: str = "Active", frequency: str = "Annual"
) -> Record:
    """A membership of one location with its planned visits."""
    zone = draft.branch_of(location).zone
    start = moments.local(since, 0, zone)
    end = moments.local(date(since.year + 1, since.month, min(since.day, 28)), 0, zone)
    plan_record = draft.records["memberships/membership-types"][plan]
    membership: Record = {
        "from": moments.instant(start),
        "to": moments.instant(end),
        "status": status,
        "active": True,
        "billingFrequency": frequency,
        "renewalBillingFrequency": frequency,
        "duration": 12,
        "customerId": location["customerId"],
        "locationId": location["id"],
        "membershipTypeId": plan_record["id"],
        "businessUnitId": draft.units[draft.branch_of(location).name, trades.SERVICE]["id"],
        "soldById": 1490,
        "memo": f"sold at the door {draft.canary()}",
    }
    membership |= _membership_end(draft, status, frequency, end)
    record = draft.add("memberships/memberships", membership, created=start)
    for at, service in enumerate(plan_record["recurringServices"]):
        _planned_visit(draft, record, plan_record, service["recurringServiceTypeId"], start, 60 + 180 * at)
    return record


def _membership_end(draft: Draft, status: str, frequency: str, end: datetime) -> Record:
    if status == "Active":
        next_month = (draft.now + timedelta(days=10)).date()
        return {"nextScheduledBillDate": moments.midnight(next_month if frequency == "Monthly" else end.date())}
    if status == "Canceled":
        return {"cancellationDate": moments.instant(draft.now - timedelta(days=40))}
    return {}


def _planned_visit(draft: Draft, membership: Record, plan: Record, service: int, start: datetime, days: int) -> None:
    recurring = next(draft.of("memberships/recurring-service-types", id=service))
    due = start + timedelta(days=days)
    draft.add(
        "memberships/recurring-service-events",
        {
            "locationRecurringServiceId": draft.count("location-recurring-service", start=1900001),
            "locationRecurringServiceName": recurring["name"],
            "membershipId": membership["id"],
            "membershipName": plan["displayName"],
            "status": "Won" if due < draft.now else "NotAttempted",
            "date": moments.instant(due),
        },
        created=start,
    )
