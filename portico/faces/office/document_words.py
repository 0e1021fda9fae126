"""How the office calls kinds of documents and sizes of files."""

from __future__ import annotations

from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy

from portico.domain.documents.queries.office import DocumentRow
from portico.faces.office.requests import OfficeRequest
from portico.foundation.people.permissions import Action

KIND = {"photo": gettext_lazy("Photo"), "file": gettext_lazy("File"), "form": gettext_lazy("Form")}


def size_text(size: int) -> str:
    """3.4 MB; empty for none."""
    return str(filesizeformat(size)) if size else ""


def words_for_documents(request: OfficeRequest, rows: list[DocumentRow], *, back: str) -> dict[str, Any]:
    """What the table of documents is drawn with; `back` is where sharing returns to."""
    return {
        "documents": rows,
        "document_words": {"kind": KIND, "may_share": request.staff.may(Action.SHARE_DOCUMENT), "back": back},
        "may_upload": request.staff.may(Action.UPLOAD_DOCUMENT),
    }
