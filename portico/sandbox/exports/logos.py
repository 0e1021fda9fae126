"""The brands' logos."""

from portico.sandbox.exports import pictures
from portico.sandbox.exports.draft import Draft


def add(draft: Draft) -> None:
    """One logo for every branch, in its color."""
    plan = draft.plan
    for branch in plan.branches:
        draft.files[branch.logo] = pictures.logo(name=plan.short_name, tagline=plan.tagline, color=branch.color)
