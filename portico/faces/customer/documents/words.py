"""Documents in words, for every page that shows some: the list, a job, a visit, a unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.template.defaultfilters import filesizeformat

from portico.domain.documents.queries.portal import SharedDocument
from portico.faces.ui.minijinja import addresses, url
from portico.faces.ui.minijinja import say as _
from portico.kernel import formats


def size_text(size: int) -> str:
    """3.4 MB; empty for none."""
    return str(filesizeformat(size)) if size else ""


def photo_words(at: int, count: int, day: str) -> str:
    """Photo 2 of 6 from Nov 13; a photo that stands alone has no number."""
    if count < 2 or not at:
        return _("Photo from %(day)s") % {"day": day}
    return _("Photo %(at)s of %(count)s from %(day)s") % {"at": at, "count": count, "day": day}


def gallery(rows: Sequence[SharedDocument]) -> dict[str, list[dict[str, Any]]]:
    """What customer/documents/_gallery.html draws: photos as a grid, everything else as lines."""
    if not rows:
        return {"photos": [], "papers": []}
    address, thumbnail = addresses("document"), addresses("document_thumbnail")
    shown = [(row, formats.day(formats.as_local(row.created_at, row.time_zone).date())) for row in rows]
    return {
        "photos": [
            {
                "href": address(row.id),
                "thumbnail": thumbnail(row.id) if row.has_thumbnail else "",
                "name": row.name,
                "words": _("Photo from %(day)s: %(name)s") % {"day": day, "name": row.name},
                "is_ready": row.is_ready,
            }
            for row, day in shown
            if row.kind == "photo"
        ],
        "papers": [
            {
                "href": address(row.id),
                "name": row.name,
                "icon": "scroll-text" if row.kind == "form" else "file-text",
                "note": " · ".join(part for part in (_form_or_file(row), day, size_text(row.size)) if part),
            }
            for row, day in shown
            if row.kind != "photo"
        ],
    }


def groups(rows: Sequence[SharedDocument]) -> list[dict[str, Any]]:
    """A page of documents under their jobs, in the order in which those come first; without a job by home."""
    found: dict[tuple[str, str], list[SharedDocument]] = {}
    for row in rows:
        found.setdefault((row.job, "" if row.job else row.address), []).append(row)
    return [_group(members) for members in found.values()]


def _group(rows: list[SharedDocument]) -> dict[str, Any]:
    first = rows[0]
    numbered = _("Job %(number)s") % {"number": first.job_number}
    day = formats.day(formats.as_local(first.job_at, first.time_zone).date()) if first.job_at else ""
    return {
        "id": f"job-{first.job}" if first.job else f"others-{first.id}",
        "title": (first.job_type or numbered) if first.job else first.address or _("For you"),
        "note": " · ".join(part for part in (day, numbered, first.address) if part) if first.job else "",
        "number": first.job_number,
        "job": url("job", first.job) if first.job else "",
        "zip": url("job_documents_zip", first.job) if first.job else "",
        **gallery(rows),
    }


def _form_or_file(row: SharedDocument) -> str:
    return _("Form") if row.kind == "form" else _("File")
