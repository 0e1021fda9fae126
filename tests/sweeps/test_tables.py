"""Every table of a company has its walls, and keys point down the rooms."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models, transaction

from portico.foundation.tenancy.invariants import inner_keys, tenant_models

ORDER = [
    "tenancy",
    "audit",
    "messaging",
    "people",
    "catalog",
    "customers",
    "capacity",
    "equipment",
    "jobs",
    "documents",
    "billing",
    "statements",
    "memberships",
    "estimates",
    "booking",
    "invitations",
    "adoption",
    "importer",
]
GLOBAL = {"tenancy.Company", "tenancy.HostName"}
TENANTS = [pytest.param(model, id=model._meta.label) for model in tenant_models()]
SOURCES = Path(__file__).parents[2] / "portico"


def rows(statement: str, *parameters: object) -> list[tuple[object, ...]]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def test_every_model_of_ours_belongs_to_a_company_or_is_listed_as_global() -> None:
    ours = {model._meta.label for model in apps.get_models() if model.__module__.startswith("portico.")}
    assert ours - {model._meta.label for model in tenant_models()} == GLOBAL


@pytest.mark.django_db
@pytest.mark.parametrize("model", TENANTS)
def test_table_has_forced_row_level_security_and_one_policy(model: type[models.Model]) -> None:
    table = model._meta.db_table
    assert rows("SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", table) == [
        (True, True)
    ]
    policies = rows(
        "SELECT policyname, qual, with_check FROM pg_policies WHERE tablename = %s AND roles = '{public}'", table
    )
    assert [name for name, _, _ in policies] == ["tenant"]
    assert all("portico.company" in str(using) and "portico.company" in str(check) for _, using, check in policies)


@pytest.mark.django_db
@pytest.mark.parametrize("model", TENANTS)
def test_inner_keys_carry_the_company(model: type[models.Model]) -> None:
    for key in inner_keys(model):
        found = rows(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'"
            " AND pg_get_constraintdef(oid) LIKE %s",
            model._meta.db_table,
            f"%{key.column})%",
        )
        assert [re.sub(r" REFERENCES .*?\(", " → (", str(text)).split(" DEF")[0] for (text,) in found] == [
            f"FOREIGN KEY (company_id, {key.column}) → (company_id, id)"
        ]


def test_keys_point_down_the_rooms() -> None:
    rising = [
        f"{model._meta.label}.{key.name}"
        for model in tenant_models()
        for key in inner_keys(model)
        if ORDER.index(key.related_model._meta.app_label) > ORDER.index(model._meta.app_label)
    ]
    assert rising == []


@pytest.mark.django_db
def test_migrations_match_the_models() -> None:
    said = StringIO()
    with transaction.atomic():
        call_command("makemigrations", check=True, dry_run=True, stdout=said)
    assert "No changes detected" in said.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "table", ("audit_auditentry", "billing_ledgerentry", "jobs_appointmentstep", "booking_bookingstep")
)
def test_append_only_tables_refuse_change(table: str) -> None:
    rights = rows(
        "SELECT privilege_type FROM information_schema.role_table_grants"
        " WHERE table_name = %s AND grantee = current_user",
        table,
    )
    assert sorted(str(right) for (right,) in rights) == ["INSERT", "SELECT"]


def source_lines(pattern: str, *, beside: tuple[str, ...] = ()) -> list[str]:
    return [
        f"{path.relative_to(SOURCES)}:{number}"
        for path in sorted(SOURCES.rglob("*.py"))
        if not str(path.relative_to(SOURCES)).startswith(beside)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(pattern, line)
    ]


def test_company_is_never_set_for_a_whole_session() -> None:
    assert source_lines(r"set_config\([^)]*,\s*false\s*\)") == []


def test_unscoped_managers_are_used_by_sweeps_only() -> None:
    allowed = ("foundation/tenancy/models.py", "foundation/tenancy/invariants.py")
    assert source_lines(r"\.unscoped\b", beside=allowed) == []


def test_text_is_marked_safe_where_it_was_reviewed_only() -> None:
    """The template backend and its filters say beside each place why nobody's text comes through it."""
    reviewed = ("faces/ui/filters.py", "faces/ui/minijinja.py")
    assert source_lines(r"\bmark_safe\(|\bSafeString\(", beside=reviewed) == []
