"""Paths."""

from __future__ import annotations

from django.urls import URLPattern, path

from portico.faces.office.payments import attention, days, export, payments, refund, story

urlpatterns: list[URLPattern] = [
    path("payments/", payments.office_payments, name="office_payments"),
    path("payments/csv/", export.office_payments_csv, name="office_payments_csv"),
    path("payments/days/", days.office_day_totals, name="office_day_totals"),
    path("payments/attention/", attention.office_attention, name="office_attention"),
    path("payments/attention/close/", attention.close, name="office_attention_close"),
    path("payments/<uuid:payment>/", story.office_payment, name="office_payment"),
    path("payments/<uuid:payment>/refund/", refund.office_refund, name="office_refund"),
]
