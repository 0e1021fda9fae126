"""The three database roles and what each may do; the second wall between companies rests on them."""

from typing import LiteralString

from psycopg import Connection, sql

APP, OWNER, SEARCH, DATABASE = "portico_app", "portico_owner", "portico_search", "portico"

SERVER_SQL: LiteralString = """\
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portico_owner') THEN CREATE ROLE portico_owner; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portico_app') THEN CREATE ROLE portico_app; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portico_search') THEN CREATE ROLE portico_search; END IF;
END $$;
ALTER ROLE portico_owner LOGIN CREATEDB NOINHERIT NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION;
ALTER ROLE portico_app LOGIN NOCREATEDB NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION;
ALTER ROLE portico_search NOLOGIN NOCREATEDB NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION;
GRANT portico_search TO portico_owner;
ALTER ROLE portico_app SET random_page_cost = 1.1;
ALTER ROLE portico_app SET jit = off;
ALTER ROLE portico_app SET plan_cache_mode = force_generic_plan;
ALTER ROLE portico_app SET lock_timeout = '2s';
ALTER ROLE portico_app SET statement_timeout = '5s';
ALTER ROLE portico_app SET idle_in_transaction_session_timeout = '10s';
ALTER ROLE portico_app SET timezone = 'UTC';
"""
DATABASE_SQL: LiteralString = (
    "CREATE DATABASE portico OWNER portico_owner ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0"
)
EXTENSIONS: tuple[LiteralString, ...] = ("pg_trgm", "btree_gin", "btree_gist")


def make(superuser: Connection) -> None:
    """Make the roles and the database on a server of ours; safe to repeat."""
    superuser.execute(SERVER_SQL)
    found = superuser.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
    if not found:
        superuser.execute(DATABASE_SQL)


def script() -> str:
    """What a superuser runs once in psql for a server of your own."""
    lines = (
        "-- Run once in psql as a superuser, PostgreSQL 15 or newer.",
        SERVER_SQL.rstrip(),
        f"SELECT $${DATABASE_SQL}$$",
        f"  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}') \\gexec",
        "-- Then give both their passwords:",
        f"--   \\password {OWNER}",
        f"--   \\password {APP}",
    )
    return "\n".join(lines) + "\n"


def prepare(owner: Connection, *, app: str) -> None:
    """What each database needs before its first migration, done by its owner; safe to repeat."""
    for name in EXTENSIONS:
        owner.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(name)))
    _open_schema(owner, app=app)
    for grant in (
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {}",
    ):
        owner.execute(sql.SQL(grant).format(sql.Identifier(app)))


def _open_schema(owner: Connection, *, app: str) -> None:
    """The owner inherits nothing, on PostgreSQL 15 not even what comes with owning the database: so it asks by name."""
    me = sql.Identifier(owner.info.user)
    owner.execute("SET ROLE pg_database_owner")
    owner.execute(sql.SQL("GRANT USAGE, CREATE ON SCHEMA public TO {}, {}").format(me, sql.Identifier(SEARCH)))
    owner.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(sql.Identifier(app)))
    owner.execute("RESET ROLE")


def faults(app: Connection) -> list[str]:
    """Why this connection must not serve customers: an owner or a bypasser of row security sees all companies."""
    row = app.execute(
        "SELECT rolsuper, rolbypassrls, EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
        " WHERE nspname = 'public' AND pg_has_role(current_user, relowner, 'USAGE'))"
        " FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    found = row or (True, True, True)
    names = ("is a superuser", "may bypass row security", "owns tables")
    return [name for name, is_so in zip(names, found, strict=True) if is_so]
