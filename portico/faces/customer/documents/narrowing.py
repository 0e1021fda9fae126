"""What the list of documents is narrowed to."""

from __future__ import annotations

from uuid import UUID

from django.http import QueryDict

from portico.domain.documents.enums import DocumentKind
from portico.domain.documents.queries.portal import DocumentList
from portico.faces.ui.minijinja import say as _
from portico.faces.ui.narrowing import NarrowField, choice_field


def chosen_kind(query: QueryDict) -> str:
    """The kind that is asked for; empty for all of them."""
    kind = query.get("kind", "")
    return kind if kind in DocumentKind.values else ""


def narrow_fields(*, kind: str, location: UUID | None, found: DocumentList) -> list[NarrowField]:
    """The filters as they stand in the address. Homes are offered where there is a choice."""
    kinds = [("photo", _("Photos")), ("file", _("Files")), ("form", _("Forms"))]
    homes = [(place.id, place.address or place.name) for place in found.places]
    return [
        *choice_field("kind", _("Kind"), _("All kinds"), kinds, kind),
        *choice_field("location", _("Address"), _("All addresses"), homes, str(location or "")),
    ]
