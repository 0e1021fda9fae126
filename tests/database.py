"""The tests' database: a throw-away server, one migrated template, a clone for each test process.

With DATABASE_URL and DATABASE_OWNER_URL set, the server is yours; the tests' databases are made beside the named one.
"""

import atexit
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings
from django.db import connection, connections
from psycopg import sql

from portico.config import cluster, env, roles

# Test processes of one run inherit an environment in which the data folder is their parent's own: hence a name for the
# folder that all share.
FOLDER = env.folder("PORTICO_TEST_FOLDER", env.folder("PORTICO_DATA_DIR", env.PROJECT / "var") / "test")
TEMPLATE, CLONE, DRAFT = "portico_template_", "portico_test_", "portico_draft_"
FILLED = "portico_filled_"  # followed by the number of the process that leads the run
MIGHTY = "PORTICO_TEST_SUPERUSER_URL"
DELETE_ROWS = """
DO $$
DECLARE one record;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR one IN SELECT c.oid, c.oid::regclass AS name FROM pg_class c
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname <> 'django_migrations'
      AND pg_relation_size(c.oid) > 0
  LOOP
    EXECUTE format('DELETE FROM %s', one.name);
    PERFORM setval(s.oid::regclass, 1, false) FROM pg_class s JOIN pg_depend d ON d.objid = s.oid
      WHERE s.relkind = 'S' AND d.refobjid = one.oid AND d.deptype IN ('a', 'i');
  END LOOP;
END $$
"""
SHAPES = (
    "portico/*/*/migrations/*.py",
    "portico/*/migrations/*.py",
    "portico/foundation/tenancy/backend/*.py",
    "portico/config/roles.py",
)


def point_environment_here() -> None:
    """Name the server in the environment, before Django reads its settings; the product's own data stay untouched."""
    if bool(env.text("DATABASE_URL")) != bool(env.text("DATABASE_OWNER_URL")):
        raise SystemExit("To test on a server of your own set both DATABASE_URL and DATABASE_OWNER_URL.")
    os.environ.pop("DATABASE_DIRECT_URL", None)
    os.environ["PORTICO_TEST_FOLDER"] = str(FOLDER)
    home = FOLDER / "home" / str(os.getpid())
    os.environ["PORTICO_DATA_DIR"] = str(home)
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    if env.text("DATABASE_URL"):
        return
    server = _throw_away()
    os.environ["DATABASE_URL"] = server.url(roles.APP)
    os.environ["DATABASE_OWNER_URL"] = server.url(roles.OWNER)
    os.environ[MIGHTY] = server.url("postgres")


def clone() -> str:
    """A migrated database of this process's own; its name."""
    name = f"{CLONE}{os.getpid()}"
    FOLDER.mkdir(parents=True, exist_ok=True)
    with _locked(FOLDER / ".template.lock"), _owner() as owner:
        _forget_the_dead(owner)
        _copy(owner, name, of=_template(owner))
    return name


@contextmanager
def filled(title: str, fill: Callable[[], None]) -> Iterator[None]:
    """Stand on a copy of a database that `fill` filled once for all processes of this run.

    Filling is slow and copying is quick: whoever comes first fills, the others wait for it and copy.
    """
    before = connection.settings_dict["NAME"]
    whole, own = f"{FILLED}{_leader()}_{title}", f"{CLONE}{os.getpid()}_{title}"
    with _locked(FOLDER / f".{title}.lock"), _owner() as owner:
        if not _named(owner, whole):
            _copy(owner, own, of=_template(owner))
            _stand_on(own)
            fill()
            _stand_on(before)
            owner.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(own), sql.Identifier(whole)))
        _copy(owner, own, of=whole)
    _stand_on(own)
    yield
    _stand_on(before)
    drop(own)


def drop(name: str) -> None:
    """Give a clone back; who emptied it as a superuser may still be leaving, and only a superuser can end that."""
    with psycopg.connect(env.text(MIGHTY) or env.text("DATABASE_OWNER_URL"), autocommit=True) as dropping:
        _drop(dropping, name)


def owner_url(name: str) -> str:
    """The address of a database for the role that owns its tables."""
    return _with_database(env.text("DATABASE_OWNER_URL"), name)


def app_url(name: str) -> str:
    """The address of a database for the application's role."""
    return _with_database(env.text("DATABASE_URL"), name)


