"""The embedded server, on its own small clusters: they are made by initdb, so these tests take seconds."""

import os
import re
import signal
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from portico.config import cluster, roles


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A folder that the server's user may enter, with a short name for the socket."""
    with tempfile.TemporaryDirectory(prefix="portico-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[cluster.Cluster]:
    server = cluster.Cluster(home / "postgres", cluster.THROW_AWAY)
    server.start()
    yield server
    server.stop()


def test_second_start_joins_the_running_server(server):
    assert server.start() is False
    assert server.answers()


def test_roles_of_the_server_have_no_more_than_they_need(server):
    with psycopg.connect(server.url("postgres")) as superuser:
        rows = superuser.execute(
            "SELECT rolname, rolcanlogin, rolsuper, rolbypassrls, rolcreatedb, rolinherit FROM pg_roles"
            " WHERE rolname LIKE 'portico%' ORDER BY rolname"
        ).fetchall()
    assert rows == [
        ("portico_app", True, False, False, False, True),
        ("portico_owner", True, False, False, True, False),
        ("portico_search", False, False, False, False, True),
    ]


def test_prepared_database_lets_the_application_read_and_write_but_not_make_tables(server):
    with psycopg.connect(server.url(roles.OWNER)) as owner:
        roles.prepare(owner, app=roles.APP)
        roles.prepare(owner, app=roles.APP)
        owner.execute("CREATE TABLE note (id bigint GENERATED ALWAYS AS IDENTITY, text text)")
        assert roles.faults(owner) == ["owns tables"]
    with psycopg.connect(server.url(roles.APP)) as app:
        app.execute("INSERT INTO note (text) VALUES ('one')")
        assert app.execute("SELECT text FROM note").fetchall() == [("one",)]
        assert roles.faults(app) == []
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("CREATE TABLE more (id bigint)")


def test_server_is_in_use_while_somebody_is_connected(server):
    assert server.is_in_use() is False
    with psycopg.connect(server.url(roles.APP)):
        assert server.is_in_use() is True


def test_killed_server_starts_again_though_its_number_lives_on(server):
    note = server.data / "postmaster.pid"
    os.kill(int(note.read_text().split("\n")[0]), signal.SIGKILL)
    while server.answers():
        pass
    note.write_text(re.sub(r"^\d+", str(os.getpid()), note.read_text()))
    assert server.start() is True
    with psycopg.connect(server.url(roles.APP)) as app:
        assert app.execute("SELECT current_user").fetchone() == ("portico_app",)


@pytest.mark.full
def test_many_starts_at_once_make_one_server(home):
    folder = home / "crowd"
    with ThreadPoolExecutor(8) as crowd:
        started = list(crowd.map(lambda _: cluster.Cluster(folder, cluster.THROW_AWAY).start(), range(8)))
    cluster.Cluster(folder).stop()
    assert sorted(started) == [False] * 7 + [True]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has folders that PostgreSQL's user may not enter")
def test_closed_folder_moves_the_data_where_the_server_may_go(tmp_path):
    tmp_path.chmod(0o700)
    server = cluster.Cluster(tmp_path / "it's closed" / "postgres")
    assert server.data.parent.parent == cluster.AWAY


def test_long_path_gets_a_short_socket(home):
    server = cluster.Cluster(home / ("deep" * 30) / "postgres")
    assert len(str(server.socket)) < cluster.SOCKET_PATH_LENGTH


def test_data_of_another_version_are_refused_in_words(home):
    folder = home / "old"
    folder.mkdir()
    (folder / "PG_VERSION").write_text("9\n")
    with pytest.raises(cluster.NoCluster, match="was made by PostgreSQL 9, and only 1"):
        _ = cluster.Cluster(folder).programs


def test_no_programs_anywhere_is_said_in_words(home, monkeypatch):
    monkeypatch.setenv("PORTICO_PG_BIN", str(home))
    with pytest.raises(cluster.NoCluster, match="No PostgreSQL found"):
        _ = cluster.Cluster(home / "none").programs


def test_script_for_a_server_of_your_own_names_every_role():
    script = roles.script()
    assert [name in script for name in (roles.APP, roles.OWNER, roles.SEARCH)] == [True] * 3
    assert script.endswith("--   \\password portico_app\n")
