"""The two companies that exports are written for, and their branches."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Branch:
    """One branch: its brand, its clock and where its customers live."""

    name: str
    zone: ZoneInfo
    phone: str
    email: str
    color: str
    logo: str
    tax_rate: str
    state: str
    places: tuple[tuple[str, str], ...]
    window_hours: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class CompanyPlan:
    """One company with its two branches; the first is the main one."""

    name: str
    short_name: str
    tagline: str
    host: str
    branches: tuple[Branch, Branch]
    plan_name: str

    def display_name(self, branch: Branch) -> str:
        return f"{self.name} {branch.name}"


BRIGHTWATER = CompanyPlan(
    name="Brightwater Home Services",
    short_name="Brightwater",
    tagline="Home Services",
    host="demo",
    plan_name="Brightwater Comfort Plan",
    branches=(
        Branch(
            name="Austin",
            zone=ZoneInfo("America/Chicago"),
            phone="512-555-0140",
            email="austin@brightwater.example.com",
            color="#0f6b8f",
            logo="logo-austin.svg",
            tax_rate="0.0825",
            state="TX",
            places=(("Austin", "78704"), ("Austin", "78745"), ("Round Rock", "78664"), ("Cedar Park", "78613")),
            window_hours=((8, 2), (10, 2), (12, 2), (14, 2)),
        ),
        Branch(
            name="Denver",
            zone=ZoneInfo("America/Denver"),
            phone="303-555-0160",
            email="denver@brightwater.example.com",
            color="#8a3b12",
            logo="logo-denver.svg",
            tax_rate="0.0881",
            state="CO",
            places=(("Denver", "80206"), ("Denver", "80211"), ("Lakewood", "80226"), ("Aurora", "80012")),
            window_hours=((8, 3), (11, 3), (14, 3)),
        ),
    ),
)

JUNIPER = CompanyPlan(
    name="Juniper Ridge Mechanical",
    short_name="Juniper Ridge",
    tagline="Mechanical",
    host="juniper",
    plan_name="Juniper Care Plan",
    branches=(
        Branch(
            name="Boise",
            zone=ZoneInfo("America/Boise"),
            phone="208-555-0110",
            email="boise@juniper.example.com",
            color="#2f6b3a",
            logo="logo.svg",
            tax_rate="0.06",
            state="ID",
            places=(("Boise", "83702"), ("Boise", "83706"), ("Meridian", "83642")),
            window_hours=((8, 2), (10, 2), (13, 2), (15, 2)),
        ),
        Branch(
            name="Spokane",
            zone=ZoneInfo("America/Los_Angeles"),
            phone="509-555-0120",
            email="spokane@juniper.example.com",
            color="#5b3a8e",
            logo="logo-spokane.svg",
            tax_rate="0.0895",
            state="WA",
            places=(("Spokane", "99201"), ("Spokane Valley", "99206"), ("Liberty Lake", "99019")),
            window_hours=((8, 3), (11, 3), (14, 3)),
        ),
    ),
)
