"""One event a line: JSON in production, readable on a developer's machine. Ids, never names, tokens or card numbers."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from portico.faces.ui.request_log import request_id
from portico.kernel.redaction import SHORTEST, without_secrets

OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}
SHORT = 10 ** (SHORTEST - 1)
_write = json.JSONEncoder(default=str, ensure_ascii=False).encode
NEVER = frozenset({"request", "email", "address", "name", "phone", "token", "password", "secret", "body", "query"})


class JsonLines(logging.Formatter):
    """A log record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "ts": _moment(record),
            "level": record.levelname.lower(),
            "event": without_secrets(record.getMessage()),
            "logger": record.name,
            "rid": without_secrets(request_id.get()),
            **{name: _told(value) for name, value in _extra(record).items()},
        }
        if record.exc_info:
            line["trace"] = without_secrets(self.formatException(record.exc_info))
        return _write(line)


class Readable(logging.Formatter):
    """A log record for a person at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        extra = " ".join(f"{name}={value}" for name, value in _extra(record).items())
        line = f"{_moment(record)[11:19]} {record.levelname:<7} {record.getMessage()} {extra}".rstrip()
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return without_secrets(line)


def configuration(*, readable: bool) -> dict[str, Any]:
    """The dictionary for `logging.config.dictConfig`."""
    formatter = Readable if readable else JsonLines
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter}},
        "handlers": {"out": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "line"}},
        "root": {"handlers": ["out"], "level": "WARNING"},
        "loggers": {
            "portico": {"level": "INFO"},
            "django.request": {"level": "ERROR"},  # each answer has its line already
            "django.server": {"handlers": [], "level": "ERROR"},
            "procrastinate": {"level": "WARNING"},
        },
    }


def _told(value: Any) -> Any:
    """A value without secrets. A line is not searched as a whole: most of it are numbers, none as long as a card's."""
    is_short = value is None or (isinstance(value, int | float) and -SHORT < value < SHORT)
    return value if is_short else without_secrets(str(value))


def _extra(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name, value in vars(record).items() if name not in OWN and name not in NEVER}


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
