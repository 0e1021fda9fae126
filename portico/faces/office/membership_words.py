"""How the office calls what is known of memberships."""

from __future__ import annotations

from typing import Any

from portico.domain.memberships.queries.office import OfficeMembership
from portico.domain.memberships.words import EVENT_LABEL, STATUS_TONE, span_words
from portico.kernel import formats


def membership_lines(rows: list[OfficeMembership]) -> list[dict[str, Any]]:
    """Memberships in the words of the office's table; the status is the source's own."""
    return [
        {
            "title": one.membership.title,
            "type_name": one.type_name if one.type_name != one.membership.title else "",
            "number": one.number,
            "place": one.membership.address or one.membership.location_name or "",
            "status": one.membership.status,
            "tone": STATUS_TONE[one.membership.status],
            "span": span_words(one.membership.span),
            "next_bill": formats.day(one.next_bill_on) if one.next_bill_on else "",
            "frequency": one.billing_frequency,
            "visits": [
                f"{visit.name}, {formats.day(visit.due_on)}: {EVENT_LABEL[visit.status]}" for visit in one.visits
            ],
            "memo": one.memo,
        }
        for one in rows
    ]
