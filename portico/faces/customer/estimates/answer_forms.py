"""The forms of answers other than yes: why not, a question, a wish for a new estimate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portico.domain.estimates.queries.portal_page import Option, ProposalPage, Standing
from portico.domain.estimates.rules import MOST_LETTERS

NEEDED = gettext_lazy("Write your question.")
LONGEST_NAME = 80


def _text(label: Any, *, rows: int = 4, is_needed: bool = False) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    told = {"required": NEEDED}
    return forms.CharField(label=label, required=is_needed, max_length=MOST_LETTERS, widget=area, error_messages=told)


class DeclineForm(forms.Form):
    """Why not: one of the company's reasons, words of one's own, both or neither."""

    reason = forms.ChoiceField(label=gettext_lazy("Why not? (optional)"), required=False, widget=forms.RadioSelect)
    text = _text(gettext_lazy("Anything you would like to tell us"))

    def __init__(self, *args: Any, reasons: tuple[str, ...], **rest: Any) -> None:
        super().__init__(*args, **rest)
        if reasons:
            self.fields["reason"].choices = [(one, one) for one in reasons]  # type: ignore[attr-defined]
        else:
            del self.fields["reason"]

    @property
    def said(self) -> str:
        """Both in one text."""
        parts = (self.cleaned_data.get("reason", ""), self.cleaned_data["text"].strip())
        return "\n".join(part for part in parts if part)[:MOST_LETTERS]


class AskForm(forms.Form):
    """A question about an estimate or one of its lines."""

    about = forms.ChoiceField(label=gettext_lazy("What is it about?"))
    text = _text(gettext_lazy("Your question"), rows=5, is_needed=True)

    def __init__(self, *args: Any, found: ProposalPage, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["about"].choices = list(_subjects(found))  # type: ignore[attr-defined]
        self.initial.setdefault("about", str(found.asked))

    @property
    def estimate(self) -> UUID:
        return UUID(self.cleaned_data["about"].partition(":")[0])

    @property
    def line(self) -> str | None:
        """The line that is meant; none for the whole estimate."""
        return self.cleaned_data["about"].partition(":")[2] or None


class RenewForm(forms.Form):
    """A wish for a new estimate; words are welcome and not needed."""

    text = _text(gettext_lazy("Anything that has changed"))


def _subjects(found: ProposalPage) -> Iterator[tuple[str, str]]:
    shown = [option for option in found.options if option.standing != Standing.WITHDRAWN]
    for option in shown:
        yield str(option.id), option.name if len(shown) > 1 else _("The whole estimate")
        for line in option.lines:
            yield f"{option.id}:{line.ref}", _line_of(option, line.name, several=len(shown) > 1)


def _line_of(option: Option, line: str, *, several: bool) -> str:
    short = line if len(line) <= LONGEST_NAME else line[: LONGEST_NAME - 1].rstrip() + "…"
    return f"{option.name}: {short}" if several else short
