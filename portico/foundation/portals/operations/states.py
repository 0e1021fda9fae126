"""Switching a company's portal off, to test and on."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.portals import states
from portico.foundation.portals.errors import BadEntry
from portico.foundation.portals.stand import require_unchanged
from portico.foundation.portals.terms import terms
from portico.foundation.tenancy.models import Company, OperatorTermsAcceptance, PortalState, PortalTester
from portico.foundation.tenancy.scope import current_company_id
from portico.kernel import clock, locks, text

MOST_TESTERS = 50


@transaction.atomic
def switch(*, state: str, testers: Sequence[str], accepted: str, seen: str, by: Actor) -> bool:
    """Put the portal into a state and name who is let in meanwhile; BadEntry or ChangedMeanwhile where that cannot be.

    `accepted` is the version of the operator's terms that was ticked; without it a portal is not switched on. False
    where nothing was changed.
    """
    company = locks.lock_one(Company.objects.filter(pk=current_company_id()))
    before = states.testers()
    require_unchanged(states.values(company.portal_state, before), seen)
    if state not in PortalState.values:
        raise BadEntry(_("Choose off, test or on."), field="state")
    wanted = checked_testers(testers)
    if state == PortalState.TEST and not wanted:
        raise BadEntry(_("Name at least one address that is let in."), field="testers")
    has_accepted = _accept(company, accepted, by)
    is_switched_on = state == PortalState.ON and company.portal_state != PortalState.ON
    if is_switched_on and not states.is_accepted(terms().version):
        words = _("Read the operator’s terms and tick that you accept them. Then switch the portal on.")
        raise BadEntry(words, field="accepts")
    return any([has_accepted, _name_testers(company, before, wanted, by), _put(company, state, by)])


def checked_testers(typed: Sequence[str]) -> list[str]:
    """The addresses as they are compared; BadEntry names the first that is none."""
    wanted = sorted({text.normalise_email(one) for one in typed if one.strip()})
    for email in wanted:
        if not text.is_email(email):
            raise BadEntry(_("“%(typed)s” is not an email address.") % {"typed": email[:60]}, field="testers")
    if len(wanted) > MOST_TESTERS:
        raise BadEntry(_("Name at most %(n)s addresses.") % {"n": MOST_TESTERS}, field="testers")
    return wanted


def _accept(company: Company, version: str, by: Actor) -> bool:
    """The text that was read must be the one that holds now."""
    if not version:
        return False
    now = terms()
    if version != now.version:
        raise BadEntry(_("The operator’s terms have changed meanwhile. Read the new ones below."), field="accepts")
    if states.is_accepted(version):
        return False
    OperatorTermsAcceptance.objects.create(
        version=version,
        text=now.text,
        accepted_by=by.ref,
        accepted_by_name=by.name,
        accepted_at=clock.real_now(),
    )
    audit.record("portal.terms_accepted", company, by=by, note=version)
    return True


def _name_testers(company: Company, before: list[str], wanted: list[str], by: Actor) -> bool:
    if before == wanted:
        return False
    PortalTester.objects.filter(email__in=set(before) - set(wanted)).delete()
    now = clock.real_now()
    PortalTester.objects.bulk_create(
        PortalTester(email=email, added_by_name=by.name, added_at=now) for email in wanted if email not in before
    )
    audit.record("portal.testers_changed", company, by=by, before=before, after=wanted)
    return True


def _put(company: Company, state: str, by: Actor) -> bool:
    before = company.portal_state
    if before == state:
        return False
    company.portal_state = PortalState(state)
    company.save(update_fields=["portal_state"])
    audit.record("portal.switched", company, by=by, before=before, after=state)
    return True
