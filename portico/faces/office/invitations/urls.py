"""Paths."""

from __future__ import annotations

from django.urls import URLPattern, path

from portico.faces.office.invitations import lists, report, users

LISTS = "invitations/lists"
ONE = f"{LISTS}/<uuid:invite_list>"

urlpatterns: list[URLPattern] = [
    path("invitations/", users.portal_users, name="portal_users"),
    path(f"{LISTS}/", lists.invite_lists, name="office_invite_lists"),
    path(f"{ONE}/", lists.invite_list_page, name="office_invite_list"),
    path(f"{ONE}/progress/", lists.invite_list_progress, name="office_invite_list_progress"),
    path(f"{ONE}/send/", lists.invite_list_send, name="office_invite_list_send"),
    path(f"{ONE}/report.csv", report.invite_list_report, name="office_invite_list_report"),
]
