"""The company's own words in the mails that customers get: written, looked at, tried out, taken back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from portico.faces.office.requests import OfficeRequest
from portico.faces.office.staff import staff_only
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.foundation.messaging import trying, wording, wording_rules
from portico.foundation.messaging.enums import MessageKind
from portico.foundation.messaging.wording_rules import HEADING_LETTERS, SUBJECT_LETTERS, TITLES, BadWording, Wording
from portico.foundation.people.permissions import Action
from portico.foundation.people.throttling import Limit, TooManyTries, spend
from portico.kernel import errors

PLACE = "office/settings/"
TESTS = Limit("mail.test", 20, wording_rules.TEST_WINDOW)
START = Wording(
    subject=str(gettext_lazy("A word from {CompanyName}")),
    heading=str(gettext_lazy("Hello {CustomerName}")),
    text=str(gettext_lazy("Here is something from us.\n\nQuestions? Call {BranchPhone}.")),
)


class WordingForm(forms.Form):
    """Subject, heading and text."""

    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=SUBJECT_LETTERS)
    heading = forms.CharField(label=gettext_lazy("Heading"), max_length=HEADING_LETTERS)
    text = forms.CharField(
        label=gettext_lazy("Text"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("An empty line begins a new paragraph. Everything is plain text."),
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def wording(self) -> Wording:
        """What was typed."""
        given = self.cleaned_data
        return Wording(given["subject"], given["heading"], given["text"])


@staff_only(Action.EDIT_MAILS)
@require_safe
def mails(request: OfficeRequest) -> HttpResponse:
    """Every kind of mail that may be worded, and whose words it has."""
    own = wording.kept()
    rows = [{"kind": kind.value, "title": title, "is_own": kind in own} for kind, title in TITLES.items()]
    return page(request, f"{PLACE}mails.html", {"rows": rows})


@staff_only(Action.EDIT_MAILS)
@require_http_methods(["GET", "HEAD", "POST"])
def mail(request: OfficeRequest, kind: str) -> HttpResponse:
    """One kind: look at it, save it, have it sent to oneself, or go back to the words of the product."""
    if kind not in {one.value for one in TITLES}:
        raise Http404("no such mail")
    which, own = MessageKind(kind), wording.kept()
    told, version = own.get(MessageKind(kind), (START, 0))
    if request.method != "POST":
        initial = {"subject": told.subject, "heading": told.heading, "text": told.text, "seen_version": version}
        return _page(request, which, WordingForm(initial=initial), is_own=which in own)
    if request.POST.get("act") == "reset":
        wording.reset(kind=which, by=request.staff.actor)
        return _done(request, which, _("This mail has our words again."))
    form = WordingForm(request.POST)
    if not form.is_valid():
        return _page(request, which, form, is_own=which in own, status=422)
    try:
        return _do(request, which, form, is_own=which in own)
    except BadWording as refused:
        form.add_error(refused.field, refused.message)
        return _page(request, which, form, is_own=which in own, status=422)
    except TooManyTries as tired:
        form.add_error(None, tired.message)
        return _page(request, which, form, is_own=which in own, status=429)
    except errors.Conflict as changed:
        form.add_error(None, changed.message)
        return _page(request, which, form, is_own=which in own, status=409)


def _do(request: OfficeRequest, kind: MessageKind, form: WordingForm, *, is_own: bool) -> HttpResponse:
    told, by = form.wording(), request.staff.actor
    match request.POST.get("act"):
        case "preview":
            wording_rules.check(told)
            return _page(request, kind, form, is_own=is_own, shown=told)
        case "test":
            spend(TESTS, str(request.staff.login.public_id))
            to = request.staff.login.email
            trying.send_test(kind=kind, told=told, to=to, branch_id=request.brand.id, by=by)
            said = _("A sample is on its way to %(to)s. Nothing is saved yet.") % {"to": to}
            return _page(request, kind, form, is_own=is_own, shown=told, said=said)
        case _:
            wording.save(kind=kind, wording=told, seen_version=form.cleaned_data["seen_version"], by=by)
            return _done(request, kind, _("Saved. The next mail of this kind has your words."))


def _done(request: OfficeRequest, kind: MessageKind, said: str) -> HttpResponse:
    request.notices.add("success", said)
    return HttpResponseRedirect(url("settings_mail", kind.value))


def _page(
    request: OfficeRequest,
    kind: MessageKind,
    form: WordingForm,
    *,
    is_own: bool,
    shown: Wording | None = None,
    said: str = "",
    status: int = 200,
) -> HttpResponse:
    values = wording.brand_values(request.brand)
    context: dict[str, Any] = {
        "kind": kind.value,
        "title": TITLES[kind],
        "form": form,
        "is_own": is_own,
        "said": said,
        "is_replaced": kind in wording_rules.REPLACED,
        "placeholders": [("{" + name.value + "}", meaning) for name, meaning in wording_rules.MEANING.items()],
        "sample": wording.sample(kind, shown, values) if shown else None,
    }
    return page(request, f"{PLACE}mail.html", context, status)
