"""What a portal view finds on its request, for the type checker; and the parts of the query that several views read."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404, HttpRequest

from portico.faces.customer.shell import PortalShell

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from portico.faces.customer.visitor import Visitor
    from portico.foundation.people.middleware import Notices


class PortalRequest(HttpRequest):
    """A request behind `visitor_only`."""

    visitor: Visitor
    shell: PortalShell
    notices: Notices
    ip_prefix: str
    form_action_origins: tuple[str, ...]
    htmx: HtmxDetails
    is_unattended: bool
    after_answer: Callable[[], None]


def narrowed_to(request: PortalRequest) -> UUID | None:
    """The customer that `?customer=` narrows a list to; 404 for one that this visitor does not reach."""
    customer = public_id(request.GET.get("customer", ""))
    return request.visitor.customer(customer).customer if customer else None


def public_id(text: str) -> UUID | None:
    """A public id from a query; None when there is none, 404 when it is not an id."""
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
