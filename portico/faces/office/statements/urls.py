"""Paths."""

from __future__ import annotations

from django.urls import URLPattern, path

from portico.faces.office.statements import report, runs

ONE = "statements/<uuid:run>"

urlpatterns: list[URLPattern] = [
    path("statements/", runs.statement_runs, name="office_statements"),
    path(f"{ONE}/", runs.statement_run, name="office_statement_run"),
    path(f"{ONE}/progress/", runs.statement_run_progress, name="office_statement_run_progress"),
    path(f"{ONE}/start/", runs.statement_run_start, name="office_statement_run_start"),
    path(f"{ONE}/stop/", runs.statement_run_stop, name="office_statement_run_stop"),
    path(f"{ONE}/report.csv", report.statement_run_report, name="office_statement_run_report"),
]
