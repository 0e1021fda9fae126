"""What comes in over HTTP and what goes out."""

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    base: str


@dataclass
class Response:
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    is_dropped: bool = False


DROPPED = Response(status=0, is_dropped=True)


def json_response(status: int, body: Any, **headers: str) -> Response:
    text = json.dumps(body, indent=2).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, {"Content-Type": "application/json", "Cache-Control": "no-store", **named}, text)


def redirect(location: str) -> Response:
    return Response(303, {"Location": location, "Cache-Control": "no-store"})
