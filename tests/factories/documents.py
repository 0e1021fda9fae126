"""Photos, PDFs and forms with real files behind them."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from PIL import Image

from portico.domain.documents.models import Document, StoredFile
from portico.domain.jobs.models import Job
from portico.foundation.tenancy import files
from portico.kernel import images

PDF = b"%PDF-1.4\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n"
ANSWERS = [
    {"id": "q1", "type": "Text", "name": "Filter size", "value": "20x25x1"},
    {"id": "q2", "type": "Text", "name": "Carbon monoxide", "value": "0 ppm"},
]


def jpeg(color: str = "#336699", size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    """A small picture."""
    drawn = BytesIO()
    Image.new("RGB", size, color).save(drawn, "JPEG", **options)
    return drawn.getvalue()


def make_file(content: bytes, content_type: str) -> StoredFile:
    """A file in the store with its row; a picture has its thumbnail."""
    kept = files.save("documents", content)
    is_picture = content_type.startswith("image/")
    return StoredFile.objects.create(
        stored_as=kept.stored_as,
        size=kept.size,
        digest=hashlib.sha256(content).digest(),
        content_type=content_type,
        width=64 if is_picture else None,
        height=48 if is_picture else None,
        picture_state="ready" if is_picture else "",
        thumbnail_as=files.save("documents", images.thumbnail(BytesIO(content))).stored_as if is_picture else "",
        created_at=datetime.now(UTC),
    )


def make_document(job: Job, kind: str = "photo", *, is_shared: bool = True, name: str = "", **columns: Any) -> Document:
    """A document of a job."""
    file = None
    if kind != "form":
        file = make_file(*((jpeg(), "image/jpeg") if kind == "photo" else (PDF, "application/pdf")))
    names = {"photo": "outside-unit.jpg", "file": "warranty.pdf", "form": "Cooling safety checklist"}
    made = {
        "kind": kind,
        "name": name or names[kind],
        "job": job,
        "customer": job.customer,
        "location": job.location,
        "file": file,
        "answers": ANSWERS if kind == "form" else [],
        "form_status": "Completed" if kind == "form" else "",
        "is_shared": is_shared,
        "created_at": job.completed_at or datetime.now(UTC),
    }
    return Document.objects.create(**made | columns)
