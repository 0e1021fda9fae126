"""/v1/webhook_endpoints: where an account wants to hear of its events. Only this machine is ever called."""

from urllib.parse import urlsplit

from portico.sandbox.stripe import lists
from portico.sandbox.stripe.call import Call
from portico.sandbox.stripe.errors import invalid, required
from portico.sandbox.stripe.store import Body, new_id

WRITES = frozenset({"url", "enabled_events", "description", "metadata", "api_version"})
MOST_ENDPOINTS = 16


def create(call: Call) -> Body:
    for name in ("url", "enabled_events"):
        if not call.params.get(name):
            raise required(name)
    if not is_on_this_machine(call.params["url"]):
        raise invalid("The sandbox calls http addresses of this machine only.", param="url", code="url_invalid")
    if len(call.books.all(call.account, "webhook_endpoint")) >= MOST_ENDPOINTS:
        raise invalid(f"You have reached the maximum of {MOST_ENDPOINTS} test webhook endpoints.", param="url")
    endpoint = call.books.add(call.account, _endpoint(call))
    return call.show(endpoint) | {"secret": endpoint["_secret"]}


def retrieve(call: Call, ident: str) -> Body:
    return call.show(call.find("webhook_endpoint", ident))


def page(call: Call) -> Body:
    return lists.page(call, "webhook_endpoint", "/v1/webhook_endpoints")


def delete(call: Call, ident: str) -> Body:
    endpoint = call.find("webhook_endpoint", ident)
    call.books.remove(endpoint["id"])
    call.books.sql.execute("DELETE FROM deliveries WHERE endpoint = ? AND state != 'delivered'", (endpoint["id"],))
    return {"id": endpoint["id"], "object": "webhook_endpoint", "deleted": True}


def is_on_this_machine(url: str) -> bool:
    parts = urlsplit(url)
    host = parts.hostname or ""
    return parts.scheme == "http" and (host in {"localhost", "127.0.0.1"} or host.endswith(".localhost"))


def _endpoint(call: Call) -> Body:
    return {
        "id": new_id("we_1"),
        "object": "webhook_endpoint",
        "api_version": call.params.get("api_version"),
        "application": None,
        "created": call.now,
        "description": call.params.get("description"),
        "enabled_events": call.params["enabled_events"],
        "livemode": False,
        "metadata": call.params.get("metadata") or {},
        "status": "enabled",
        "url": call.params["url"],
        "_secret": new_id("whsec_", 32),
    }
