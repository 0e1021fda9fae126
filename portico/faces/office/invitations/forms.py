"""What is typed to invite many at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MOST_TYPED = 1_000_000


class ListForm(forms.Form):
    """A file, or pasted text; addresses are found wherever they stand."""

    people = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv,text/plain"}),
        help_text=gettext_lazy(
            "Any CSV or text file up to 25 MB, with the addresses in any column. Of a spreadsheet, save a copy as CSV."
        ),
    )
    text = forms.CharField(
        label=gettext_lazy("Or paste addresses"),
        required=False,
        max_length=MOST_TYPED,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        has_file, has_text = cleaned.get("people") is not None, bool(cleaned.get("text"))
        if has_file and has_text:
            self.add_error("text", _("Upload a file or paste text, not both at once."))
        elif not (has_file or has_text) and not self.errors:
            self.add_error("people", _("Choose a file, or paste addresses below."))
        return cleaned

    def name(self) -> str:
        """What the list is called: as the file, if there is one."""
        people = self.cleaned_data.get("people")
        return str(people.name) if people else _("Pasted list")

    def content(self) -> bytes:
        """What was sent, as it came."""
        people = self.cleaned_data.get("people")
        return bytes(people.read()) if people else str(self.cleaned_data["text"]).encode()
