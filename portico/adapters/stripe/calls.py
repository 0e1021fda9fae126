"""How an account is called, and what is done with answers that cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import stripe

from portico.adapters.stripe.failures import classified
from portico.domain.billing.ports import Unknown

T = TypeVar("T")
Body = dict[str, Any]


class Calls:
    """One account at Stripe; what every part of the gateway stands on."""

    def __init__(self, client: stripe.StripeClient) -> None:
        self._client = client

    @property
    def _v1(self) -> Any:
        return cast("Any", self._client.v1)  # the parameters are plain dictionaries, checked by the sandbox

    def _call(self, call: Callable[[Any], Any]) -> Body:
        with classified():
            found: Body = call(self._v1).to_dict()
        return found


def believable(read: Callable[[Body], T], body: Body) -> T:
    """What an answer says, or Unknown when it lacks what Stripe always sends."""
    try:
        return read(body)
    except (KeyError, TypeError, AttributeError) as error:
        raise Unknown(f"an answer that cannot be read: {type(error).__name__}") from error
