"""Reads the installed `stripe` library's own annotations, without importing its types.

`python -m tests.sandbox.sdk` writes portico/sandbox/stripe/known_params.json anew.
"""

import ast
import json
from decimal import Decimal
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

SPEC = find_spec("stripe")
assert SPEC is not None
assert SPEC.origin is not None
LIBRARY = Path(SPEC.origin).parent
KNOWN = Path(__file__).resolve().parents[2] / "portico" / "sandbox" / "stripe" / "known_params.json"

REQUESTS = {
    "POST /v1/customers": "_customer_create_params",
    "GET /v1/customers": "_customer_list_params",
    "GET /v1/customers/{id}": "_customer_retrieve_params",
    "POST /v1/customers/{id}": "_customer_update_params",
    "POST /v1/checkout/sessions": "checkout/_session_create_params",
    "GET /v1/checkout/sessions": "checkout/_session_list_params",
    "GET /v1/checkout/sessions/{id}": "checkout/_session_retrieve_params",
    "POST /v1/checkout/sessions/{id}/expire": "checkout/_session_expire_params",
    "GET /v1/checkout/sessions/{id}/line_items": "checkout/_session_line_item_list_params",
    "POST /v1/payment_intents": "_payment_intent_create_params",
    "GET /v1/payment_intents": "_payment_intent_list_params",
    "GET /v1/payment_intents/{id}": "_payment_intent_retrieve_params",
    "POST /v1/payment_intents/{id}/confirm": "_payment_intent_confirm_params",
    "POST /v1/payment_intents/{id}/cancel": "_payment_intent_cancel_params",
    "POST /v1/payment_intents/{id}/verify_microdeposits": "_payment_intent_verify_microdeposits_params",
    "POST /v1/setup_intents": "_setup_intent_create_params",
    "GET /v1/setup_intents": "_setup_intent_list_params",
    "GET /v1/setup_intents/{id}": "_setup_intent_retrieve_params",
    "POST /v1/setup_intents/{id}/confirm": "_setup_intent_confirm_params",
    "POST /v1/setup_intents/{id}/cancel": "_setup_intent_cancel_params",
    "POST /v1/setup_intents/{id}/verify_microdeposits": "_setup_intent_verify_microdeposits_params",
    "GET /v1/charges": "_charge_list_params",
    "GET /v1/charges/{id}": "_charge_retrieve_params",
    "POST /v1/refunds": "_refund_create_params",
    "GET /v1/refunds": "_refund_list_params",
    "GET /v1/refunds/{id}": "_refund_retrieve_params",
    "POST /v1/refunds/{id}": "_refund_update_params",
    "GET /v1/disputes": "_dispute_list_params",
    "GET /v1/disputes/{id}": "_dispute_retrieve_params",
    "POST /v1/disputes/{id}": "_dispute_update_params",
    "POST /v1/disputes/{id}/close": "_dispute_close_params",
    "GET /v1/mandates/{id}": "_mandate_retrieve_params",
    "GET /v1/balance_transactions": "_balance_transaction_list_params",
    "GET /v1/balance_transactions/{id}": "_balance_transaction_retrieve_params",
    "GET /v1/events": "_event_list_params",
    "GET /v1/events/{id}": "_event_retrieve_params",
    "POST /v1/webhook_endpoints": "_webhook_endpoint_create_params",
    "GET /v1/webhook_endpoints": "_webhook_endpoint_list_params",
    "GET /v1/webhook_endpoints/{id}": "_webhook_endpoint_retrieve_params",
    "DELETE /v1/webhook_endpoints/{id}": "_webhook_endpoint_delete_params",
    "GET /v1/payment_methods": "_payment_method_list_params",
    "GET /v1/payment_methods/{id}": "_payment_method_retrieve_params",
    "POST /v1/payment_methods/{id}": "_payment_method_update_params",
    "POST /v1/payment_methods/{id}/attach": "_payment_method_attach_params",
    "POST /v1/payment_methods/{id}/detach": "_payment_method_detach_params",
    "GET /v1/customers/{id}/payment_methods": "_customer_payment_method_list_params",
    "GET /v1/customers/{id}/payment_methods/{id}": "_customer_payment_method_retrieve_params",
    "GET /v1/account": "_account_retrieve_current_params",
    "GET /v1/balance": "_balance_retrieve_params",
}


