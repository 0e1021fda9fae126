"""Paths."""

from __future__ import annotations

from django.urls import URLPattern, path

from portico.faces.office.scheduling import explainer, job_types, limits, policy

urlpatterns: list[URLPattern] = [
    path("settings/scheduling/", policy.settings_scheduling, name="settings_scheduling"),
    path("settings/scheduling/job-types/", job_types.bookable_types, name="settings_bookable_types"),
    path("settings/scheduling/job-types/<uuid:job_type>/", job_types.bookable_type, name="settings_bookable"),
    path(
        "settings/scheduling/job-types/<uuid:job_type>/questions/",
        job_types.question_add,
        name="settings_question_add",
    ),
    path(
        "settings/scheduling/job-types/<uuid:job_type>/questions/<uuid:question>/",
        job_types.question,
        name="settings_question",
    ),
    path("settings/scheduling/limits/", limits.limits, name="settings_limits"),
    path("settings/scheduling/limits/add/", limits.limit_add, name="settings_limit_add"),
    path("settings/scheduling/limits/<uuid:limit>/", limits.limit, name="settings_limit"),
    path("settings/scheduling/holidays/add/", limits.holiday_add, name="settings_holiday_add"),
    path("settings/scheduling/holidays/<uuid:holiday>/", limits.holiday, name="settings_holiday"),
    path("capacity/why/", explainer.why_nothing, name="office_why"),
]
