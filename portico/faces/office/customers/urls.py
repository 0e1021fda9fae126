"""Paths."""

from __future__ import annotations

from django.urls import URLPattern, path

from portico.faces.office import home
from portico.faces.office.customers import (
    addresses,
    correcting,
    finding,
    household,
    invoice,
    job,
    mailing,
    record,
    statement,
    taking,
    viewing,
)

INVOICE = "customers/<uuid:customer>/invoices/<uuid:invoice>"
MEMBER = "customers/<uuid:customer>/household/<uuid:member>"
ADDRESS = "customers/<uuid:customer>/addresses/<uuid:row>"

urlpatterns: list[URLPattern] = [
    path("", home.office_home, name="office_home"),
    path("customers/", finding.customers, name="customers"),
    path("customers/<uuid:customer>/", record.record, name="customer"),
    path("customers/<uuid:customer>/jobs/", record.jobs, name="customer_jobs"),
    path("customers/<uuid:customer>/jobs/<uuid:job>/", job.job, name="office_job"),
    path("customers/<uuid:customer>/jobs/<uuid:job>/units/", job.set_units, name="office_job_units"),
    path("customers/<uuid:customer>/payments/", record.payments, name="customer_payments"),
    path("customers/<uuid:customer>/payments/record/", taking.record_payment, name="customer_record_payment"),
    path("customers/<uuid:customer>/credit/", correcting.credit_account, name="customer_credit"),
    path("customers/<uuid:customer>/invoices/", record.invoices, name="customer_invoices"),
    path("customers/<uuid:customer>/invoices/<uuid:invoice>/", invoice.invoice, name="office_invoice"),
    path("customers/<uuid:customer>/invoices/<uuid:invoice>/send/", invoice.send_invoice, name="office_invoice_send"),
    path(f"{INVOICE}/void/", correcting.void_invoice, name="office_invoice_void"),
    path(f"{INVOICE}/credit/", correcting.credit_invoice, name="office_invoice_credit"),
    path("customers/<uuid:customer>/statement/", statement.statement, name="customer_statement"),
    path("customers/<uuid:customer>/statement/mail/", mailing.mail_statement, name="customer_statement_mail"),
    path("customers/<uuid:customer>/statement/pdf/", statement.statement_pdf, name="customer_statement_pdf"),
    path(f"{MEMBER}/", household.change, name="office_household_member"),
    path(f"{MEMBER}/revoke/", household.revoke, name="office_household_revoke"),
    path("customers/<uuid:customer>/addresses/add/", addresses.add, name="address_add"),
    path(f"{ADDRESS}/invite/", addresses.invite, name="address_invite"),
    path(f"{ADDRESS}/resend/", addresses.resend, name="address_resend"),
    path(f"{ADDRESS}/copy-link/", addresses.copy_link, name="address_copy_link"),
    path(f"{ADDRESS}/memo/", addresses.memo, name="address_memo"),
    path(f"{ADDRESS}/billing/", addresses.billing, name="address_billing"),
    path(f"{ADDRESS}/correct/", addresses.correct, name="address_correct"),
    path(f"{ADDRESS}/remove/", addresses.remove, name="address_remove"),
    path(f"{ADDRESS}/revoke/", addresses.revoke, name="address_revoke"),
    path(f"{ADDRESS}/restore/", addresses.restore, name="address_restore"),
    path(f"{ADDRESS}/widen/", addresses.widen, name="address_widen"),
    path(f"{ADDRESS}/narrow/", addresses.narrow, name="address_narrow"),
    path(f"{ADDRESS}/confirm-shared/", addresses.confirm_shared, name="address_confirm_shared"),
    path(f"{ADDRESS}/view-as/", viewing.view_as, name="address_view_as"),
]