def known_params() -> dict[str, Any]:
    """For every request of the sandbox the tree of parameters that the library's types know."""
    return {request: _params_of(LIBRARY / "params" / f"{module}.py") for request, module in REQUESTS.items()}


def _params_of(path: Path) -> dict[str, Any]:
    classes = _classes(path)
    return _members(next(iter(classes)), classes)


@cache
def _classes(path: Path) -> dict[str, ast.ClassDef]:
    tree = ast.parse(path.read_text())
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


def _members(name: str, classes: dict[str, ast.ClassDef]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for line in classes[name].body:
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
            members[line.target.id] = _kind(line.annotation, classes)
        elif isinstance(line, ast.Assign):  # a name that is no identifier stands in a functional TypedDict
            raise AssertionError(f"unexpected {ast.unparse(line)}")
    return members


def _kind(note: ast.expr, classes: dict[str, ast.ClassDef]) -> Any:
    """A tree for a hash, [tree] for a list, "map" for free keys, choices for an enum, else the plain type."""
    if isinstance(note, ast.Constant) and isinstance(note.value, str):
        return _kind(ast.parse(note.value, mode="eval").body, classes)
    if isinstance(note, ast.Name):
        return _members(note.id, classes) if note.id in classes else note.id
    if isinstance(note, ast.BinOp):
        return _either([_kind(note.left, classes), _kind(note.right, classes)])
    assert isinstance(note, ast.Subscript), ast.dump(note)
    assert isinstance(note.value, ast.Name), ast.dump(note)
    outer, inner = note.value.id, note.slice
    parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    if outer in {"NotRequired", "Optional"}:
        return _kind(inner, classes)
    if outer == "Literal":
        return {"=": [part.value for part in parts if isinstance(part, ast.Constant)]}
    if outer in {"List", "Sequence"}:
        return [_kind(inner, classes)]
    if outer == "Union":
        return _either([_kind(part, classes) for part in parts])
    assert outer in {"Dict", "Mapping", "UntypedStripeObject"}, outer
    return "map"


def _either(kinds: list[Any]) -> Any:
    """Of several types the one that says most; an empty string may stand for "unset" anywhere."""
    real = [kind for kind in kinds if kind != {"=": [""]}]
    choices = [choice for kind in real if isinstance(kind, dict) and "=" in kind for choice in kind["="]]
    plain = [kind for kind in real if isinstance(kind, str) and kind != "map"]
    deep = [kind for kind in real if not (isinstance(kind, dict) and "=" in kind) and kind not in plain]
    if deep:
        return deep[0]
    return {"=": choices} if choices and set(plain) <= {"str"} else plain[0]


def written(known: dict[str, Any]) -> str:
    """One line for each parameter, so that a change of the library shows as a readable difference."""
    blocks = []
    for request, members in known.items():
        lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(kind)}" for name, kind in sorted(members.items()))
        blocks.append(f"{json.dumps(request)}: {{\n{lines}\n}}")
    return "{\n" + ",\n".join(blocks) + "\n}\n"


OBJECTS = {
    "account": ("_account", "Account"),
    "balance": ("_balance", "Balance"),
    "balance_transaction": ("_balance_transaction", "BalanceTransaction"),
    "charge": ("_charge", "Charge"),
    "checkout.session": ("checkout/_session", "Session"),
    "customer": ("_customer", "Customer"),
    "dispute": ("_dispute", "Dispute"),
    "event": ("_event", "Event"),
    "item": ("_line_item", "LineItem"),
    "mandate": ("_mandate", "Mandate"),
    "payment_intent": ("_payment_intent", "PaymentIntent"),
    "payment_method": ("_payment_method", "PaymentMethod"),
    "price": ("_price", "Price"),
    "refund": ("_refund", "Refund"),
    "setup_intent": ("_setup_intent", "SetupIntent"),
    "webhook_endpoint": ("_webhook_endpoint", "WebhookEndpoint"),
}
PLAIN: dict[str, type] = {"int": int, "str": str, "bool": bool, "float": float, "Decimal": Decimal}


