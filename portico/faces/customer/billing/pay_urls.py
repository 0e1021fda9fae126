"""Paying and payments."""

from __future__ import annotations

from django.urls import path

from portico.faces.customer.billing import pay, pay_history, pay_return

urlpatterns = [
    path("invoices/pay/", pay.pay, name="pay"),
    path("payments/", pay_history.payments, name="payments"),
    path("payments/<uuid:payment>/", pay_history.payment, name="payment"),
    path("payments/<uuid:payment>/pdf/", pay_history.payment_pdf, name="payment_pdf"),
    path("payments/<uuid:payment>/return/", pay_return.payment_return, name="payment_return"),
]
