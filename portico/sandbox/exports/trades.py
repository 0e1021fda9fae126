"""What these contractors do: trades, job types, price lines, forms and equipment."""

from dataclasses import dataclass

SERVICE, INSTALL, PLUMBING, ELECTRICAL = "HVAC Service", "HVAC Installation", "Plumbing", "Electrical"
TRADES = (SERVICE, INSTALL, PLUMBING, ELECTRICAL)
SKILLS = {
    SERVICE: ("HVAC Service", "HVAC Maintenance", "Gas"),
    INSTALL: ("HVAC Installation", "Gas", "Estimates"),
    PLUMBING: ("Plumbing", "Drain", "Water Heater"),
    ELECTRICAL: ("Electrical", "EV Charger", "Estimates"),
}


@dataclass(frozen=True)
class Price:
    """One line as it is sold: its SKU, its name and what one costs."""

    sku: str
    name: str
    kind: str
    cents: int


@dataclass(frozen=True)
class Work:
    """One type of job, the lines it usually bills and how its summary reads."""

    name: str
    trade: str
    skill: str
    minutes: int
    kind: str
    request: str
    outcome: str
    lines: tuple[Price, ...]
    bookable: bool = True
    no_charge: bool = False


def _service(sku: str, name: str, cents: int) -> Price:
    return Price(sku, name, "Service", cents)


def _material(sku: str, name: str, cents: int) -> Price:
    return Price(sku, name, "Material", cents)


def _equipment(sku: str, name: str, cents: int) -> Price:
    return Price(sku, name, "Equipment", cents)


WORKS = (
    Work(
        "AC Diagnostic",
        SERVICE,
        "HVAC Service",
        120,
        "Service",
        "AC runs but the house stays warm.",
        "Cleaned the outdoor coil, replaced the capacitor, cooling is back to a 19 degree split.",
        (_service("DIAG-AC", "Cooling diagnostic", 12900), _material("CAP-45", "Run capacitor 45/5", 18500)),
    ),
    Work(
        "Heating Diagnostic",
        SERVICE,
        "HVAC Service",
        120,
        "Service",
        "Furnace starts and stops after a minute.",
        "Flame sensor was coated; cleaned it, checked the flue and the gas pressure.",
        (_service("DIAG-HT", "Heating diagnostic", 12900), _service("FLAME", "Flame sensor cleaning", 9500)),
    ),
    Work(
        "Cooling Tune-Up",
        SERVICE,
        "HVAC Maintenance",
        90,
        "Maintenance",
        "Spring cooling tune-up.",
        "Washed coils, tested charge and safeties. System is in good order.",
        (_service("TUNE-AC", "Cooling tune-up", 14900), _material("FLT-2025", "Pleated filter 20x25", 2900)),
    ),
    Work(
        "Heating Tune-Up",
        SERVICE,
        "HVAC Maintenance",
        90,
        "Maintenance",
        "Fall heating tune-up.",
        "Checked the heat exchanger, burners and carbon monoxide. No findings.",
        (_service("TUNE-HT", "Heating tune-up", 14900),),
    ),
    Work(
        "Thermostat Replacement",
        SERVICE,
        "HVAC Service",
        90,
        "Service",
        "Old thermostat loses its schedule.",
        "Installed and paired a Wi-Fi thermostat and showed how to use it.",
        (_equipment("TST-WIFI", "Wi-Fi thermostat", 24900), _service("TST-LBR", "Thermostat labor", 9900)),
    ),
    Work(
        "System Replacement",
        INSTALL,
        "HVAC Installation",
        480,
        "Install",
        "Replace the 17 year old system.",
        "Installed the new system, tested it in heating and cooling, walked through the warranty.",
        (
            _equipment("HP-SYS", "Heat pump system, complete", 1135000),
            _service("INST-LBR", "Installation labor and permit", 198000),
            Price("REBATE", "Utility rebate", "PriceModifier", -30000),
        ),
        bookable=False,
    ),
    Work(
        "Replacement Estimate",
        INSTALL,
        "Estimates",
        60,
        "Sales",
        "Would like prices for a new system.",
        "Measured the house and left three options.",
        (),
        no_charge=True,
    ),
    Work(
        "Leak Repair",
        PLUMBING,
        "Plumbing",
        120,
        "Service",
        "Water under the kitchen sink.",
        "Replaced the supply line and the angle stop, no leaks under pressure.",
        (_service("LEAK-REP", "Leak repair", 24900), _material("ANG-STOP", "Quarter-turn angle stop", 3400)),
    ),
    Work(
        "Drain Cleaning",
        PLUMBING,
        "Drain",
        120,
        "Service",
        "Shower drains slowly.",
        "Cleared the branch line with a cable to 35 ft, flow is good.",
        (_service("DRN-CLN", "Drain cleaning, branch line", 21900),),
    ),
    Work(
        "Water Heater Replacement",
        PLUMBING,
        "Water Heater",
        240,
        "Install",
        "Water heater leaks at the seam.",
        "Installed a 50 gallon water heater with new valves and pan.",
        (
            _equipment("WH-50", "Water heater, 50 gallon", 148000),
            _service("WH-LBR", "Installation labor", 62000),
            _material("WH-KIT", "Valve and pan kit", 12500),
        ),
        bookable=False,
    ),
    Work(
        "Water Heater Flush",
        PLUMBING,
        "Water Heater",
        60,
        "Maintenance",
        "Yearly water heater flush.",
        "Flushed two buckets of sediment, anode is half used.",
        (_service("WH-FLSH", "Water heater flush", 9900),),
    ),
    Work(
        "Outlet and Switch Repair",
        ELECTRICAL,
        "Electrical",
        90,
        "Service",
        "Two outlets in the den are dead.",
        "Replaced a loose receptacle, tested the circuit.",
        (_service("OUT-REP", "Outlet repair", 13900), _material("RCPT", "Receptacle", 900)),
    ),
    Work(
        "EV Charger Installation",
        ELECTRICAL,
        "EV Charger",
        240,
        "Install",
        "Charger for the garage, 48 A.",
        "Ran a 60 A circuit and mounted the charger; the app is set up.",
        (_equipment("EVC-48", "EV charger, 48 A", 69900), _service("EVC-LBR", "Circuit and mounting", 84000)),
        bookable=False,
    ),
    Work(
        "Electrical Safety Check",
        ELECTRICAL,
        "Electrical",
        90,
        "Maintenance",
        "Electrical safety check.",
        "Tightened the panel, tested every GFCI. Report attached.",
        (_service("SAFE-CHK", "Electrical safety check", 12900),),
    ),
    Work(
        "Recall Visit",
        SERVICE,
        "HVAC Service",
        60,
        "Service",
        "The noise from last week is back.",
        "Tightened the blower wheel. No charge.",
        (),
        bookable=False,
        no_charge=True,
    ),
)
BY_NAME = {work.name: work for work in WORKS}

