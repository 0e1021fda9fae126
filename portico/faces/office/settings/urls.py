"""Paths."""

from __future__ import annotations

from django.urls import URLPattern, path

from portico.faces.office.settings import (
    branch_samples,
    branches,
    estimates,
    host,
    index,
    job_types,
    mails,
    payments,
    portal,
    portal_state,
    staff,
    trades,
)

urlpatterns: list[URLPattern] = [
    path("settings/", index.settings, name="settings"),
    path("settings/emails/", mails.mails, name="settings_mails"),
    path("settings/emails/<slug:kind>/", mails.mail, name="settings_mail"),
    path("settings/staff/", staff.colleagues, name="settings_staff"),
    path("settings/staff/invite/", staff.colleague_invite, name="settings_colleague_invite"),
    path("settings/staff/roles/", staff.roles, name="settings_roles"),
    path("settings/staff/<uuid:colleague>/", staff.colleague, name="settings_colleague"),
    path("settings/payments/", payments.settings_payments, name="settings_payments"),
    path("settings/portal/", portal.settings_portal, name="settings_portal"),
    path("settings/host/", host.host, name="settings_host"),
    path("settings/portal-state/", portal_state.portal_state, name="settings_portal_state"),
    path("settings/branches/", branches.branches, name="settings_branches"),
    path("settings/branches/add/", branches.branch_add, name="settings_branch_add"),
    path("settings/branches/<uuid:branch>/", branches.branch, name="settings_branch"),
    path("settings/branches/<uuid:branch>/phone/", branch_samples.phone, name="settings_branch_phone"),
    path("settings/branches/<uuid:branch>/mail/", branch_samples.mail, name="settings_branch_mail"),
    path("settings/branches/<uuid:branch>/paper/", branch_samples.paper_sample, name="settings_branch_paper"),
    path("settings/estimates/", estimates.settings_estimates, name="settings_estimates"),
    path("settings/job-types/", job_types.job_types, name="settings_job_types"),
    path("settings/job-types/add/", trades.job_type_add, name="settings_job_type_add"),
    path("settings/job-types/<uuid:job_type>/record/", trades.job_type_record, name="settings_job_type_record"),
    path("settings/units/", trades.units, name="settings_units"),
    path("settings/units/add/", trades.unit_add, name="settings_unit_add"),
    path("settings/units/<uuid:business_unit>/", trades.unit, name="settings_unit"),
    path("settings/job-types/<uuid:job_type>/", job_types.job_type, name="settings_job_type"),
]
