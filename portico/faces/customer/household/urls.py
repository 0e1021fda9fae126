"""Paths of the household."""

from __future__ import annotations

from django.urls import URLPattern, path

from portico.faces.customer.household import views

MEMBER = "account/household/<uuid:member>"

urlpatterns: list[URLPattern] = [
    path("account/household/", views.household, name="household"),
    path("account/household/invite/", views.invite, name="household_invite"),
    path(f"{MEMBER}/", views.change, name="household_member"),
    path(f"{MEMBER}/resend/", views.resend, name="household_resend"),
    path(f"{MEMBER}/revoke/", views.revoke, name="household_revoke"),
    path(f"{MEMBER}/accept/", views.accept, name="household_accept"),
    path(f"{MEMBER}/leave/", views.leave, name="household_leave"),
]
