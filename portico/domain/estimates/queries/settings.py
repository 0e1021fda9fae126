"""The company's rules of estimates and the text that is agreed to, for the office's settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portico.domain.estimates.models import EstimatePolicy, EstimateTerms
from portico.domain.estimates.words import DEFAULT_TERMS
from portico.foundation.tenancy.scope import reading

MOST_FORMER = 50


@dataclass(frozen=True, slots=True)
class EstimateRules:
    """What customers may do with estimates, and how long one holds."""

    undo_hours: int
    expires_after_days: int
    decline_reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TermsRow:
    """A version of the text. Number 0 is the built-in one, which nobody wrote and which has no time."""

    n: int
    at: datetime | None
    made_by_name: str


@dataclass(frozen=True, slots=True)
class EstimateSettings:
    """`terms` and `text` hold for approvals now; `former` are the versions before it, newest first."""

    rules: EstimateRules
    terms: TermsRow
    text: str
    former: tuple[TermsRow, ...]


@reading
def estimate_settings() -> EstimateSettings:
    """Rules and terms as they stand, or as they are built in."""
    policy = EstimatePolicy.objects.first() or EstimatePolicy()
    rules = EstimateRules(policy.undo_hours, policy.expires_after_days, tuple(policy.decline_reasons))
    found = EstimateTerms.objects.order_by("-n").values_list("n", "created_at", "made_by_name")[: MOST_FORMER + 1]
    rows = [*(TermsRow(*each) for each in found), TermsRow(0, None, "")][: MOST_FORMER + 1]
    return EstimateSettings(rules, rows[0], _text(rows[0].n) or "", tuple(rows[1:]))


@reading
def terms_text(n: int) -> str | None:
    """What a version says; None when there is no such version."""
    return _text(n)


def _text(n: int) -> str | None:
    return str(DEFAULT_TERMS) if n == 0 else EstimateTerms.objects.filter(n=n).values_list("text", flat=True).first()
