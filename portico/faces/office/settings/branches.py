"""Branches: how customers know and reach each, and what its color becomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portico.faces.office.requests import OfficeRequest
from portico.faces.office.settings.branch_forms import AddBranchForm, BranchForm
from portico.faces.office.staff import staff_only
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action
from portico.foundation.portals import queries
from portico.foundation.portals.errors import BadEntry, ChangedMeanwhile
from portico.foundation.portals.operations import branches as operations
from portico.foundation.portals.queries import BranchRow
from portico.foundation.tenancy import hours
from portico.kernel import brand, errors


@dataclass(frozen=True, slots=True)
class Sample:
    """A picture of one thing in the brand."""

    label: str
    href: str


@staff_only(Action.EDIT_BRANCHES)
@require_safe
def branches(request: OfficeRequest) -> HttpResponse:
    """Every branch, with what customers know of it."""
    rows = [{"row": row, "hours": hours.said(row.brand.opening_hours)} for row in queries.branches()]
    return page(request, "office/settings/branches.html", {"branches": rows})


@staff_only(Action.EDIT_BRANCHES)
@require_http_methods(["GET", "HEAD", "POST"])
def branch_add(request: OfficeRequest) -> HttpResponse:
    """Add a branch; what customers know of it is entered on its page."""
    zone = request.brand.time_zone
    if request.method != "POST":
        return page(request, "office/settings/branch_add.html", {"form": AddBranchForm(zone=zone)})
    form = AddBranchForm(request.POST, zone=zone)
    if form.is_valid():
        try:
            added = operations.add_branch(**form.cleaned_data, by=request.staff.actor)
        except BadEntry as bad:
            form.add_error(bad.field, bad.message)
        else:
            request.notices.add("success", _("The branch was added. Say now how customers know and reach it."))
            return HttpResponseRedirect(reverse("settings_branch", args=[added]))
    return page(request, "office/settings/branch_add.html", {"form": form}, 422)


@staff_only(Action.EDIT_BRANCHES)
@require_http_methods(["GET", "HEAD", "POST"])
def branch(request: OfficeRequest, branch: UUID) -> HttpResponse:
    """Show a branch, show it as it would be, or keep what was typed."""
    row = branch_or_404(branch)
    if request.method != "POST":
        return _page(request, row, BranchForm.showing(row))
    form = _form_of(request, row)
    is_valid = form.is_valid()
    if request.POST.get("act") == "preview":
        return _preview(request, row, form)
    return _save(request, row, form) if is_valid else _page(request, row, form, 422)


def branch_or_404(branch: UUID) -> BranchRow:
    """One of this company's branches."""
    row = queries.branch(branch)
    if row is None:
        raise Http404("no such branch")
    return row


def _form_of(request: OfficeRequest, row: BranchRow) -> BranchForm:
    """The form with the logo that came along; the file itself is drawn anew and known by its digest from here on."""
    typed: QueryDict = request.POST.copy()
    sent, fault = request.FILES.get("logo"), ""
    if sent is not None:
        try:
            typed["logo_digest"] = operations.keep_logo(
                content=sent.read(operations.MOST_LOGO_BYTES + 1), by=request.staff.actor
            )
            typed.pop("is_logo_removed", None)
        except errors.UnusablePicture as unusable:
            fault = unusable.message
    form = BranchForm(typed, zone=row.brand.time_zone)
    if fault:
        form.add_error("logo", fault)
    return form


def _save(request: OfficeRequest, row: BranchRow, form: BranchForm) -> HttpResponse:
    try:
        is_changed = operations.save_branch(
            branch=row.brand.public_id, entry=form.entry(), seen=form.cleaned_data["seen"], by=request.staff.actor
        )
    except BadEntry as bad:
        form.add_error(bad.field, bad.message)
        return _page(request, row, form, 422)
    except ChangedMeanwhile as changed:
        return _page(request, row, form, 409, conflict=changed.message)
    said = _("The branch was saved.") if is_changed else _("Nothing was changed.")
    request.notices.add("success", said)
    return HttpResponseRedirect(reverse("settings_branch", args=[row.brand.public_id]))


