"""The company's rules of estimates, and the text that is agreed to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portico.domain.estimates.errors import BadPolicy
from portico.domain.estimates.models import EstimatePolicy, EstimateTerms
from portico.domain.estimates.words import DEFAULT_TERMS
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.tenancy.companies import current_company
from portico.kernel import clock, locks
from portico.kernel.text import squeeze

MOST_HOURS = 24 * 30
MOST_DAYS = 730
MOST_REASONS = 20
REASON_LETTERS = 120
TERMS_LETTERS = 20_000


@transaction.atomic
def save_policy(*, undo_hours: int, expires_after_days: int, decline_reasons: Sequence[str], by: Actor) -> None:
    """For how long approvals can be taken back and estimates hold, and the reasons that are offered for declining."""
    reasons = list(dict.fromkeys(tidied for reason in decline_reasons if (tidied := squeeze(reason))))
    if not 0 <= undo_hours <= MOST_HOURS:
        raise BadPolicy(_("Enter between 0 and %(n)s hours.") % {"n": MOST_HOURS}, field="undo_hours")
    if not 1 <= expires_after_days <= MOST_DAYS:
        raise BadPolicy(_("Enter between 1 and %(n)s days.") % {"n": MOST_DAYS}, field="expires_after_days")
    if len(reasons) > MOST_REASONS:
        raise BadPolicy(_("Offer at most %(n)s reasons.") % {"n": MOST_REASONS}, field="decline_reasons")
    if any(len(reason) > REASON_LETTERS for reason in reasons):
        raise BadPolicy(_("A reason has at most %(n)s letters.") % {"n": REASON_LETTERS}, field="decline_reasons")
    wanted = {"undo_hours": undo_hours, "expires_after_days": expires_after_days, "decline_reasons": reasons}
    _write(_locked_policy(), wanted, by)


def _write(policy: EstimatePolicy, wanted: dict[str, Any], by: Actor) -> None:
    before = {name: getattr(policy, name) for name, value in wanted.items() if getattr(policy, name) != value}
    if not before:
        return
    after = {name: wanted[name] for name in before}
    for name, value in after.items():
        setattr(policy, name, value)
    policy.save(update_fields=list(after))
    audit.record("estimate.rules_changed", current_company(), by=by, before=before, after=after)


@transaction.atomic
def save_terms(*, text: str, by: Actor) -> bool:
    """Make a new version of the text that is agreed to; False when it says what the newest one says."""
    said = text.replace("\r\n", "\n").replace("\0", "").strip()
    if not said:
        raise BadPolicy(_("Write the terms that customers agree to."), field="text")
    if len(said) > TERMS_LETTERS:
        raise BadPolicy(_("Write at most %(n)s letters.") % {"n": TERMS_LETTERS}, field="text")
    _locked_policy()  # two who save at once count one after the other
    newest = EstimateTerms.objects.order_by("-n").first()
    n, text_now = (newest.n, newest.text) if newest else (0, str(DEFAULT_TERMS))
    if said == text_now:
        return False
    EstimateTerms.objects.create(n=n + 1, text=said, made_by_name=by.name, created_at=clock.now())
    audit.record("estimate.terms_changed", current_company(), by=by, note=str(n + 1), before=n, after=n + 1)
    return True


def _locked_policy() -> EstimatePolicy:
    EstimatePolicy.objects.get_or_create()
    return locks.lock_one(EstimatePolicy.objects.all())
