"""Reads the environment: every name that Portico obeys is asked for through one of these functions."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

PROJECT = Path(__file__).resolve().parents[2]
SECRET_LENGTH = 32


class BadSetting(SystemExit):
    """A setting that nobody can work with; ends the program with one sentence instead of a trace."""


def text(name: str, default: str = "") -> str:
    """What the environment says, where empty counts as absent."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool = False) -> bool:
    """A yes or a no."""
    said = text(name).lower()
    if said in {"1", "true", "yes", "on"}:
        return True
    if said in {"0", "false", "no", "off"}:
        return False
    if said:
        raise BadSetting(f"{name} is “{said}”; it must be 1 or 0.")
    return default


def base_domain() -> str:
    """What stands behind each company's host text."""
    return text("PORTICO_BASE_DOMAIN", "localhost").lower()


def is_development() -> bool:
    """Whether templates and assets are read anew when they change."""
    return flag("PORTICO_DEVELOPMENT", default=base_domain() == "localhost")


def number(name: str, default: int) -> int:
    """A whole number that is not negative."""
    said = text(name, str(default))
    if not said.isdecimal():
        raise BadSetting(f"{name} is “{said}”; it must be a whole number.")
    return int(said)


def folder(name: str, default: Path) -> Path:
    """A folder, where a relative path starts at the project."""
    return (PROJECT / text(name, str(default))).resolve()


def text_file(name: str) -> str:
    """The path of a text that an operator put there; empty where none is named."""
    said = text(name)
    try:
        if said:
            Path(said).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as unreadable:
        raise BadSetting(f"{name} names “{said}”, which cannot be read as text: {unreadable}.") from unreadable
    return said


def read_file(path: Path) -> None:
    """Take names from a `.env` file; what the environment says already wins."""
    if not path.is_file():
        return
    for line in path.read_text().splitlines():
        name, equals, value = line.partition("=")
        if equals and not name.lstrip().startswith("#"):
            os.environ.setdefault(name.strip(), value.strip().strip("'\""))


def database(url: str) -> dict[str, object]:
    """A PostgreSQL address as Django's settings want it."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise BadSetting("DATABASE_URL must begin with postgresql://; Portico runs on PostgreSQL and nothing else.")
    options: dict[str, object] = dict(parse_qsl(parts.query))
    return {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": str(options.pop("host", parts.hostname or "")),
        "PORT": str(options.pop("port", parts.port or "")),
        "OPTIONS": options,
    }


def email(url: str, *, mailbox: Path) -> dict[str, object]:
    """Where mail goes: `smtp://`, `smtps://`, `file:///folder`, `console:`; nothing said means files in the mailbox."""
    parts = urlsplit(url)
    if not url or parts.scheme == "file":
        return {
            "EMAIL_BACKEND": "portico.foundation.messaging.mailbox.EmailBackend",
            "EMAIL_FILE_PATH": str(Path(parts.path) if url else mailbox),
        }
    if parts.scheme == "console":
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if parts.scheme not in {"smtp", "smtps"}:
        raise BadSetting("EMAIL_URL must begin with smtp://, smtps://, file:// or console:.")
    asked = dict(parse_qsl(parts.query))
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": asked.get("tls", "").lower() in {"1", "true", "yes"},
        "EMAIL_TIMEOUT": 20,
    }


def files(*, is_there: bool) -> dict[str, object]:
    """The private store: a folder of this machine, or the S3-compatible one that PORTICO_FILES_S3_BUCKET names."""
    bucket = text("PORTICO_FILES_S3_BUCKET")
    if not bucket:
        return {"BACKEND": "portico.foundation.tenancy.folder.PrivateFolder"}
    if not is_there:
        raise BadSetting("PORTICO_FILES_S3_BUCKET is set, but the extra is not installed: pip install 'portico[s3]'.")
    key, secret = text("PORTICO_FILES_S3_KEY"), text("PORTICO_FILES_S3_SECRET")
    if bool(key) != bool(secret):
        raise BadSetting("Set both PORTICO_FILES_S3_KEY and PORTICO_FILES_S3_SECRET, or neither.")
    options = {
        "bucket_name": bucket,
        "endpoint_url": text("PORTICO_FILES_S3_ENDPOINT") or None,
        "region_name": text("PORTICO_FILES_S3_REGION") or None,
        "access_key": key or None,
        "secret_key": secret or None,
        "addressing_style": text("PORTICO_FILES_S3_ADDRESSING", "auto"),
        "signature_version": "s3v4",
        "default_acl": None,
        "querystring_auth": True,
        "file_overwrite": True,  # names are random; asking first would be one more request a file
        "max_memory_size": 5_000_000,
    }
    return {"BACKEND": "portico.foundation.tenancy.bucket.PrivateBucket", "OPTIONS": options}


def secret_key(*, kept_in: Path, is_local: bool) -> str:
    """The key that signs everything: given, or on a developer's machine made once and kept in a file."""
    given = text("PORTICO_SECRET_KEY")
    if given:
        return _long_enough(given)
    if not is_local:
        raise BadSetting(f"Set PORTICO_SECRET_KEY to at least {SECRET_LENGTH} random characters.")
    if not kept_in.exists():
        _keep(kept_in, os.urandom(32).hex())
    return _long_enough(kept_in.read_text().strip())


def _long_enough(key: str) -> str:
    if len(key) < SECRET_LENGTH or len(set(key)) < 8:
        raise BadSetting(f"PORTICO_SECRET_KEY is too short or too simple: {SECRET_LENGTH} random characters at least.")
    return key


def _keep(path: Path, key: str) -> None:
    """Two programs may come here at once: the first one's key stays."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.touch(mode=0o600)
        draft.write_text(key + "\n")
        os.link(draft, path)
    except FileExistsError:
        pass
    except OSError as error:
        raise BadSetting(
            f"Cannot keep a secret key in {path.parent}: {error.strerror}. Set PORTICO_DATA_DIR."
        ) from error
    finally:
        draft.unlink(missing_ok=True)
