"""Whether the portal is off, being tried out or on."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from portico.faces.office.requests import OfficeRequest
from portico.faces.office.staff import staff_only
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action
from portico.foundation.portals import states
from portico.foundation.portals.errors import BadEntry, ChangedMeanwhile
from portico.foundation.portals.operations import states as operations
from portico.foundation.portals.states import Front

CHOOSE = gettext_lazy("Choose off, test or on.")
STATES = (("off", gettext_lazy("Off")), ("test", gettext_lazy("Test")), ("on", gettext_lazy("On")))
NOTES = {
    "off": gettext_lazy("Customers see your phone number instead of their pages. Links in mails lead there too."),
    "test": gettext_lazy(
        "Only the addresses below are let in and can be invited. Everybody else sees your phone number."
    ),
    "on": gettext_lazy("Everybody who was invited is let in."),
}
BETWEEN = re.compile(r"[\s,;]+")
LONGEST = 20_000


class StateForm(forms.Form):
    """The state, who is let in meanwhile, and the tick below the terms."""

    state = forms.ChoiceField(
        label=gettext_lazy("The portal is"),
        choices=STATES,
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    testers = forms.CharField(
        label=gettext_lazy("Addresses let in during the test"),
        help_text=gettext_lazy("One per line. They sign in like customers: each must stand on a customer’s record."),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
    )
    accepts = forms.BooleanField(label=gettext_lazy("I accept these terms for the company"), required=False)
    version = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)

    @classmethod
    def showing(cls, front: Front) -> StateForm:
        """The form as the portal stands."""
        return cls(initial={"state": front.state, "testers": "\n".join(front.testers)})

    def asked(self) -> dict[str, Any]:
        """What the operation takes."""
        given = self.cleaned_data
        return {
            "state": given["state"],
            "testers": [one for one in BETWEEN.split(given["testers"]) if one],
            "accepted": given["version"] if given["accepts"] else "",
            "seen": given["seen"],
        }


@staff_only(Action.SWITCH_PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def portal_state(request: OfficeRequest) -> HttpResponse:
    """Show how the portal stands, or switch it."""
    if request.method != "POST":
        front = states.front()
        return _page(request, front, StateForm.showing(front))
    form = StateForm(request.POST)
    if not form.is_valid():
        return _page(request, states.front(), form, 422)
    try:
        is_changed = operations.switch(**form.asked(), by=request.staff.actor)
    except BadEntry as bad:
        form.add_error(bad.field, bad.message)
        return _page(request, states.front(), form, 422)
    except ChangedMeanwhile as changed:
        return _page(request, states.front(), form, 409, conflict=changed.message)
    request.notices.add("success", _told(form.cleaned_data["state"]) if is_changed else _("Nothing was changed."))
    return HttpResponseRedirect(reverse("settings_portal_state"))


def _told(state: str) -> str:
    return {
        "off": _("The portal is off. Customers see your phone number."),
        "test": _("The portal is being tried out. Only the named addresses are let in."),
        "on": _("The portal is on."),
    }[state]


def _page(
    request: OfficeRequest, front: Front, form: StateForm, status: int = 200, *, conflict: str = ""
) -> HttpResponse:
    context = {
        "front": front,
        "form": form,
        "conflict": conflict,
        "notes": NOTES,
        "seen": front.stand if conflict or not form.is_bound else form.data.get("seen", ""),
        "zone": request.brand.time_zone,
    }
    return page(request, "office/settings/portal_state.html", context, status)
