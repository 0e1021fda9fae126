import stat

import pytest

from portico.config import env


def test_database_address_keeps_its_parts_and_options():
    found = env.database("postgresql://app:p%40ss@db.example.com:6432/portico?sslmode=verify-full")
    assert found == {
        "NAME": "portico",
        "USER": "app",
        "PASSWORD": "p@ss",
        "HOST": "db.example.com",
        "PORT": "6432",
        "OPTIONS": {"sslmode": "verify-full"},
    }


def test_database_address_with_a_socket_folder():
    found = env.database("postgresql://app@/portico?host=%2Fvar%2Frun%2Fa%20b")
    assert (found["HOST"], found["PORT"], found["OPTIONS"]) == ("/var/run/a b", "", {})


def test_other_engines_are_refused():
    with pytest.raises(env.BadSetting, match="PostgreSQL and nothing else"):
        env.database("sqlite:///x.db")


@pytest.mark.parametrize(
    ("url", "expected"),
    (
        ("smtp://u:p@mail.example.com:587?tls=1", ("mail.example.com", 587, "u", "p", False, True)),
        ("smtps://mail.example.com", ("mail.example.com", 465, "", "", True, False)),
        ("smtp://127.0.0.1:2525", ("127.0.0.1", 2525, "", "", False, False)),
    ),
)
def test_mail_server_address(tmp_path, url, expected):
    said = env.email(url, mailbox=tmp_path)
    names = ("HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_SSL", "USE_TLS")
    assert tuple(said[f"EMAIL_{name}"] for name in names) == expected


def test_mail_goes_to_files_where_nothing_is_said(tmp_path):
    assert env.email("", mailbox=tmp_path)["EMAIL_FILE_PATH"] == str(tmp_path)
    assert env.email("file:///srv/mail", mailbox=tmp_path)["EMAIL_FILE_PATH"] == "/srv/mail"


def test_unknown_mail_address_is_refused(tmp_path):
    with pytest.raises(env.BadSetting, match="EMAIL_URL must begin"):
        env.email("carrier-pigeon://x", mailbox=tmp_path)


def test_secret_key_is_made_once_and_kept_for_its_owner(tmp_path, monkeypatch):
    monkeypatch.delenv("PORTICO_SECRET_KEY", raising=False)
    first = env.secret_key(kept_in=tmp_path / "key", is_local=True)
    assert env.secret_key(kept_in=tmp_path / "key", is_local=True) == first
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


@pytest.mark.parametrize("key", ("", "short", "a" * 64))
def test_production_refuses_a_missing_or_weak_secret_key(tmp_path, monkeypatch, key):
    monkeypatch.setenv("PORTICO_SECRET_KEY", key)
    with pytest.raises(env.BadSetting, match="PORTICO_SECRET_KEY"):
        env.secret_key(kept_in=tmp_path / "key", is_local=False)


def test_file_of_names_does_not_overrule_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("PORTICO_A", "given")
    monkeypatch.setenv("PORTICO_B", "to be removed")
    monkeypatch.delenv("PORTICO_B")
    (tmp_path / ".env").write_text("# a note\nPORTICO_A=file\nPORTICO_B='quoted'\n")
    env.read_file(tmp_path / ".env")
    assert (env.text("PORTICO_A"), env.text("PORTICO_B")) == ("given", "quoted")
    monkeypatch.delenv("PORTICO_B")


def test_terms_that_cannot_be_read_are_refused(tmp_path, monkeypatch):
    assert env.text_file("PORTICO_OPERATOR_TERMS") == ""
    (tmp_path / "terms.txt").write_bytes(b"\xff\xfe")
    for path in (tmp_path / "terms.txt", tmp_path / "nowhere.txt", tmp_path):
        monkeypatch.setenv("PORTICO_OPERATOR_TERMS", str(path))
        with pytest.raises(env.BadSetting, match="PORTICO_OPERATOR_TERMS names"):
            env.text_file("PORTICO_OPERATOR_TERMS")
    (tmp_path / "terms.txt").write_text("Be kind.")
    monkeypatch.setenv("PORTICO_OPERATOR_TERMS", str(tmp_path / "terms.txt"))
    assert env.text_file("PORTICO_OPERATOR_TERMS") == str(tmp_path / "terms.txt")


def test_flag_that_is_neither_yes_nor_no_is_refused(monkeypatch):
    monkeypatch.setenv("PORTICO_DEBUG", "perhaps")
    with pytest.raises(env.BadSetting, match="it must be 1 or 0"):
        env.flag("PORTICO_DEBUG")


def test_files_lie_in_a_folder_unless_a_bucket_is_named(monkeypatch):
    monkeypatch.delenv("PORTICO_FILES_S3_BUCKET", raising=False)
    assert env.files(is_there=False) == {"BACKEND": "portico.foundation.tenancy.folder.PrivateFolder"}


def test_bucket_without_the_extra_is_refused_with_what_to_install(monkeypatch):
    monkeypatch.setenv("PORTICO_FILES_S3_BUCKET", "files")
    with pytest.raises(env.BadSetting, match=r"portico\[s3\]"):
        env.files(is_there=False)


def test_half_a_key_of_the_bucket_is_refused(monkeypatch):
    monkeypatch.setenv("PORTICO_FILES_S3_BUCKET", "files")
    monkeypatch.setenv("PORTICO_FILES_S3_KEY", "key")
    with pytest.raises(env.BadSetting, match="PORTICO_FILES_S3_SECRET"):
        env.files(is_there=True)
