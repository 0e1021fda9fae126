"""What the trail is narrowed to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy

from portico.domain.capacity.axis_rules import local_moment
from portico.faces.office.payments.forms import DaysForm
from portico.faces.office.requests import public_id
from portico.faces.office.trail_words import KIND, VERB, kind_of
from portico.foundation.audit.enums import ActorKind
from portico.foundation.audit.queries import Sought

ANYBODY = ("", gettext_lazy("Anybody"))
ANYTHING = ("", gettext_lazy("Anything"))
ACTOR = {
    ActorKind.CUSTOMER: gettext_lazy("Customers"),
    ActorKind.STAFF: gettext_lazy("Everybody in the office"),
    ActorKind.GATEWAY: gettext_lazy("The payment provider"),
    ActorKind.IMPORT: gettext_lazy("Imports"),
    ActorKind.SHELL: gettext_lazy("Commands on the server"),
    ActorKind.SYSTEM: gettext_lazy("Portico by itself"),
}


SIDE = {
    ActorKind.CUSTOMER: gettext_lazy("Customer"),
    ActorKind.STAFF: gettext_lazy("Office"),
    ActorKind.GATEWAY: gettext_lazy("Payment provider"),
    ActorKind.IMPORT: gettext_lazy("Import"),
    ActorKind.SHELL: gettext_lazy("On the server"),
    ActorKind.SYSTEM: gettext_lazy("By itself"),
}


class TrailForm(DaysForm):
    """Who, what, and two days, both included."""

    who = forms.ChoiceField(label=gettext_lazy("Who"), required=False)
    what = forms.ChoiceField(label=gettext_lazy("What"), required=False)
    customer = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, staff: list[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = [  # type: ignore[attr-defined]
            ANYBODY,
            *((kind.value, label) for kind, label in ACTOR.items()),
            (gettext_lazy("In the office"), [(str(person), name) for person, name in staff]),
        ]
        self.fields["what"].choices = [ANYTHING, *_verbs()]  # type: ignore[attr-defined]

    def sought(self, zone: str) -> Sought:
        """What the query is asked for; where something is wrong, nothing is narrowed."""
        asked = self.cleaned_data if self.is_valid() else {}
        who, since, until = asked.get("who") or "", asked.get("since"), asked.get("until")
        return Sought(
            actor=public_id(who),
            kind="" if public_id(who) else who,
            verb=asked.get("what") or "",
            customer=asked.get("customer"),
            since=local_moment(since, 0, zone) if since else None,
            until=local_moment(until + timedelta(days=1), 0, zone) if until else None,
        )


def _verbs() -> list[tuple[Any, list[tuple[str, Any]]]]:
    return [
        (label, [(verb, said) for verb, said in VERB.items() if kind_of(verb) == kind]) for kind, label in KIND.items()
    ]