YEARLY_CENTS = (19900, 29900)
RECURRING = (
    ("Spring cooling tune-up", "April", "Cooling Tune-Up"),
    ("Fall heating tune-up", "October", "Heating Tune-Up"),
    ("Water heater flush", "June", "Water Heater Flush"),
)

UNITS = (
    ("Heat pump", "Trane", "HP-48", 12),
    ("Gas furnace", "Lennox", "GF-80", 18),
    ("Water heater", "Rheem", "WH-50", 10),
    ("Wi-Fi thermostat", "Ecobee", "TS-3", 8),
    ("EV charger", "Wallbox", "EV-48", 10),
    ("Water softener", "Kinetico", "WS-45", 15),
)

CHECKLIST = (
    ("Unit level and clear", ("Yes", "Yes", "Cleared leaves")),
    ("Supply air temperature (F)", ("54", "56", "58")),
    ("Carbon monoxide reading (ppm)", ("0", "0", "1")),
    ("Filter size", ("16x25x1", "20x25x4", "20x20x2")),
    ("Recommendation", ("None today", "Replace the filter in spring", "Plan replacement within two years")),
)

TAGS = (("VIP", "High"), ("Slow pay", "Medium"), ("Rental", "Medium"), ("Callback risk", "High"))
TERMS = (("Due Upon Receipt", "NumberOfDays", 0), ("Net 15", "NumberOfDays", 15), ("Net 30", "NumberOfDays", 30))
METHODS = ("Cash", "Check", "Visa", "MasterCard", "American Express", "ACH", "Financing", "Refund (check)")
