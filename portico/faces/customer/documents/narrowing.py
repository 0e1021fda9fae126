"""What the list of documents is narrowed to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from portico.domain.documents.enums import DocumentKind
from portico.domain.documents.queries.portal import DocumentList
from portico.faces.ui.minijinja import say as _


def chosen_kind(query: QueryDict) -> str:
    """The kind that is asked for; empty for all of them."""
    kind = query.get("kind", "")
    return kind if kind in DocumentKind.values else ""


class NarrowForm(forms.Form):
    """The filters as they stand in the address. Homes are offered where there is a choice."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    location = forms.ChoiceField(label=gettext_lazy("Address"), required=False)

    def __init__(self, *args: Any, found: DocumentList, **rest: Any) -> None:
        super().__init__(*args, **rest)
        kinds = [("photo", _("Photos")), ("file", _("Files")), ("form", _("Forms"))]
        self._offer("kind", [("", _("All kinds")), *kinds])
        homes = [(place.id, place.address or place.name) for place in found.places]
        if len(homes) > 1:
            self._offer("location", [("", _("All addresses")), *homes])
        else:
            del self.fields["location"]

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices
