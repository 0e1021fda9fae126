"""Booking for a customer at the counter or on the phone: what and where, the questions, a time, who is asked for."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import validate_email
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from portico.domain.booking.errors import Busy, KeyReused, MissingPlace, NotOffered, SlotTaken
from portico.domain.booking.operations import booking
from portico.domain.booking.queries import explain, office
from portico.domain.booking.queries.available import DAYS, Availability, available
from portico.domain.booking.rules import OfferedWindow
from portico.domain.capacity import queries as capacity
from portico.domain.capacity import question_rules
from portico.domain.capacity.enums import Channel
from portico.faces.office.booking.asking import Asking
from portico.faces.office.booking.closed import closed_lines, why_never
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.staff import staff_only
from portico.faces.ui import slots
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.faces.ui.questions import QuestionsForm
from portico.foundation.people.permissions import Action
from portico.kernel import errors, formats, ids

PLACE = "office/booking/"
CONFIRM, TIMES = "confirm", "times"
MOST_LETTERS = 1000


class StartForm(forms.Form):
    """What is to be done, and at which of the customer's addresses."""

    location = forms.ChoiceField(
        label=gettext_lazy("Address"), error_messages={"required": gettext_lazy("Choose an address.")}
    )
    job_type = forms.ChoiceField(
        label=gettext_lazy("Job type"), error_messages={"required": gettext_lazy("Choose a job type.")}
    )

    def __init__(self, *given: Any, asking: explain.Asking, **named: Any) -> None:
        super().__init__(*given, **named)
        for name, options in (("location", asking.locations), ("job_type", asking.job_types)):
            self.fields[name].choices = [(str(key), text) for key, text in options]  # type: ignore[attr-defined]