def _preview(request: OfficeRequest, row: BranchRow, form: BranchForm) -> HttpResponse:
    if request.htmx:
        request.has_frames = True
        context = {"form": form, "is_sent": "logo" in request.FILES}
        return page(request, "office/settings/_branch_preview.html", context | _shown(row, form))
    return _page(request, row, form, 422 if form.errors else 200)


def _page(
    request: OfficeRequest, row: BranchRow, form: BranchForm, status: int = 200, *, conflict: str = ""
) -> HttpResponse:
    request.has_frames = True
    context = {
        "row": row,
        "form": form,
        "is_sent": False,
        "conflict": conflict,
        "differences": _differences(row, form) if conflict else [],
        "stand": row.stand if conflict else form["seen"].value(),
    }
    return page(request, "office/settings/branch.html", context | _shown(row, form), status)


def _shown(row: BranchRow, form: BranchForm) -> dict[str, Any]:
    """What the samples and the measurements need."""
    shown = form.brand_over(row.brand)
    color = _readable(shown["color"], row.brand.color)
    query = {"name": shown.pop("display_name"), **shown, "color": color}
    samples = {
        kind: Sample(label, url(f"settings_branch_{kind}", row.brand.public_id, query=query))
        for kind, label in (("phone", _("Portal on a phone")), ("mail", _("Mail")), ("paper", _("PDF")))
    }
    readings = brand.readings(color)
    pdf = url("settings_branch_paper", row.brand.public_id, query=query | {"as": "pdf"})
    return {
        "samples": samples,
        "pdf": pdf,
        "color": color,
        "verdict": [_verdict(reading, color) for reading in readings if reading.use.startswith("words")],
        "readings": [_measured(reading) for reading in readings],
        "logo": "" if not query["logo_digest"] else f"/logo/{query['logo_digest']}.png",
    }


def _readable(typed: str, known: str) -> str:
    try:
        return brand.normalised(typed)
    except ValueError:
        return known


def _verdict(reading: brand.Reading, color: str) -> str:
    """What becomes of the color on light or on dark pages, in a sentence."""
    is_light = reading.use == "words_light"
    if not reading.is_corrected:
        on_light = _("%(color)s can be read on light pages: %(contrast)s.")
        on_dark = _("%(color)s can be read on dark pages: %(contrast)s.")
        return (on_light if is_light else on_dark) % {"color": color, "contrast": _ratio(reading.asked_contrast)}
    if is_light:
        words = _("%(color)s could not be read on light pages (%(before)s). We use %(used)s there: %(after)s.")
    else:
        words = _("%(color)s could not be read on dark pages (%(before)s). We use %(used)s there: %(after)s.")
    before, after = _ratio(reading.asked_contrast), _ratio(reading.used_contrast)
    return words % {"color": color, "before": before, "used": reading.used[0], "after": after}


def _measured(reading: brand.Reading) -> dict[str, Any]:
    uses = {
        "button": _("Words on buttons"),
        "button_dark": _("Shape of buttons on dark pages"),
        "words_light": _("Words and links, light pages"),
        "words_dark": _("Words and links, dark pages"),
        "band_light": _("White words on the top of light pages, and in mails"),
        "band_dark": _("White words on the top of dark pages"),
    }
    return {
        "use": uses[reading.use],
        "asked": reading.asked,
        "used": reading.used,
        "asked_contrast": _ratio(reading.asked_contrast),
        "used_contrast": _ratio(reading.used_contrast),
        "is_corrected": reading.is_corrected,
    }


def _ratio(contrast: float) -> str:
    """Rounded down: 4.46 is not 4.5."""
    return f"{int(contrast * 10) / 10:.1f}:1"


def _differences(row: BranchRow, form: BranchForm) -> list[dict[str, str]]:
    """What is saved now where something else was typed."""
    now = BranchForm.showing(row)
    names = [name for name in now.fields if name not in ("seen", "logo", "logo_digest", "is_logo_removed")]
    return [
        {"label": str(now[name].label), "saved": _said(now[name].initial)}
        for name in names
        if _said(now[name].initial) != _said(form.cleaned_data.get(name))
    ]


def _said(value: Any) -> str:
    return "" if value is None else str(value)
