"""What was and will be done."""

from __future__ import annotations

from django.urls import path

from portico.faces.customer.history import views

urlpatterns = [
    path("jobs/", views.jobs, name="jobs"),
    path("jobs/<uuid:job>/", views.job, name="job"),
]
