"""`portico_enter` names the company itself: a cookie of one company finds nothing in another, also without row security."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("portico.foundation.people.migrations.0002_enter").ENTER.replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
AFTER = (
    BEFORE.replace("WHERE b.is_main;", "WHERE b.is_main AND b.company_id = (company->>'id')::bigint;")
    .replace(
        "WHERE s.digest = asked_digest AND",
        "WHERE s.company_id = (company->>'id')::bigint AND s.digest = asked_digest AND",
    )
    .replace("ON l.id = s.login_id", "ON l.id = s.login_id AND l.company_id = s.company_id")
)


class Migration(migrations.Migration):
    dependencies = [("people", "0002_enter")]

    operations = [migrations.RunSQL(AFTER, BEFORE)]
