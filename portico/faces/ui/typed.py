"""A card number typed into one of our forms goes no further than here; only the gateway's page may see one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from portico.foundation.people.middleware import View
from portico.kernel.redaction import without_cards

HASHED = frozenset({"password", "old", "new"})  # never kept as typed


class without_card_numbers:
    """Middleware, after the one that lets people in: a posted form comes to its view without card numbers."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer: HttpResponse = self.get_response(request)
        return answer

    def process_view(self, request: Any, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        is_form = request.method == "POST" and not getattr(view, "csrf_exempt", False)  # machines sign what they post
        if not is_form:
            return
        cleaned = _cleaned(request.POST)
        if cleaned is None:
            return
        request.POST = cleaned
        if request.session is not None:
            request.notices.add(
                "info",
                _("We removed what looked like a card number. Card numbers are only asked for on the payment page."),
            )


def _cleaned(typed: QueryDict) -> QueryDict | None:
    """The form without card numbers; None when there was none in it."""
    cleaned = {name: [_clean(name, value) for value in values] for name, values in typed.lists()}
    if cleaned == dict(typed.lists()):
        return None
    form = QueryDict(mutable=True)
    for name, values in cleaned.items():
        form.setlist(name, values)
    return form


def _clean(name: str, value: str) -> str:
    return value if name in HASHED else without_cards(value)
