"""The records a company sets up once: units, people, types, windows, hours, shifts and plans."""

from datetime import date, datetime, timedelta

from portico.sandbox.exports import amounts, moments, people, trades
from portico.sandbox.exports.draft import Draft, Record
from portico.sandbox.exports.plans import Branch

SHIFT_DAYS_BACK, SHIFT_DAYS_AHEAD = 14, 60


def add_all(draft: Draft) -> None:
    """Everything that the other records refer to."""
    _payment_choices(draft)
    for branch in draft.plan.branches:
        _business_units(draft, branch)
        _zones(draft, branch)
        _technicians(draft, branch)
        _windows_and_hours(draft, branch)
    _job_types(draft)
    _tags(draft)
    _plans(draft)
    _shifts(draft)


def company(draft: Draft) -> Record:
    """The contents of branch.json."""
    plan = draft.plan
    return {
        "company": {"name": plan.name, "host": plan.host, "currency": "USD"},
        "exportedOn": moments.instant(draft.now),
        "branches": [_branch(draft, branch) for branch in plan.branches],
        "portal": {
            "showCanceledJobs": False,
            "allowPartialPayments": True,
            "minimumPaymentCents": 100,
            "partialPaymentsMinimumInvoiceCents": 5000,
            "selfScheduling": [_scheduling(draft, work) for work in trades.WORKS],
        },
    }


def _branch(draft: Draft, branch: Branch) -> Record:
    return {
        "name": branch.name,
        "timeZone": branch.zone.key,
        "businessUnitIds": [draft.units[branch.name, trade]["id"] for trade in trades.TRADES],
        "brand": {
            "displayName": draft.plan.display_name(branch),
            "phone": branch.phone,
            "supportEmail": branch.email,
            "color": branch.color,
            "logo": branch.logo,
        },
    }


def _scheduling(draft: Draft, work: trades.Work) -> Record:
    job_type = draft.job_types[work.name]["id"]
    if not work.bookable:
        return {"jobTypeId": job_type, "enabled": False}
    planned = work.kind in ("Maintenance", "Sales")
    return {
        "jobTypeId": job_type,
        "enabled": True,
        "leadHours": 24 if planned else 2,
        "horizonDays": 60 if planned else 30,
        "rescheduleCutoffHours": 24,
        "cancelCutoffHours": 48 if planned else 24,
    }


def _payment_choices(draft: Draft) -> None:
    since = draft.founded()
    for name, kind, day in trades.TERMS:
        term = {"name": name, "dueDayType": kind, "dueDay": day, "isCustomerDefault": day == 0, "active": True}
        draft.add("accounting/payment-terms", {**term, "inUse": True}, created=since)
    for name in trades.METHODS:
        draft.add("accounting/payment-types", {"name": name}, created=since)


def _business_units(draft: Draft, branch: Branch) -> None:
    for number, trade in enumerate(trades.TRADES):
        draft.units[branch.name, trade] = draft.add(
            "settings/business-units",
            {
                "active": True,
                "name": f"{branch.name} {trade}",
                "officialName": draft.plan.display_name(branch),
                "email": branch.email,
                "currency": "USD",
                "phoneNumber": f"{branch.phone[:-1]}{number}",
                "invoiceHeader": f"<p>{draft.plan.name}</p>",
                "invoiceMessage": "<p>Thank you for letting us into your home.</p>",
                "defaultTaxRate": float(branch.tax_rate),
                "authorizationParagraph": "<p>I authorize the work described above.</p>",
                "trade": {"id": number + 1, "name": trade},
            },
            created=draft.founded(),
        )


def _zones(draft: Draft, branch: Branch) -> None:
    for city in dict.fromkeys(city for city, _ in branch.places):
        zips = [code for place, code in branch.places if place == city]
        units = [draft.units[branch.name, trade]["id"] for trade in trades.TRADES]
        zone = {"active": True, "name": f"{city} area", "zips": zips, "cities": [city], "businessUnits": units}
        draft.zones[branch.name].append(
            draft.add("dispatch/zones", {**zone, "technicians": []}, created=draft.founded())
        )


def _technicians(draft: Draft, branch: Branch) -> None:
    for trade in trades.TRADES:
        for _ in range(3 if trade == trades.SERVICE else 2 if trade == trades.PLUMBING else 1):
            technician = _technician(draft, branch, trade)
            draft.technicians[f"{branch.name} {trade}"].append(technician)
            for zone in draft.zones[branch.name]:
                zone["technicians"].append(technician["id"])


def _technician(draft: Draft, branch: Branch, trade: str) -> Record:
    number = draft.count("technician")
    name = people.TECHNICIANS[number - 1]
    first, last = name.split()
    zones = [zone["id"] for zone in draft.zones[branch.name]]
    likes = draft.random.choice(people.INTERESTS)
    return draft.add(
        "settings/technicians",
        {
            "userId": 1400 + number,
            "name": name,
            "firstName": first,
            "lastName": last,
            "businessUnitId": draft.units[branch.name, trade]["id"],
            "mainZoneId": zones[0],
            "zoneIds": zones,
            "email": f"{first}.{last}@{draft.plan.host}.example.com".lower(),
            "phoneNumber": f"{branch.phone[:8]}02{number:02d}",
            "loginName": f"{first[0]}{last}{number}".lower(),
            "active": True,
            "skills": [{"id": 800 + at, "name": skill} for at, skill in enumerate(trades.SKILLS[trade])],
            "bio": f"{first} has worked in the trade for {draft.random.randrange(3, 25)} years and likes {likes}.",
            "memo": f"needs ride-along {draft.canary()}",
        },
        created=draft.founded(),
    )


