"""Three kinds of outcome: yes, a definite no, and not knowing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import stripe

from portico.domain.billing.ports import Refused, Unknown

NOT_SURE = frozenset({409, 429})


@contextmanager
def classified() -> Iterator[None]:
    """Turn the library's errors into Refused or Unknown. Whatever is not clearly a refusal is Unknown."""
    try:
        yield
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        raise Refused("account_refused", type(error).__name__, is_account=True) from error
    except stripe.IdempotencyError as error:  # the key was used for something: so something may have happened
        raise Unknown(_told(error)) from error
    except (stripe.CardError, stripe.InvalidRequestError) as error:
        if error.http_status in NOT_SURE:
            raise Unknown(_told(error)) from error
        raise Refused(str(error.code or "invalid_request"), str(error.param or "")) from error
    except stripe.StripeError as error:
        raise Unknown(_told(error)) from error


def _told(error: stripe.StripeError) -> str:
    return f"{type(error).__name__} {error.http_status or ''} {error.code or ''}".strip()