def mighty_url(name: str) -> str:
    """The address of a database for the role that may do everything; empty on a server of your own."""
    return _with_database(env.text(MIGHTY), name) if env.text(MIGHTY) else ""


def empty(name: str) -> None:
    """Take every row away; the application's role may not.

    On the throw-away server only tables that have rows are touched: TRUNCATE has to take all that point at one along,
    and makes each of their files anew.
    """
    mighty = env.text(MIGHTY)
    if mighty:
        with psycopg.connect(_with_database(mighty, name), autocommit=True) as superuser:
            superuser.execute(DELETE_ROWS)
        return
    with psycopg.connect(owner_url(name), autocommit=True) as owner:
        tables = owner.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations'"
        ).fetchall()
        listed = sql.SQL(", ").join(sql.Identifier(table) for (table,) in tables)
        owner.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(listed))


def refuse_mighty_role(name: str) -> None:
    """Tests under a role that sees all companies would prove nothing."""
    with psycopg.connect(app_url(name)) as app:
        faults = roles.faults(app)
    if faults:
        raise SystemExit(f"DATABASE_URL must name the application's role; this one {' and '.join(faults)}.")


def _stand_on(name: str) -> None:
    connections.close_all()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def _leader() -> int:
    """The process that leads this run: the parent of those that pytest-xdist started, else this one."""
    return os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()


def _throw_away() -> cluster.Cluster:
    server = cluster.Cluster(FOLDER / "postgres", cluster.THROW_AWAY)
    try:
        server.start()
    except cluster.NoCluster:  # it never syncs, so a crash of the machine may have spoilt it
        if not (server.data / "PG_VERSION").exists():
            raise
        shutil.rmtree(server.data)
        server.start()
    return server


def _template(owner: psycopg.Connection) -> str:
    """The migrated template, made by whoever comes first; its name tells the migrations it was made from."""
    name = TEMPLATE + _shape()
    if not owner.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        _drop_all(owner, TEMPLATE)
        _drop_all(owner, DRAFT)
        _make_template(owner, name)
    return name


def _make_template(owner: psycopg.Connection, name: str) -> None:
    draft = f"{DRAFT}{os.getpid()}"
    owner.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'").format(sql.Identifier(draft))
    )
    environment = {
        **os.environ,
        "DATABASE_URL": app_url(draft),
        "DATABASE_OWNER_URL": owner_url(draft),
        "DJANGO_SETTINGS_MODULE": "portico.config.settings",
    }
    command = [sys.executable, "-m", "portico.faces.commands", "migrate"]
    done = subprocess.run(command, cwd=env.PROJECT, env=environment, text=True, capture_output=True)
    if done.returncode:
        raise SystemExit(f"The tests' database could not be migrated:\n{done.stdout[-1000:]}{done.stderr[-4000:]}")
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    owner.execute(rename.format(sql.Identifier(draft), sql.Identifier(name)))


def _shape() -> str:
    digest = hashlib.sha256(metadata.version("procrastinate").encode() + roles.SERVER_SQL.encode())
    for pattern in SHAPES:
        for path in sorted(env.PROJECT.glob(pattern)):
            digest.update(str(path.relative_to(env.PROJECT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _forget_the_dead(owner: psycopg.Connection) -> None:
    """Drop the databases of test processes that ended."""
    for name in _named(owner, CLONE) + _named(owner, FILLED):
        number = name.removeprefix(CLONE).removeprefix(FILLED).partition("_")[0]
        if number.isdecimal() and not Path("/proc", number).exists() and Path("/proc/self").exists():
            _drop(owner, name)


def _copy(owner: psycopg.Connection, name: str, *, of: str) -> None:
    _drop(owner, name)
    copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
    owner.execute(copy.format(sql.Identifier(name), sql.Identifier(of)))


def _drop_all(owner: psycopg.Connection, prefix: str) -> None:
    for name in _named(owner, prefix):
        _drop(owner, name)


def _drop(owner: psycopg.Connection, name: str) -> None:
    owner.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _named(owner: psycopg.Connection, prefix: str) -> list[str]:
    found = owner.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
    return [name for (name,) in found]


def _owner() -> psycopg.Connection:
    return psycopg.connect(env.text("DATABASE_OWNER_URL"), autocommit=True)


def _with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