def _windows_and_hours(draft: Draft, branch: Branch) -> None:
    units = [draft.units[branch.name, trade]["id"] for trade in trades.TRADES]
    for start, hours in branch.window_hours:
        draft.add(
            "dispatch/arrival-windows",
            {
                "start": f"{start:02d}:00:00",
                "duration": f"{hours:02d}:00:00",
                "businessUnitIds": units,
                "active": True,
            },
        )
    draft.add(
        "dispatch/business-hours",
        {
            "businessUnitIds": units,
            "weekdays": [{"fromHour": 7, "toHour": 19}],
            "saturday": [{"fromHour": 8, "toHour": 14}],
            "sunday": [],
        },
    )


def _job_types(draft: Draft) -> None:
    for work in trades.WORKS:
        draft.job_types[work.name] = draft.add(
            "jpm/job-types",
            {
                "name": work.name,
                "businessUnitIds": [draft.units[branch.name, work.trade]["id"] for branch in draft.plan.branches],
                "skills": [work.skill],
                "tagTypeIds": [],
                "priority": "Normal",
                "duration": work.minutes * 60,
                "class": work.kind,
                "summary": work.request,
                "noCharge": work.no_charge,
                "active": True,
            },
            created=draft.founded(),
        )


def _tags(draft: Draft) -> None:
    for name, importance in trades.TAGS:
        tag = {"name": f"{name} {draft.canary()}", "color": "#2980b9", "importance": importance, "active": True}
        draft.add("settings/tag-types", tag, created=draft.founded())


def _plans(draft: Draft) -> None:
    services = [_recurring_service(draft, *service) for service in trades.RECURRING]
    names, yearly = (draft.plan.plan_name, "Whole Home Plan"), map(amounts.number, trades.YEARLY_CENTS)
    for name, price, covered in zip(names, yearly, (services[:2], services), strict=True):
        plan = draft.add(
            "memberships/membership-types",
            {
                "name": name,
                "displayName": name,
                "active": True,
                "discountMode": "Basic",
                "locationTarget": "SingleLocation",
                "discount": 10,
                "durationBilling": [_billing("Annual", price), _billing("Monthly", round(price / 11, 2))],
            },
            created=draft.founded(),
        )
        plan["recurringServices"] = [
            {"membershipTypeId": plan["id"], "recurringServiceTypeId": service["id"], "offset": 0}
            for service in covered
        ]


def _billing(frequency: str, price: float) -> Record:
    prices = {"salePrice": price, "billingPrice": price, "renewalPrice": price}
    return {"duration": 12, "billingFrequency": frequency, **prices}


def _recurring_service(draft: Draft, name: str, month: str, work: str) -> Record:
    main = draft.plan.branches[0].name
    return draft.add(
        "memberships/recurring-service-types",
        {
            "active": True,
            "name": name,
            "recurrenceType": "Seasonal",
            "recurrenceInterval": 1,
            "recurrenceMonths": [month],
            "businessUnitId": draft.units[main, trades.BY_NAME[work].trade]["id"],
            "jobTypeId": draft.job_types[work]["id"],
            "priority": "Normal",
            "jobSummary": f"{name} included in the membership",
        },
        created=draft.founded(),
    )


def _shifts(draft: Draft) -> None:
    start = draft.now.date() - timedelta(days=SHIFT_DAYS_BACK)
    days = [start + timedelta(days=at) for at in range(SHIFT_DAYS_BACK + SHIFT_DAYS_AHEAD)]
    for branch in draft.plan.branches:
        for trade in trades.TRADES:
            for at, technician in enumerate(draft.technicians[f"{branch.name} {trade}"]):
                _plan_work(draft, branch, technician, days)
                _plan_absence(draft, branch, technician, days[SHIFT_DAYS_BACK + 8 + 3 * at])


def _plan_work(draft: Draft, branch: Branch, technician: Record, days: list[date]) -> None:
    early = draft.random.choice((7, 8))
    for day in days:
        if day.weekday() < 5:
            _shift(draft, technician, "Normal", "Regular shift", _span(branch, day, early, early + 9))
    saturday = next(day for day in days[SHIFT_DAYS_BACK:] if day.weekday() == 5)
    _shift(draft, technician, "OnCall", "On call", _span(branch, saturday, 8, 20))


def _plan_absence(draft: Draft, branch: Branch, technician: Record, day: date) -> None:
    away = moments.workday(day)
    off = _shift(draft, technician, "TimeOff", "Time off", _span(branch, away, 12, 17))
    off["note"] = f"vacation {draft.canary()}"
    meeting = moments.workday(away + timedelta(days=2))
    draft.add(
        "dispatch/non-job-appointments",
        {
            "technicianId": technician["id"],
            "start": moments.instant(moments.local(meeting, 8, branch.zone)),
            "duration": "01:30:00",
            "name": "Team meeting",
            "summary": f"Safety topics {draft.canary()}",
            "allDay": False,
            "active": True,
        },
        created=draft.now - timedelta(days=30),
    )


def _shift(draft: Draft, technician: Record, kind: str, title: str, span: tuple[datetime, datetime]) -> Record:
    start, end = (moments.instant(moment) for moment in span)
    shift = {"shiftType": kind, "title": title, "active": True, "technicianId": technician["id"]}
    return draft.add(
        "dispatch/technician-shifts", {**shift, "start": start, "end": end}, created=draft.now - timedelta(days=30)
    )


def _span(branch: Branch, day: date, start: float, end: float) -> tuple[datetime, datetime]:
    return moments.local(day, start, branch.zone), moments.local(day, end, branch.zone)
