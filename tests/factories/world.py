"""Two companies of the same shape, with somebody in every position that access rules tell apart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.test import Client
from PIL import Image

from portico.domain.billing.enums import AlertKind
from portico.domain.billing.models import (
    Invoice,
    Payment,
    PaymentPolicy,
    PaymentTerm,
    PaymentType,
)
from portico.domain.billing.operations.accounts import ensure_account
from portico.domain.billing.operations.alerts import raise_alert
from portico.domain.billing.operations.invoices import send_invoice
from portico.domain.capacity.models import (
    Technician,
)
from portico.domain.catalog.models import BusinessUnit, JobType, JobTypeUnit, TagType
from portico.domain.customers import operations as customer_operations
from portico.domain.customers.enums import BillingLevel, ContactType, Right
from portico.domain.customers.household_rules import Given
from portico.domain.customers.models import Contact, Customer, HouseholdMember, Location
from portico.domain.customers.search import refresh_search
from portico.domain.invitations import operations as invitations
from portico.domain.jobs.models import Appointment, AppointmentAssignment, AppointmentStep, Job, JobNote
from portico.domain.memberships.models import Membership
from portico.domain.statements import operations as statements
from portico.domain.statements.operations.runs import Choice
from portico.foundation.messaging import links
from portico.foundation.people import onetime
from portico.foundation.people import operations as people_operations
from portico.foundation.people.enums import LinkPurpose
from portico.foundation.people.models import Login, OneTimeLink
from portico.foundation.people.roles import StaffRole
from portico.foundation.tenancy.companies import CompanyRow
from portico.foundation.tenancy.models import Branch
from portico.kernel import clock
from tests.factories import customers as make
from tests.factories import people
from tests.factories.documents import make_document
from tests.factories.equipment import make_unit
from tests.factories.memberships import discount, make_membership, make_type, make_visit
from tests.factories.world_bills import TODAY, fill_bills
from tests.factories.world_booking import fill_booking
from tests.factories.world_deposits import fill_deposits
from tests.factories.world_estimates import fill_estimates
from tests.factories.world_kinds import KINDS, NOBODYS


@dataclass(slots=True)
class Firm:
    """One company of the world: its people by what they are, its things by kind."""

    company: CompanyRow
    staff: dict[str, Login] = field(default_factory=dict)
    people: dict[str, Login] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    invoices: dict[str, Invoice] = field(default_factory=dict)
    payments: dict[str, Payment] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    logo: str = ""

    @property
    def host(self) -> str:
        return self.company.host

    @contextmanager
    def inside(self) -> Iterator[None]:
        """In one transaction of this company."""
        with people.inside(self.company):
            yield

    def visitor(self, who: str) -> Client:
        """The browser of one of its customers' people, signed in."""
        return people.sign_in(people.portal(self.host), self.people[who])

    def office(self, role: str) -> Client:
        """The browser of one of its staff, signed in."""
        return people.sign_in(people.office(self.host), self.staff[role])

    def ids(self, kind: str) -> list[UUID]:
        """The public ids of everything of one kind that the company has."""
        with self.inside():
            return list(KINDS[kind].objects.order_by("pk").values_list("public_id", flat=True))

    def ids_of(self, kind: str, *customers: str) -> list[UUID]:
        """The public ids of what belongs to these customers; the settings of scheduling are nobody's."""
        if kind in NOBODYS:
            return []
        owners = {"customer": "pk__in", "appointment": "job__customer__in", "job_type": "jobs__customer__in"}
        owners |= {"estimate": "proposal__customer__in", "membership_visit": "membership__customer__in"}
        owners |= {"booking_step": "appointment__job__customer__in"}
        owners |= {"question": "job_type__jobs__customer__in"}
        owner = owners.get(kind, "customer__in")
        with self.inside():
            rows = KINDS[kind].objects.filter(**{owner: [self.customers[name].pk for name in customers]})
            return list(dict.fromkeys(rows.order_by("pk").values_list("public_id", flat=True)))


