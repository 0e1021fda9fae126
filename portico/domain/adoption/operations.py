"""Changing what is believed about calls, and handing people to invite to the lists of invitations."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portico.domain.adoption.enums import Act
from portico.domain.adoption.errors import BadAssumption, NobodyChosen
from portico.domain.adoption.models import CallAssumptions
from portico.domain.adoption.queries import emails_of
from portico.domain.invitations import operations as invitations
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.tenancy.companies import current_company
from portico.kernel import locks

MOST_HUNDREDTHS = 1000
MOST_MINUTES = 240


@transaction.atomic
def save_assumptions(*, hundredths: Mapping[Act, int], minutes_per_call: int, by: Actor) -> None:
    """Believe something else about calls, for all figures from now on, former months too."""
    for act, many in hundredths.items():
        if not 0 <= many <= MOST_HUNDREDTHS:
            raise BadAssumption(_("Enter between 0 and 10 calls."), field=act.value)
    if not 1 <= minutes_per_call <= MOST_MINUTES:
        raise BadAssumption(_("Enter between 1 and %(n)s minutes.") % {"n": MOST_MINUTES}, field="minutes_per_call")
    wanted = {f"{act}_hundredths": many for act, many in hundredths.items()} | {"minutes_per_call": minutes_per_call}
    CallAssumptions.objects.get_or_create()
    row = locks.lock_one(CallAssumptions.objects.all())
    before = {name: getattr(row, name) for name, value in wanted.items() if getattr(row, name) != value}
    if not before:
        return
    after = {name: wanted[name] for name in before}
    for name, value in after.items():
        setattr(row, name, value)
    row.save(update_fields=list(after))
    audit.record("adoption.assumptions_changed", current_company(), by=by, before=before, after=after)


def make_list(*, rows: Collection[UUID], by: Actor) -> UUID:
    """A list of these people to invite, to be looked at and confirmed; nothing is sent. Its public id."""
    emails = emails_of(rows)
    if not emails:
        raise NobodyChosen(_("Tick who should be invited."))
    return invitations.add_list(name=_("Chosen on the adoption page"), content="\n".join(emails).encode(), by=by)
