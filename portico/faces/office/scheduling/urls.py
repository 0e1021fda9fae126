"""Paths."""

from __future__ import annotations

from django.urls import URLPattern, path

from portico.faces.office.scheduling import areas, explainer, job_types, limits, people, policy

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
    path("settings/scheduling/people/", people.technicians, name="settings_technicians"),
    path("settings/scheduling/people/add/", people.technician_add, name="settings_technician_add"),
    path("settings/scheduling/people/<uuid:technician>/", people.technician, name="settings_technician"),
    path("settings/scheduling/people/<uuid:technician>/shifts/", people.shifts_add, name="settings_shifts_add"),
    path(
        "settings/scheduling/people/<uuid:technician>/shifts/<uuid:shift>/",
        people.shift_remove,
        name="settings_shift_remove",
    ),
    path("settings/scheduling/people/<uuid:technician>/events/", people.event_add, name="settings_event_add"),
    path(
        "settings/scheduling/people/<uuid:technician>/events/<uuid:event>/",
        people.event_remove,
        name="settings_event_remove",
    ),
    path("settings/scheduling/areas/", areas.areas, name="settings_areas"),
    path("settings/scheduling/zones/add/", areas.zone_add, name="settings_zone_add"),
    path("settings/scheduling/zones/<uuid:zone>/", areas.zone, name="settings_zone"),
    path("settings/scheduling/windows/add/", areas.window_add, name="settings_window_add"),
    path("settings/scheduling/windows/<uuid:window>/", areas.window, name="settings_window"),
    path("settings/scheduling/hours/add/", areas.hours_add, name="settings_hours_add"),
    path("settings/scheduling/hours/<uuid:hours>/", areas.hours, name="settings_hours"),
    path("capacity/why/", explainer.why_nothing, name="office_why"),
]
