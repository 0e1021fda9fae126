"""Paying, payments and payment methods."""

from __future__ import annotations

from django.urls import path

from portico.faces.customer.billing import methods, pay, pay_history, pay_return

urlpatterns = [
    path("invoices/pay/", pay.pay, name="pay"),
    path("payments/", pay_history.payments, name="payments"),
    path("payments/<uuid:payment>/", pay_history.payment, name="payment"),
    path("payments/<uuid:payment>/pdf/", pay_history.payment_pdf, name="payment_pdf"),
    path("payments/<uuid:payment>/return/", pay_return.payment_return, name="payment_return"),
    path("payment-methods/", methods.payment_methods, name="payment_methods"),
    path("payment-methods/add/", methods.add, name="payment_method_add"),
    path("payment-methods/<uuid:method>/default/", methods.make_default, name="payment_method_default"),
    path("payment-methods/<uuid:method>/remove/", methods.remove, name="payment_method_remove"),
    path("methods/<uuid:setup>/return/", methods.payment_method_return, name="payment_method_return"),
]
