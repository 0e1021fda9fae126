"""The fields above a list that narrow it. They stand in the address, and nothing is posted.

Django's forms would do, and cost as much as the list itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError

LONGEST = 100
_WORDS = forms.CharField(required=False, max_length=LONGEST)


@dataclass(frozen=True, slots=True)
class NarrowField:
    """One of them, for the macro `narrow_fields`: a list to choose from, or a search where there are no options."""

    name: str
    label: str
    value: str
    options: Sequence[tuple[str, str]] = ()
    errors: Sequence[str] = ()
    longest: int = LONGEST

    @property
    def auto_id(self) -> str:
        return f"id_{self.name}"


def search_field(name: str, label: str, typed: str) -> NarrowField:
    """Words to look for."""
    return NarrowField(name, label, typed, errors=_refused(_WORDS, typed) if typed else ())


def choice_field(
    name: str, label: str, everything: str, options: Sequence[tuple[str, str]], chosen: str
) -> list[NarrowField]:
    """A list to choose one from, after the word for all of them; nothing where there is no choice."""
    if len(options) < 2:
        return []
    offered = [("", everything), *options]
    known = any(chosen == value for value, _ in offered)
    return [NarrowField(name, label, chosen, offered, () if known else _refused(_choice(offered), chosen))]


def _choice(options: list[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(choices=options, required=False)


def _refused(field: forms.Field, value: str) -> Sequence[str]:
    try:
        field.clean(value)
    except ValidationError as refused:
        return refused.messages
    return ()
