"""A completed form on paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portico.domain.documents.queries.portal import Answer, DocumentPage
from portico.foundation.messaging import paper
from portico.foundation.messaging.ports import Attachment
from portico.foundation.messaging.sheets import sheet_brand
from portico.kernel import formats


def print_form(found: DocumentPage) -> Attachment:
    """The form as PDF, in the brand of the branch whose job it was."""
    row = found.row
    sheet = form_sheet(
        brand=sheet_brand(found.brand),
        title=row.name,
        completed_at=formats.as_local(row.created_at, row.time_zone),
        job_number=row.job_number,
        place=row.address or found.place,
        answers=found.answers,
    )
    return Attachment(f"{row.name}.pdf", paper.render("form", sheet))


def form_sheet(
    *,
    brand: dict[str, Any],
    title: str,
    completed_at: datetime,
    job_number: str,
    place: str,
    answers: Sequence[Answer],
) -> dict[str, Any]:
    """What papers/form.typ shows; `completed_at` in the branch's zone."""
    facts = [
        [_("Date"), formats.day(completed_at.date())],
        [_("Job"), job_number],
        [_("Address"), place],
    ]
    return {
        "lang": get_language() or "en",
        "brand": brand,
        "number": title,
        "note": _("Completed form"),
        "facts": [fact for fact in facts if fact[1]],
        "answers": [_answer(answer) for answer in answers],
        "no_answers": _("This form has no answers."),
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {"question": answer.question, "text": answer.shown, "is_heading": answer.is_heading}
