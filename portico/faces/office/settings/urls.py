"""Paths."""

from __future__ import annotations

from django.urls import URLPattern, path

from portico.faces.office.settings import estimates, index, job_types, payments, portal

urlpatterns: list[URLPattern] = [
    path("settings/", index.settings, name="settings"),
    path("settings/payments/", payments.settings_payments, name="settings_payments"),
    path("settings/portal/", portal.settings_portal, name="settings_portal"),
    path("settings/estimates/", estimates.settings_estimates, name="settings_estimates"),
    path("settings/job-types/", job_types.job_types, name="settings_job_types"),
    path("settings/job-types/<uuid:job_type>/", job_types.job_type, name="settings_job_type"),
]