@dataclass(frozen=True, slots=True)
class World:
    a: Firm
    b: Firm


def build() -> World:
    """Both companies. The same person, by address, is a customer of both; the same numbers stand in both."""
    return World(build_firm("alder", "Alder Heating"), build_firm("birch", "Birch Plumbing"))


def build_firm(host: str, name: str) -> Firm:
    """One company with everybody and everything."""
    firm = Firm(people.make_company(host, name=name))
    with firm.inside():
        _branches(firm)
        _staff(firm)
        _customers(firm)
        _portal(firm)
        _household(firm)
        _work(firm)
        _visits_of_today(firm)
        _equipment()
        _documents()
        ensure_account()
        fill_bills(firm)
        _memberships(firm)
        fill_estimates(firm)
        fill_deposits(firm)
        fill_booking(firm)
        raise_alert(kind=AlertKind.SURPLUS, subject=str(firm.payments["paid"].public_id), payment=firm.payments["paid"])
        PaymentPolicy.objects.get_or_create()
        _mails(firm)
        _links(firm)
        refresh_search()
        _invite_list(firm)
        _statement_run(firm)
    return firm


def _invite_list(firm: Firm) -> None:
    """Read and not sent; every address in it is on somebody's record."""
    which = invitations.add_list(name="people.csv", content=b"carl@example.com, later@example.com", by=people.OFFICE)
    invitations.finish(invite_list=which)


def _statement_run(firm: Firm) -> None:
    """Prepared and not sent."""
    day = clock.today(firm.customers["alma"].branch.time_zone)
    choice = Choice(as_of_on=day, smallest_minor=100, is_overdue_only=False, branch=None)
    statements.finish(run=statements.begin_run(choice=choice, by=people.OFFICE))


def _branches(firm: Firm) -> None:
    firm.logo = f"{firm.host[:8]:0<16}"
    Branch.objects.update(
        logo_png=_logo(), logo_digest=firm.logo, support_email=f"help@{firm.host}.example.com", address="9 Depot Road"
    )
    Branch.objects.create(
        name="North", display_name=f"{firm.company.name} North", time_zone="America/Phoenix", phone="602-555-0117"
    )
    PaymentTerm.objects.create(name="Net 15", due_day=15)
    PaymentType.objects.create(name="Check")


def _logo() -> bytes:
    drawn = BytesIO()
    Image.new("RGB", (40, 20), "#336699").save(drawn, "PNG")
    return drawn.getvalue()


def _staff(firm: Firm) -> None:
    for role in StaffRole:
        firm.staff[role.value] = people.make_staff(f"{role.value}@{firm.host}.example.com", role=role)


def _customers(firm: Firm) -> None:
    """Alma has everything, Ben nothing yet, Carl is the neighbour, Dora pays for a job at Carl's."""
    for who, emails in {
        "alma": ("alma@example.com", "house@example.com", "invited@example.com", "revoked@example.com"),
        "rental": ("alma@example.com",),
        "ben": ("ben@example.com", "later@example.com"),
        "carl": ("carl@example.com", "noemail@example.com", "fresh@example.com"),
        "dora": ("dora@example.com", "gone@example.com"),
    }.items():
        firm.customers[who] = make.make_customer(f"{who.title()} {firm.host.title()}", *emails)
        home = make.make_location(firm.customers[who], name=f"{who.title()} home {firm.host}")
        Contact.objects.create(
            customer=home.customer, type=ContactType.PHONE, value="(512) 555-0133", phone_digits="5125550133"
        )
    cottage = make.make_location(firm.customers["alma"], "tenant@example.com", name=f"Cottage {firm.host}")
    cottage.street = "77 Cottage Lane"
    cottage.save()
    wide = make.make_location(firm.customers["carl"], "wide@example.com", name=f"Workshop {firm.host}")
    widened = make.row_of(wide.customer, "wide@example.com").public_id
    customer_operations.widen(portal_contact=widened, is_widened=True, by=people.OFFICE)
    merged = make.make_customer(f"Alma Old {firm.host}")
    merged.merged_into = firm.customers["alma"]
    merged.save()