class WhoForm(forms.Form):
    """Who is asked for on the day. Without an address nobody is written to."""

    name = forms.CharField(
        label=gettext_lazy("Who do we ask for?"),
        max_length=200,
        error_messages={"required": gettext_lazy("Write a name.")},
    )
    phone = forms.CharField(label=gettext_lazy("Phone on the day"), max_length=40, required=False)
    email = forms.CharField(
        label=gettext_lazy("Email"),
        help_text=gettext_lazy("The confirmation with the calendar entry goes there."),
        max_length=254,
        required=False,
        validators=(validate_email,),
    )
    notes = forms.CharField(
        label=gettext_lazy("What the technician should know"),
        required=False,
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    key = forms.CharField(max_length=80, widget=forms.HiddenInput)


@staff_only(Action.BOOK_VISIT)
@require_safe
def book_start(request: OfficeRequest, customer: UUID) -> HttpResponse:
    """The customer's addresses and every job type in use."""
    asking = explain.asking(customer=customer)
    if not asking.customer_name:
        raise Http404
    form = StartForm(request.GET if "job_type" in request.GET else None, asking=asking, initial=request.GET.dict())
    if form.is_valid():
        chosen = UUID(form.cleaned_data["location"]), UUID(form.cleaned_data["job_type"])
        return HttpResponseRedirect(url("office_book_windows", customer, *chosen))
    context = {"form": form, "customer": customer, "name": asking.customer_name}
    return page(request, f"{PLACE}start.html", context, 422 if form.is_bound else 200)


@staff_only(Action.BOOK_VISIT)
@require_http_methods(["GET", "HEAD", "POST"])
def book_windows(request: OfficeRequest, customer: UUID, location: UUID, job_type: UUID) -> HttpResponse:
    """The questions until they are answered, then every window that can be kept, then who is asked for."""
    asking = _asked(request.GET, customer, location, job_type)
    if not asking.form.is_valid():
        context = _context(asking) | {"form": asking.form}
        return page(request, f"{PLACE}questions.html", context, 422 if asking.form.is_bound else 200)
    if request.method == "POST" and request.POST.get("step") == CONFIRM:
        return _confirm(request, asking)
    slot = _slot(request)
    found = _available(request, asking, slot[0] if slot else None)
    if other := _other_kind(asking, found):
        return HttpResponseRedirect(other)
    chosen = next((one for one in found.open if (one.day, one.window_id) == slot), None)
    if slot is None or chosen is None:
        refused = SlotTaken.now() if slot else None
        return _choose(request, asking, found, refused=refused, status=409 if slot else 200)
    form = WhoForm(initial=_initial(asking) | _typed(request))
    return _who(request, asking, form, chosen, found.zone)


def _confirm(request: OfficeRequest, asking: Asking) -> HttpResponse:
    slot, form = slots.chosen(request.POST), WhoForm(request.POST)
    found = _available(request, asking, slot[0] if slot else None, days=1)
    chosen = next((one for one in found.windows if (one.day, one.window_id) == slot), None)
    if slot is None or chosen is None:
        return HttpResponseRedirect(asking.address, status=303)
    if not form.is_valid():
        return _who(request, asking, form, chosen, found.zone, status=422)
    try:
        booked = _book(request, asking, form, slot)
    except (SlotTaken, Busy, NotOffered, KeyReused) as refused:
        offers = refused.offers if isinstance(refused, SlotTaken) else []
        context = _context(asking) | {"refused": refused, "typed": _typed(request)}
        context["nearest"] = slots.by_day(offers, found.zone)
        return page(request, f"{PLACE}taken.html", context, 409)
    except MissingPlace as missing:
        raise Http404 from missing
    said = _("The visit is booked as job %(number)s. A mail with a calendar entry goes to %(email)s.")
    if not form.cleaned_data["email"]:
        said = _("The visit is booked as job %(number)s. Nobody is written to: there is no address.")
    request.notices.add("success", said % {"number": booked.number, "email": form.cleaned_data["email"]})
    return HttpResponseRedirect(url("office_job", asking.customer, booked.job), status=303)


def _slot(request: OfficeRequest) -> tuple[date, int] | None:
    """The time that was chosen; none where all of them are asked for again."""
    given = request.POST if request.method == "POST" else request.GET
    return None if given.get("step") == TIMES else slots.chosen(given)


def _typed(request: OfficeRequest) -> dict[str, str]:
    """What was filled in before; it goes along until the visit is booked."""
    return {name: request.POST[name] for name in WhoForm.base_fields if name in request.POST}


def _book(request: OfficeRequest, asking: Asking, form: WhoForm, slot: tuple[date, int]) -> booking.Booked:
    given = form.cleaned_data
    return booking.book(
        customer_id=asking.caller.key,
        location_id=asking.caller.location_key,
        job_type_id=asking.kind.terms.id,
        answers=asking.form.answers,
        day=slot[0],
        window_id=slot[1],
        key=given["key"],
        details=booking.Details(
            name=given["name"], phone=given["phone"], email=given["email"], notes=given["notes"].strip()
        ),
        by=request.staff.actor,
    )


def _asked(given: QueryDict, customer: UUID, location: UUID, job_type: UUID) -> Asking:
    caller, kind = office.caller(customer=customer, location=location), capacity.in_use(job_type)
    if caller is None or kind is None:
        raise Http404
    is_sent = "asked" in given or not kind.terms.questions
    return Asking(customer, location, caller, kind, QuestionsForm(given if is_sent else None, job_type=kind.terms))


def _available(request: OfficeRequest, asking: Asking, wanted: date | None, *, days: int = DAYS) -> Availability:
    """From the day on that the page shows; where a time was chosen, from that day."""
    found = available(
        customer_id=asking.caller.key,
        location_id=asking.caller.location_key,
        job_type_id=asking.kind.terms.id,
        answers=asking.form.answers,
        first=wanted or slots.first_day(request.GET, asking.caller.zone),
        days=days,
        channel=Channel.STAFF,
    )
    if found is None:
        raise Http404
    return found


def _other_kind(asking: Asking, found: Availability) -> str:
    """Where the answers lead to another kind of visit that has questions of its own, those come next."""
    terms = found.wish.terms.job_type
    kind = capacity.in_use_by_key(terms.id) if terms.id != asking.kind.terms.id and terms.questions else None
    return url("office_book_windows", asking.customer, asking.location, kind.public_id) if kind else ""


def _choose(
    request: OfficeRequest,
    asking: Asking,
    found: Availability,
    *,
    refused: errors.PorticoError | None = None,
    status: int = 200,
) -> HttpResponse:
    may_edit = request.staff.may(Action.EDIT_SCHEDULING)
    context = (
        _context(asking)
        | slots.listed(found, asking.address, refused)
        | {
            "refused": refused,
            "typed": _typed(request),
            "to_say": asking.to_say(found.wish.terms.policy),
            "never": why_never(found, asking, may_edit=may_edit),
            "closed": closed_lines(found, asking, may_edit=may_edit),
        }
    )
    return page(request, f"{PLACE}windows.html", context, status)


def _who(
    request: OfficeRequest, asking: Asking, form: WhoForm, chosen: OfferedWindow, zone: str, *, status: int = 200
) -> HttpResponse:
    context = _context(asking) | {
        "form": form,
        "slot": slots.value_of(chosen),
        "day": formats.long_day(chosen.day),
        "window": formats.window(chosen.starts_at, chosen.ends_at, zone),
    }
    return page(request, f"{PLACE}who.html", context, status)


def _initial(asking: Asking) -> dict[str, str]:
    caller = asking.caller
    return {"name": caller.name, "phone": caller.phone, "email": caller.email, "key": ids.new_secret()}


def _context(asking: Asking) -> dict[str, Any]:
    return {"asking": asking, "whom": asking.caller, "answers": _answers(asking)}


def _answers(asking: Asking) -> list[tuple[str, str]]:
    if not asking.form.is_bound or not asking.form.is_valid():
        return []
    return [(question, answer) for question, answer in question_rules.told(asking.kind.terms, asking.form.answers)]
