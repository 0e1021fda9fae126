"""Every kind of thing in the world by the name that URLs and sweeps give it, and which of them are nobody's."""

from __future__ import annotations

from portico.domain.billing.models import (
    Deposit,
    Invoice,
    InvoiceDraft,
    MethodSetup,
    Payment,
    PaymentMethod,
)
from portico.domain.booking.models import Booking, BookingStep, Hold, VisitOffer, WaitlistEntry
from portico.domain.capacity.models import (
    ArrivalWindow,
    BusinessHours,
    CapacityRule,
    Holiday,
    NonJobAppointment,
    Question,
    Technician,
    TechnicianShift,
    Zone,
)
from portico.domain.catalog.models import BusinessUnit, JobType
from portico.domain.customers.models import Contact, Customer, HouseholdMember, Location, PortalContact
from portico.domain.documents.models import Document
from portico.domain.equipment.models import InstalledEquipment
from portico.domain.estimates.models import Estimate, Proposal
from portico.domain.invitations.models import InviteList
from portico.domain.jobs.models import Appointment, Job
from portico.domain.memberships.models import Membership, RecurringServiceEvent
from portico.domain.statements.models import StatementRun
from portico.foundation.audit.models import AuditEntry
from portico.foundation.people.models import Login, OneTimeLink
from portico.foundation.tenancy.models import Branch

NOBODYS = {
    "limit",
    "holiday",
    "technician",
    "shift",
    "event",
    "zone",
    "window",
    "hours",
    "login",
    "invite_list",
    "entry",
    "business_unit",
    "branch",
    "statement_run",
}
KINDS = {
    "customer": Customer,
    "location": Location,
    "contact": Contact,
    "portal_contact": PortalContact,
    "household_member": HouseholdMember,
    "invoice": Invoice,
    "draft": InvoiceDraft,
    "payment": Payment,
    "payment_method": PaymentMethod,
    "method_setup": MethodSetup,
    "job": Job,
    "job_type": JobType,
    "business_unit": BusinessUnit,
    "appointment": Appointment,
    "document": Document,
    "unit": InstalledEquipment,
    "membership": Membership,
    "membership_visit": RecurringServiceEvent,
    "proposal": Proposal,
    "estimate": Estimate,
    "deposit": Deposit,
    "technician": Technician,
    "hold": Hold,
    "question": Question,
    "limit": CapacityRule,
    "holiday": Holiday,
    "waiting": WaitlistEntry,
    "shift": TechnicianShift,
    "event": NonJobAppointment,
    "zone": Zone,
    "window": ArrivalWindow,
    "hours": BusinessHours,
    "booking": Booking,
    "booking_step": BookingStep,
    "visit_offer": VisitOffer,
    "branch": Branch,
    "login": Login,
    "link": OneTimeLink,
    "invite_list": InviteList,
    "statement_run": StatementRun,
    "entry": AuditEntry,
}