def _portal(firm: Firm) -> None:
    """Every status of the Customer Portal table, and a login for everybody who may have one."""
    for who in ("alma", "house", "tenant", "ben", "carl", "dora", "revoked", "gone"):
        firm.people[who] = people.make_login(f"{who}@example.com", name=f"{who.title()} {firm.host.title()}")
    firm.people["stranger"] = people.make_login("stranger@example.com", name="Sam Stranger")
    by = people.OFFICE
    alma, carl, dora = (firm.customers[who] for who in ("alma", "carl", "dora"))
    customer_operations.change_billing_access(portal_contact=_row(alma, "house"), billing=BillingLevel.NONE, by=by)
    customer_operations.invite(portal_contact=_row(alma, "invited"), by=by)
    customer_operations.copy_link(portal_contact=_row(alma, "invited"), by=by)
    customer_operations.invite(portal_contact=_row(carl, "fresh"), by=by)
    customer_operations.revoke_access(portal_contact=_row(alma, "revoked"), by=by)
    customer_operations.remove_address(portal_contact=_row(dora, "gone"), confirm=True, by=by)


def _household(firm: Firm) -> None:
    """Alma has let in a guest without prices and a friend to the cottage who pays; Ben has not answered."""
    for who, rights, place, is_taken in (
        ("guest", {Right.HISTORY, Right.BOOK}, "", True),
        ("friend", {Right.PAY}, "Cottage", True),
        ("ben", {Right.HISTORY}, "", False),
    ):
        email = f"{who}@example.com"
        location = Location.objects.filter(name__startswith=place).first() if place else None
        member = customer_operations.invite_member(
            customer=firm.customers["alma"].public_id,
            location=location.public_id if location else None,
            email=email,
            given=Given(frozenset(rights)),
            message="Hello",
            owner="alma@example.com",
            by=people.OFFICE,
        )
        HouseholdMember.objects.filter(public_id=member).update(revoked_by_name="Olga zq951x")
        if is_taken:
            login = firm.people[who] = people.make_login(email, name=f"{who.title()} {firm.host.title()}")
            by = people_operations.actor_of(login, "")
            customer_operations.accept_household(member=member, email=email, name=login.name, by=by)


def _row(customer: Customer, who: str) -> UUID:
    return make.row_of(customer, f"{who}@example.com").public_id


def _work(firm: Firm) -> None:
    """A job of the past and one to come for everybody but Ben; Alma's cottage has one of each too."""
    unit = BusinessUnit.objects.create(
        branch=Branch.objects.get(is_main=True), name=f"Unit {firm.host}", trade="Heating"
    )
    TagType.objects.create(source_id=7, name="Slow pay")
    kind = JobType.objects.create(
        name="Furnace tune-up", duration_minutes=90, preparation="Clear a way to the furnace."
    )
    JobTypeUnit.objects.create(job_type=kind, business_unit=unit)
    technician = Technician.objects.create(
        business_unit=unit, name=f"Tom {firm.host.title()}", bio="Twelve years of boilers."
    )
    for place in Location.objects.exclude(customer=firm.customers["ben"]).select_related("customer").order_by("pk"):
        for status, days in (("Completed", -20), ("Scheduled", 3)):
            number = str(7000 + Job.objects.count())
            starts = datetime.now(UTC) + timedelta(days=days)
            job = Job.objects.create(
                number=number,
                customer=place.customer,
                location=place,
                business_unit=unit,
                job_type=kind,
                status=status,
                summary="Cleaned the burner.",
                created_at=starts - timedelta(days=5),
                completed_at=starts if days < 0 else None,
            )
            JobNote.objects.create(job=job, text="Margin is thin", created_at=starts)
            visit = Appointment.objects.create(
                job=job,
                number=f"{number}-1",
                status="Done" if days < 0 else "Scheduled",
                starts_at=starts,
                ends_at=starts + timedelta(hours=2),
                window_starts_at=starts,
                window_ends_at=starts + timedelta(hours=4),
            )
            AppointmentAssignment.objects.create(
                appointment=visit, technician=technician, status="Done" if days < 0 else "Scheduled"
            )
            AppointmentStep.objects.create(
                appointment=visit, status=visit.status, at=min(starts, datetime.now(UTC)), made_by_name="Dan zq950x"
            )


