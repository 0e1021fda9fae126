"""Every entity of the export, in the order in which records need one another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portico.importer.entities import accounting, crm, dispatch, equipment, forms, jpm, memberships, sales, settings
from portico.importer.fields import Fields


@dataclass(frozen=True, slots=True)
class Entity:
    """`parse` reads and checks a record. `own` is the field that names another record of the same entity.

    `tables` are those that it fills.
    """

    name: str
    parse: Callable[[Fields], Any]
    own: str = ""
    tables: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        return f"{self.name}.jsonl"


ENTITIES = (
    Entity("settings/business-units", settings.business_unit, tables=("catalog_businessunit",)),
    Entity("settings/technicians", settings.technician, tables=("capacity_technician",)),
    Entity("settings/tag-types", settings.tag_type, tables=("catalog_tagtype",)),
    Entity("jpm/job-types", jpm.job_type, tables=("catalog_jobtype", "catalog_jobtypeunit")),
    Entity("accounting/payment-terms", accounting.payment_term, tables=("billing_paymentterm",)),
    Entity("accounting/payment-types", accounting.payment_type, tables=("billing_paymenttype",)),
    Entity("crm/customers", crm.customer, own="mergedToId", tables=("customers_customer",)),
    Entity("crm/locations", crm.location, own="mergedToId", tables=("customers_location",)),
    Entity("crm/customer-contacts", crm.customer_contact, tables=("customers_contact",)),
    Entity("crm/location-contacts", crm.location_contact, tables=("customers_contact",)),
    Entity("jpm/jobs", jpm.job, tables=("jobs_job",)),
    Entity("jpm/appointments", jpm.appointment, tables=("jobs_appointment",)),
    Entity("dispatch/appointment-assignments", dispatch.assignment, tables=("jobs_appointmentassignment",)),
    Entity(
        "accounting/invoices",
        accounting.invoice,
        own="adjustmentToId",
        tables=("billing_invoice", "billing_invoiceitem"),
    ),
    Entity(
        "accounting/payments",
        accounting.payment,
        tables=("billing_payment", "billing_allocation", "billing_ledgerentry"),
    ),
    Entity("jpm/job-notes", jpm.job_note, tables=("jobs_jobnote",)),
    Entity("dispatch/technician-shifts", dispatch.shift, tables=("capacity_technicianshift",)),
    Entity("dispatch/non-job-appointments", dispatch.non_job_appointment, tables=("capacity_nonjobappointment",)),
    Entity("dispatch/zones", dispatch.zone, tables=("capacity_zone", "capacity_zoneunit", "capacity_zonetechnician")),
    Entity(
        "dispatch/arrival-windows",
        dispatch.arrival_window,
        tables=("capacity_arrivalwindow", "capacity_arrivalwindowunit"),
    ),
    Entity(
        "dispatch/business-hours",
        dispatch.business_hours,
        tables=("capacity_businesshours", "capacity_businesshoursunit"),
    ),
    Entity(
        "sales/estimates",
        sales.estimate,
        tables=("estimates_estimate", "estimates_estimateitem", "estimates_proposal", "estimates_estimateversion"),
    ),
    Entity(
        "memberships/recurring-service-types",
        memberships.recurring_service_type,
        tables=("memberships_recurringservicetype",),
    ),
    Entity(
        "memberships/membership-types",
        memberships.membership_type,
        tables=("memberships_membershiptype", "memberships_membershiptypeservice"),
    ),
    Entity("memberships/memberships", memberships.membership, tables=("memberships_membership",)),
    Entity(
        "memberships/recurring-service-events",
        memberships.recurring_service_event,
        tables=("memberships_recurringserviceevent",),
    ),
    Entity("equipmentsystems/installed-equipment", equipment.installed, tables=("equipment_installedequipment",)),
    Entity("forms/attachments", forms.attachment, tables=("documents_document",)),
    Entity("forms/submissions", forms.submission, tables=("documents_document",)),
)
BY_NAME = {entity.name: entity for entity in ENTITIES}
