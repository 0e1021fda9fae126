"""Paths."""

from __future__ import annotations

from django.urls import URLPattern, path

from portico.faces.office.adoption import assumptions, export, inviting, lists, page

urlpatterns: list[URLPattern] = [
    path("adoption/", page.adoption, name="office_adoption"),
    path("adoption/csv/", export.adoption_csv, name="office_adoption_csv"),
    path("adoption/records/", lists.records, name="office_adoption_records"),
    path("adoption/records/csv/", lists.records_csv, name="office_adoption_records_csv"),
    path("adoption/invite/", inviting.invite_next, name="office_adoption_invite"),
    path("adoption/invite/chosen/", inviting.invite_chosen, name="office_adoption_invite_chosen"),
    path("adoption/assumptions/", assumptions.assumptions, name="office_adoption_assumptions"),
]
