"""The ground to measure on: a PostgreSQL server under var/bench, a filled database, a plain one beside it."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from portico.config import env, roles
from portico.config.cluster import Cluster

FOLDER = env.PROJECT / "var" / "bench"
SETTINGS = ("autovacuum=off", "fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=4GB")
SHAPES = ("portico/*/*/migrations/*.py", "portico/*/migrations/*.py", "portico/*/*/backend/*.py", "bench/rows*.py")
PLAIN = "bench_plain"


@dataclass(frozen=True, slots=True)
class Ground:
    """Where everything is. `environment` is that of every process of the product."""

    cluster: Cluster
    database: str
    environment: dict[str, str]
    plain_environment: dict[str, str]
    plain_cookies: list[str]

    @property
    def superuser(self) -> str:
        return self.cluster.url("postgres", self.database)

    @property
    def postmaster(self) -> int:
        return int((self.cluster.data / "postmaster.pid").read_text().split()[0])


def prepare(customers: int) -> Ground:
    """Start the server; make and fill what is not there yet."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    cluster = Cluster(FOLDER / "postgres", SETTINGS)
    cluster.start()
    name = f"bench_{customers}_{_shape()}"
    environment = _environment(cluster, name)
    if _make(cluster, name, f"bench_{customers}_"):
        _fill(cluster, name, environment, customers)
    _refresh(cluster, name)
    plain = {**os.environ, "BENCH_PLAIN_URL": cluster.url(roles.APP, PLAIN)}
    return Ground(cluster, name, environment, plain, _plain_cookies(cluster))


def another(ground: Ground, name: str) -> dict[str, str]:
    """The environment of a second, empty and migrated database."""
    _make(ground.cluster, name, name)
    environment = _environment(ground.cluster, name)
    run("-m", "portico.faces.commands", "migrate", environment=environment)
    return environment


def drop(ground: Ground, name: str) -> None:
    with psycopg.connect(ground.cluster.url("postgres", "postgres"), autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def run(*words: str, environment: dict[str, str]) -> str:
    """Run Python in the project's folder; what it said, or the end."""
    done = subprocess.run([sys.executable, *words], cwd=env.PROJECT, env=environment, text=True, capture_output=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)} failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done.stdout


def _environment(cluster: Cluster, name: str) -> dict[str, str]:
    own = {key: value for key, value in os.environ.items() if not key.startswith(("PORTICO_", "DATABASE_", "STRIPE_"))}
    return own | {
        "DATABASE_URL": cluster.url(roles.APP, name),
        "DATABASE_OWNER_URL": cluster.url(roles.OWNER, name),
        "DJANGO_SETTINGS_MODULE": "portico.config.settings",
        "PORTICO_DATA_DIR": str(FOLDER / "home"),
        "PORTICO_DEVELOPMENT": "0",
    }


def _make(cluster: Cluster, name: str, prefix: str) -> bool:
    """A new database, after dropping those of the same kind; False when it is there already, filled."""
    with psycopg.connect(cluster.url("postgres", "postgres"), autocommit=True) as server:
        found = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix]).fetchall()
        if (name,) in found and name != prefix and _is_filled(cluster, name):
            return False
        for (old,) in found:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(old)))
        server.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'").format(
                sql.Identifier(name), sql.Identifier(roles.OWNER)
            )
        )
        return True


def _is_filled(cluster: Cluster, name: str) -> bool:
    with psycopg.connect(cluster.url("postgres", name)) as server:
        found = server.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
        )
        row = found.fetchone()
        return row is not None and row[0] == "filled"


def _fill(cluster: Cluster, name: str, environment: dict[str, str], customers: int) -> None:
    started = time.perf_counter()
    run("-m", "portico.faces.commands", "migrate", environment=environment)
    with psycopg.connect(cluster.url("postgres", name), autocommit=True) as server:
        _keys(server, "DISABLE")
        print(run("-m", "bench.rows", "--customers", str(customers), environment=environment).rstrip())
        _keys(server, "ENABLE")
        server.execute("VACUUM (ANALYZE)")
        server.execute(sql.SQL("COMMENT ON DATABASE {} IS 'filled'").format(sql.Identifier(name)))
    print(f"database of {customers:,} customers made in {time.perf_counter() - started:.0f} s")


def _keys(server: psycopg.Connection, action: str) -> None:
    """Foreign keys are checked row by row: the rows are made to fit, so they load without."""
    tables = server.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    for (table,) in tables.fetchall():
        server.execute(sql.SQL("ALTER TABLE {} " + action + " TRIGGER ALL").format(sql.Identifier(table)))


def _refresh(cluster: Cluster, name: str) -> None:
    """Sessions of a database made yesterday are young again, and seen in the future so that no page writes it down."""
    with psycopg.connect(cluster.url("postgres", name), autocommit=True) as server:
        server.execute("UPDATE people_loginsession SET seen_at = now() + '1 day', expires_at = now() + '2 days'")
        server.execute("VACUUM (ANALYZE) people_loginsession")


def _plain_cookies(cluster: Cluster) -> list[str]:
    _make(cluster, PLAIN, PLAIN)
    with psycopg.connect(cluster.url(roles.OWNER, PLAIN)) as owner:
        roles.prepare(owner, app=roles.APP)
    said = run(
        "-m", "bench.plain.prepare", environment={**os.environ, "BENCH_PLAIN_URL": cluster.url(roles.OWNER, PLAIN)}
    )
    with psycopg.connect(cluster.url("postgres", PLAIN), autocommit=True) as server:
        server.execute("VACUUM (ANALYZE)")
    return said.split()


def _shape() -> str:
    digest = hashlib.sha256(roles.SERVER_SQL.encode())
    for pattern in SHAPES:
        for path in sorted(Path(env.PROJECT).glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
