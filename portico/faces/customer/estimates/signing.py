"""The form of an approval: terms, full name, and a signature that is typed or drawn."""

from __future__ import annotations

import base64
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from portico.domain.estimates import rules, signatures
from portico.domain.estimates.enums import SignatureKind
from portico.domain.estimates.errors import BadSignature, NameMissing
from portico.domain.estimates.signatures import Signature

TYPED, DRAWN = SignatureKind.TYPED.value, SignatureKind.DRAWN.value
NAME_NEEDED = gettext_lazy("Type your full name.")


class SigningForm(forms.Form):
    """Checks and converts; the steps after it carry the same fields along, hidden."""

    signer_name = forms.CharField(label=gettext_lazy("Your full name"), error_messages={"required": NAME_NEEDED})
    kind = forms.ChoiceField(
        label=gettext_lazy("How would you like to sign?"),
        choices=[
            (TYPED, gettext_lazy("My typed name is my signature")),
            (DRAWN, gettext_lazy("Draw my signature")),
        ],
        widget=forms.RadioSelect,
        initial=TYPED,
    )
    strokes = forms.CharField(required=False, widget=forms.HiddenInput)
    agree = forms.BooleanField(
        label=gettext_lazy("I have read the terms and agree to them."),
        error_messages={"required": gettext_lazy("Tick that you agree to the terms.")},
    )
    signature: Signature = signatures.TYPED

    def clean_signer_name(self) -> str:
        try:
            return rules.signer(self.cleaned_data["signer_name"])
        except NameMissing as refused:
            raise forms.ValidationError(refused.message) from refused

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("kind") == DRAWN:
            try:
                self.signature = signatures.drawn(self.cleaned_data.get("strokes", ""))
            except BadSignature as refused:
                self.add_error("kind", refused.message)
        return self.cleaned_data

    @property
    def picture(self) -> str:
        """The drawing as it will be kept, for an image of the check page; empty for a typed one."""
        png = self.signature.png
        return f"data:image/png;base64,{base64.b64encode(png).decode()}" if png else ""

    @property
    def kept(self) -> dict[str, str]:
        """What was typed and drawn, to be carried along."""
        names = ("signer_name", "kind", "strokes", "agree")
        return {name: str(self.data[name]) for name in names if self.data.get(name)}
