"""Form-encoded parameters: decoding them and refusing what the library's own types do not know."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from portico.sandbox.stripe.errors import ApiError, invalid, not_imitated

Params = dict[str, Any]

KNOWN = Path(__file__).with_name("known_params.json")
BRACKETS = re.compile(r"\[([^\]]*)\]")
DEEPEST = 8
MOST_PAIRS = 1000


def decode(text: str) -> Params:
    """`a[b][0][c]=d` becomes {"a": {"b": [{"c": "d"}]}}."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_PAIRS)
    except ValueError:
        raise ApiError("Too many parameters.") from None
    tree: Params = {}
    for name, value in pairs:
        _plant(tree, [name.split("[", 1)[0], *BRACKETS.findall(name)], value)
    return {name: _as_lists(node) for name, node in tree.items()}


def check(request: str, given: Params, *, takes: frozenset[str]) -> Params:
    """The parameters with their types, or the refusal that Stripe would send."""
    known = _known()[request]
    for name in given:
        if name not in known:
            raise invalid(f"Received unknown parameter: {name}", param=name, code="parameter_unknown")
        if name not in takes and name != "expand":
            raise not_imitated(name)
    return {name: _typed(value, known[name], name) for name, value in given.items()}


@cache
def _known() -> dict[str, dict[str, Any]]:
    known: dict[str, dict[str, Any]] = json.loads(KNOWN.read_text())
    return known


def _plant(tree: Params, path: list[str], value: str) -> None:
    if len(path) > DEEPEST:
        raise invalid("Invalid request: too deeply nested.", param=path[0])
    for index, step in enumerate(path[:-1]):
        key = step or str(len(tree))
        branch = tree.setdefault(key, {})
        if not isinstance(branch, dict):
            raise invalid(f"Invalid object: {'.'.join(path[: index + 1])}", param=path[0])
        tree = branch
    tree[path[-1] or str(len(tree))] = value


def _as_lists(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    filled = {name: _as_lists(child) for name, child in node.items()}
    if filled and all(name.isdigit() for name in filled):
        return [filled[name] for name in sorted(filled, key=int)]
    return filled


def _typed(value: Any, kind: Any, name: str) -> Any:
    if value == "":
        return None
    if isinstance(kind, list):
        return _typed_list(value, kind[0], name)
    if kind == "map":
        return _typed_map(value, name)
    if isinstance(kind, dict) and "=" not in kind:
        return _typed_hash(value, kind, name)
    if isinstance(value, dict | list):
        raise invalid(f"Invalid {name}: must not be a hash or a list.", param=name)
    return _plain(str(value), kind, name)


def _typed_list(value: Any, kind: Any, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise invalid("Invalid array", param=name)
    return [_typed(item, kind, f"{name}[{place}]") for place, item in enumerate(value)]


def _typed_map(value: Any, name: str) -> dict[str, str]:
    if isinstance(value, list):  # keys that are all digits
        value = {str(place): item for place, item in enumerate(value)}
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise invalid("Invalid object", param=name)
    return value


def _typed_hash(value: Any, kind: dict[str, Any], name: str) -> Any:
    if not isinstance(value, dict):
        if name == "created":  # the one hash that may be a plain moment
            return _plain(str(value), "int", name)
        raise invalid("Invalid object", param=name)
    for inner in value:
        if inner not in kind:
            param = f"{name}[{inner}]"
            raise invalid(f"Received unknown parameter: {param}", param=param, code="parameter_unknown")
    return {inner: _typed(item, kind[inner], f"{name}[{inner}]") for inner, item in value.items()}


def _plain(value: str, kind: Any, name: str) -> Any:
    if kind == "int":
        if not re.fullmatch(r"-?\d{1,18}", value):
            raise invalid(f"Invalid integer: {value}", param=name, code="parameter_invalid_integer")
        return int(value)
    if kind == "bool":
        if value not in {"true", "false"}:
            raise invalid(f"Invalid boolean: {value}", param=name)
        return value == "true"
    if isinstance(kind, dict) and value not in kind["="]:
        choices = ", ".join(map(str, kind["="]))
        raise invalid(f"Invalid {name}: must be one of {choices}", param=name)
    return value
