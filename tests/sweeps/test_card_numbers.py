"""A card number that somebody types where it does not belong is kept nowhere: not in a row, a mail, a log or a file."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from portico.config.logging import JsonLines
from portico.faces.ui import typed
from portico.foundation.people.roles import StaffRole
from tests.factories import people, read
from tests.factories.world import World
from tests.sweeps.browsing import UUID, Seen, travel

NUMBER, SPACED = "4242424242424242", "4000 0566 5566 5556"
TRACES = "4242424242424242|4000 0566 5566 5556|4000056655665556"
AS_THEY_ARE = frozenset({"csrfmiddlewaretoken", "act"})  # without them a form does not get as far
WHO = ("alma", "house", StaffRole.ADMIN.value, "anybody", "anybody at the office")


@pytest.fixture(scope="module")
def everywhere(world: World, django_db_blocker: DjangoDbBlocker) -> str:
    """One statement that names the tables in which a row holds a trace."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r', 'p')"
            " AND relnamespace = 'public'::regnamespace AND has_table_privilege(oid, 'SELECT') ORDER BY 1"
        )
        tables = [table for (table,) in cursor.fetchall()]
    assert {"people_login", "audit_auditentry", "messaging_message", "procrastinate_jobs"} <= set(tables)
    return " UNION ALL ".join(
        f"(SELECT '{table}' FROM {table} AS row WHERE row::text ~ %(trace)s LIMIT 1)" for table in tables
    )


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is logged meanwhile, as production writes it."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(JsonLines())
    logging.getLogger().addHandler(handler)
    yield lines
    logging.getLogger().removeHandler(handler)


def client_of(world: World, who: str) -> Client:
    anybody = {"anybody": people.portal, "anybody at the office": people.office}
    if who in anybody:
        return anybody[who](world.a.host)
    return world.a.office(who) if who in StaffRole.values else world.a.visitor(who)


def one_of_each(forms: set[Seen]) -> list[Seen]:
    """Forms that post, one of those that differ in nothing but whose they are."""
    kinds = {
        (re.sub(UUID, "", form.action), tuple(name for name, _value in form.fields), dict(form.fields).get("act")): form
        for form in sorted(forms, key=str)
        if form.method == "post" and form.action
    }
    return list(kinds.values())


def traces_after(client: Client, form: Seen, fields: dict[str, str], everywhere: str) -> list[str]:
    """The tables with a trace after one post, which is undone."""
    client.raise_request_exception = False
    with transaction.atomic():
        client.post(form.action, fields)
        with connection.cursor() as cursor:
            cursor.execute(everywhere, {"trace": TRACES})
            found = [table for (table,) in cursor.fetchall()]
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("who", WHO)
def test_card_number_in_any_field_of_any_form_is_kept_nowhere(
    who: str,
    world: World,
    everywhere: str,
    written: io.StringIO,
    django_db_blocker: DjangoDbBlocker,
) -> None:
    with django_db_blocker.unblock(), people.inside(world.a.company):
        client = client_of(world, who)
        forms = one_of_each(travel(client).forms)
        found = [
            (form.page, form.action, name, tables)
            for form in forms
            for name in [name for name, _value in form.fields if name not in AS_THEY_ARE]
            for number in (NUMBER, SPACED)
            if (tables := traces_after(client, form, {**dict(form.fields), name: number}, everywhere))
        ]
    assert (found, bool(forms)) == ([], True)
    assert re.search(TRACES, written.getvalue()) is None


def test_sweep_sees_a_number_that_is_kept(
    world: World, everywhere: str, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same form with the guard taken out."""
    monkeypatch.setattr(typed, "without_cards", str)
    with django_db_blocker.unblock(), people.inside(world.a.company):
        client = world.a.visitor("alma")
        (form,) = {form for form in travel(client).forms if dict(form.fields).get("act") == "name"}
        found = traces_after(client, form, {**dict(form.fields), "name": NUMBER}, everywhere)
    assert "people_login" in found


def test_person_is_told_what_was_taken_out(world: World, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock(), transaction.atomic():
        client = world.a.visitor("alma")
        page = read(client.post("/account/", {"act": "name", "name": f"Alma {NUMBER}"}, follow=True))
        transaction.set_rollback(True)
    (name,) = {form.fields["name"] for form in page.forms if form.fields.get("act") == "name"}
    assert name == "Alma •••• 4242"
    assert "We removed what looked like a card number." in page.text
