"""One request of one account, as the endpoints see it, and how objects are shown in answers."""

from dataclasses import dataclass
from typing import Any

from portico.sandbox.stripe.errors import ApiError, missing
from portico.sandbox.stripe.store import Body, Books

API_VERSION = "2026-10-28.endive"
DEEPEST_EXPAND = 4


@dataclass(frozen=True)
class Call:
    account: str
    books: Books
    params: dict[str, Any]
    base: str
    request_id: str | None = None
    idempotency_key: str | None = None
    at: int | None = None

    @property
    def now(self) -> int:
        """The account's time; what falls due happens at the moment for which it was planned."""
        return self.books.now(self.account) if self.at is None else self.at

    def find(self, kind: str, ident: str, *, param: str = "id", status: int = 404) -> Body:
        """The object of this account; another account's is as unknown as one that never was."""
        body = self.books.find(self.account, kind, ident)
        if body is None:
            raise missing(kind, ident, param=param, status=status)
        return body

    def show(self, body: Body) -> Body:
        return shown(body, self.base)

    def expand(self, answer: Body, paths: list[str]) -> Body:
        for path in paths:
            self._expand(answer, path.split("."), path)
        return answer

    def _expand(self, answer: Any, steps: list[str], path: str) -> None:
        if len(steps) > DEEPEST_EXPAND:
            raise ApiError("You cannot expand more than 4 levels of a property.", param="expand")
        if isinstance(answer, list):
            for item in answer:
                self._expand(item, steps, path)
            return
        if not isinstance(answer, dict) or steps[0] not in answer:
            raise ApiError(f"This property cannot be expanded ({path}).", param="expand")
        self._expand_field(answer, steps, path)

    def _expand_field(self, answer: Body, steps: list[str], path: str) -> None:
        field, rest = steps[0], steps[1:]
        if isinstance(answer[field], str):
            found = self.books.find_any(self.account, answer[field])
            if found is None:
                raise ApiError(f"This property cannot be expanded ({path}).", param="expand")
            answer[field] = self.show(found)
        if rest and answer[field] is not None:
            self._expand(answer[field], rest, path)


def shown(body: Body, base: str) -> Body:
    """The public part of an object, with the addresses that this server has now."""
    answer = {name: value for name, value in body.items() if not name.startswith("_")}
    if body["object"] == "checkout.session" and body["status"] == "open":
        answer["url"] = f"{base}/c/pay/{body['id']}"
    if body["object"] in {"payment_intent", "setup_intent"} and body["next_action"] is not None:
        answer["next_action"] = _next_action(body, base)
    return answer


def _next_action(intent: Body, base: str) -> Body:
    kind = intent["next_action"]["type"]
    if kind == "redirect_to_url":
        return {
            "redirect_to_url": {"return_url": intent["_return_url"], "url": f"{base}/3ds/{intent['id']}"},
            "type": kind,
        }
    deposits = intent["next_action"][kind] | {"hosted_verification_url": f"{base}/microdeposits/{intent['id']}"}
    return {"type": kind, kind: deposits}
