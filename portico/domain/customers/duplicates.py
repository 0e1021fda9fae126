"""Who on the books may be the same as somebody who is being entered."""

from __future__ import annotations

from portico.domain.customers import duplicate_rules, search
from portico.domain.customers.duplicate_rules import Duplicate, Typed
from portico.domain.customers.models import Customer
from portico.foundation.tenancy.scope import reading


@reading
def like(typed: Typed) -> list[Duplicate]:
    """The likest first, five at most: a statement for each of email, phone, address and name, and one for who they are.

    It asks the same function as the office's search, so errors in spelling do not hide anybody.
    """
    known = {one.customer_id: one for asked in typed.questions() for one in search.known_by(asked)}
    found = duplicate_rules.likest(typed, known)
    rows = {row.pk: row for row in Customer.objects.filter(pk__in=found)} if found else {}
    return [
        Duplicate(
            id=rows[key].public_id,
            name=rows[key].name,
            number=rows[key].number,
            address=rows[key].one_line(),
            is_active=rows[key].is_active,
            alike=alike,
        )
        for key, alike in found.items()
        if key in rows
    ]
