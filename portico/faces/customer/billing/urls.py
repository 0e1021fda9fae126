"""Invoices and payments."""

from __future__ import annotations

from django.urls import path

from portico.faces.customer.billing import invoices, pay_urls, statements

urlpatterns = [
    path("invoices/", invoices.invoices, name="invoices"),
    path("invoices/<uuid:invoice>/", invoices.invoice, name="invoice"),
    path("invoices/<uuid:invoice>/pdf/", invoices.invoice_pdf, name="invoice_pdf"),
    path("invoices/<uuid:invoice>/mail/", invoices.mail_copy, name="invoice_mail_copy"),
    path("statements/", statements.statement, name="statement"),
    path("statements/pdf/", statements.statement_pdf, name="statement_pdf"),
    *pay_urls.urlpatterns,
]