def faults_of(kind: str, emitted: dict[str, Any]) -> list[str]:
    """Fields that the library does not know, lack, or that hold what it does not expect."""
    module, name = OBJECTS[kind]
    return _object_faults(emitted, _classes(LIBRARY / f"{module}.py")[name], kind, ())


def _object_faults(
    emitted: dict[str, Any], declared: ast.ClassDef, path: str, outer: tuple[ast.ClassDef, ...]
) -> list[str]:
    scopes = (declared, *outer)
    notes = {
        line.target.id: line.annotation
        for line in declared.body
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and line.target.id != "OBJECT_NAME"
    }
    faults = [f"{path}.{name}: unknown" for name in emitted if name not in notes]
    for name, note in notes.items():
        if name in emitted:
            faults += _value_faults(emitted[name], note, f"{path}.{name}", scopes)
        elif not _is_optional(note):
            faults.append(f"{path}.{name}: missing")
    return faults


def _is_optional(note: ast.expr) -> bool:
    return isinstance(note, ast.Subscript) and ast.unparse(note.value) == "Optional"


def _value_faults(value: Any, note: ast.expr, path: str, scopes: tuple[ast.ClassDef, ...]) -> list[str]:
    if isinstance(note, ast.Constant):
        note = ast.parse(str(note.value), mode="eval").body
    if isinstance(note, ast.Name | ast.Attribute):
        return _named_faults(value, ast.unparse(note), path, scopes)
    assert isinstance(note, ast.Subscript), ast.dump(note)
    outer = ast.unparse(note.value)
    parts = note.slice.elts if isinstance(note.slice, ast.Tuple) else [note.slice]
    if outer == "Optional":
        return [] if value is None else _value_faults(value, parts[0], path, scopes)
    if outer == "Literal":
        choices = [ast.literal_eval(part) for part in parts]
        return [] if value in choices else [f"{path}: {value!r} is no choice"]
    if outer == "ExpandableField" and isinstance(value, str):
        return []
    if outer in {"List", "ListObject"}:
        items = value["data"] if outer == "ListObject" else value
        return [fault for item in items for fault in _value_faults(item, parts[0], f"{path}[]", scopes)]
    if outer == "Union":
        return _union_faults(value, parts, path, scopes)
    return [] if isinstance(value, dict | str) else [f"{path}: {value!r} is no hash"]


def _union_faults(value: Any, parts: list[ast.expr], path: str, scopes: tuple[ast.ClassDef, ...]) -> list[str]:
    """`Union[Literal[…], str]` is open for later values; what is emitted today must be one of today's."""
    choices = [part for part in parts if ast.unparse(part).startswith("Literal")]
    tried = [_value_faults(value, part, path, scopes) for part in choices or parts]
    return [] if [] in tried else tried[0]


def _named_faults(value: Any, name: str, path: str, scopes: tuple[ast.ClassDef, ...]) -> list[str]:
    if name in PLAIN:
        is_right = isinstance(value, PLAIN[name]) and not (name == "int" and isinstance(value, bool))
        return [] if is_right else [f"{path}: {value!r} is no {name}"]
    for place, scope in enumerate(scopes):
        for inner in scope.body:
            if isinstance(inner, ast.ClassDef) and inner.name == name:
                return _object_faults(value, inner, path, scopes[place:])
    known = {declared: kind for kind, (_, declared) in OBJECTS.items()}
    if name in known and isinstance(value, dict):
        return faults_of(known[name], value)
    return [] if isinstance(value, dict) else [f"{path}: {value!r} is no {name}"]


if __name__ == "__main__":
    KNOWN.write_text(written(known_params()))