def _equipment() -> None:
    """A unit in every home but Ben's, worked on in each of its jobs; one more that is no longer in use."""
    for place in Location.objects.exclude(customer__name__startswith="Ben").order_by("pk"):
        make_unit(place, f"Unit at {place.name}", *Job.objects.filter(location=place))
        make_unit(place, f"Gone from {place.name}", is_active=False)


def _documents() -> None:
    """Each finished job has a photo, a file and a form that are shared, and one of each that is not."""
    for job in Job.objects.filter(status="Completed").select_related("customer", "location").order_by("pk"):
        for kind in ("photo", "file", "form"):
            make_document(job, kind, is_shared=True, uploaded_by_name="Olga Office", shared_by_name="Olga Office")
            make_document(job, kind, is_shared=False, name=f"unshared-{kind}", uploaded_by_name="Olga Office")


def _visits_of_today(firm: Firm) -> None:
    """The office's list opens with today: a second visit of each of Alma's open jobs, at noon by the branch's clock."""
    zone = ZoneInfo(Branch.objects.get(is_main=True).time_zone)
    noon = datetime.now(zone).replace(hour=12, minute=0, second=0, microsecond=0)
    hours = {"starts_at": noon, "ends_at": noon + timedelta(hours=2)}
    window = {"window_starts_at": noon, "window_ends_at": noon + timedelta(hours=2)}
    for job in Job.objects.filter(customer=firm.customers["alma"], status="Scheduled").order_by("pk"):
        Appointment.objects.create(job=job, number=f"{job.number}-2", status="Dispatched", **hours, **window)


def _memberships(firm: Firm) -> None:
    """An active, a past and a deleted one in every home but Ben’s; one of Alma’s took something off an invoice."""
    kind = make_type(f"Comfort Plan {firm.host}", "Spring tune-up", "Fall tune-up")
    for place in Location.objects.exclude(customer=firm.customers["ben"]).order_by("pk"):
        for status in ("Active", "Expired", "Deleted"):
            membership = make_membership(place, kind, status=status, next_bill_on=TODAY + timedelta(days=30))
            make_visit(membership, days=-3)
            make_visit(membership, "Fall tune-up", days=-60, job=Job.objects.filter(location=place).first())
    active = Membership.objects.filter(customer=firm.customers["alma"], status="Active").order_by("pk")[0]
    discount(firm.invoices["open"], active, 4321)


def _mails(firm: Firm) -> None:
    send_invoice(invoice=firm.invoices["open"].public_id, to_email="alma@example.com", by=people.OFFICE)


def _links(firm: Firm) -> None:
    """The secret of one living link of each purpose."""
    people_operations.mail_reset(side=firm.people["carl"].side, email="carl@example.com")
    people_operations.shell_link(login=firm.people["carl"].public_id)
    people_operations.shell_link(login=firm.staff["csr"].public_id)
    for purpose in (LinkPurpose.EMAIL_CHANGE, LinkPurpose.EMAIL_UNDO):
        onetime.make_link(
            purpose=purpose,
            email="newcarl@example.com",
            login=firm.people["carl"],
            subject_id=firm.people["carl"].public_id,
            facts={"old": "carl@example.com", "new": "newcarl@example.com", "customers": []},
        )
    for link in OneTimeLink.objects.select_related("login").order_by("pk"):
        side = link.login.side if link.login else ""
        firm.tokens.setdefault(f"{link.purpose} {side}", links.one_time_token(link.public_id))


def committed() -> World:
    """The world in committed rows, for tests that switch walls off; the caller empties the tables."""
    with transaction.atomic():
        return build()
