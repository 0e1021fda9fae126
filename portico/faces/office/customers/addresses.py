"""What staff do with the rows of a Customer Portal table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from portico.domain.billing.queries import office
from portico.domain.customers import operations, queries
from portico.domain.customers.enums import BillingLevel, PortalAct, PortalStatus
from portico.domain.customers.errors import AsksFirst, Missing
from portico.domain.customers.queries import PortalRow
from portico.faces.office.back import came_from
from portico.faces.office.customers.forms import AddressForm, BillingForm, CorrectForm, MemoForm
from portico.faces.office.customers.record import head_or_404
from portico.faces.office.customers.section import ACTION
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.staff import staff_only
from portico.faces.ui.pages import page
from portico.foundation.audit.operations import Actor
from portico.foundation.people.permissions import Action
from portico.kernel import errors, text

View = Callable[..., HttpResponseBase]
asks_or_does = require_http_methods(["GET", "HEAD", "POST"])


def _posted(act: PortalAct, do: Callable[[UUID, Actor], object], said: Any) -> View:
    """A view that does one thing to a row and goes back to the table."""

    @staff_only(ACTION[act])
    @require_POST
    def view(request: OfficeRequest, customer: UUID, row: UUID) -> HttpResponse:
        found = _row_or_404(customer, row)
        if _tried(request, lambda: do(row, request.staff.actor)):
            request.notices.add("success", said % {"email": found.email})
        return came_from(request) or _to_table(customer)

    return view


invite = _posted(
    PortalAct.INVITE,
    lambda row, by: operations.invite(portal_contact=row, by=by),
    gettext_lazy("Invitation on its way to %(email)s."),
)
resend = _posted(
    PortalAct.RESEND,
    lambda row, by: operations.resend_invitation(portal_contact=row, by=by),
    gettext_lazy("A new invitation is on its way to %(email)s. Earlier links no longer work."),
)
revoke = _posted(
    PortalAct.REVOKE,
    lambda row, by: operations.revoke_access(portal_contact=row, by=by),
    gettext_lazy("%(email)s no longer reaches this customer."),
)
restore = _posted(
    PortalAct.RESTORE,
    lambda row, by: operations.restore_access(portal_contact=row, by=by),
    gettext_lazy("Access of %(email)s is restored."),
)
widen = _posted(
    PortalAct.WIDEN,
    lambda row, by: operations.widen(portal_contact=row, is_widened=True, by=by),
    gettext_lazy("%(email)s now reaches the whole customer."),
)
narrow = _posted(
    PortalAct.NARROW,
    lambda row, by: operations.widen(portal_contact=row, is_widened=False, by=by),
    gettext_lazy("%(email)s now reaches its own locations only."),
)
confirm_shared = _posted(
    PortalAct.CONFIRM_SHARED,
    lambda row, by: operations.confirm_shared_address(portal_contact=row, by=by),
    gettext_lazy("%(email)s counts as one person’s address from now on."),
)


@staff_only(Action.COPY_LINK)
@asks_or_does
def copy_link(request: OfficeRequest, customer: UUID, row: UUID) -> HttpResponse:
    """Make one more link and show it, this once; asking for its page again leads back to the table."""
    if request.method != "POST":
        return _to_table(customer)
    found = _row_or_404(customer, row)
    made: list[str] = []
    if not _tried(request, lambda: made.append(operations.copy_link(portal_contact=row, by=request.staff.actor))):
        return _to_table(customer)
    context = {"head": head_or_404(customer), "row": found, "link": made[0]}
    return page(request, "office/customers/copied_link.html", context)


@staff_only(Action.EDIT_CONTACTS)
@asks_or_does
def add(request: OfficeRequest, customer: UUID) -> HttpResponse:
    """Put an address on the customer, or on one of its locations."""
    found = office.record_of(customer)
    if found is None or found.head.merged_into:
        raise Http404("no such customer")
    form = AddressForm(_posted_of(request), locations=found.locations)
    if form.is_valid() and _tried_form(form, lambda: _add(customer, form, request.staff.actor)):
        request.notices.add("success", _added(customer, form.cleaned_data["email"]))
        return _to_table(customer)
    status = 422 if form.is_bound else 200
    return page(request, "office/customers/address_add.html", {"head": found.head, "form": form}, status)


def _added(customer: UUID, email: str) -> str:
    """What can be done with a new address: not every one is waiting for an invitation."""
    rows = [row for row in queries.portal_table(customer) if row.email == text.normalise_email(email)]
    if rows and PortalAct.INVITE in rows[0].acts:
        return _("%(email)s is on the record. Invite it when you are ready.") % {"email": email}
    return _("%(email)s is on the record.") % {"email": email}


def _add(customer: UUID, form: AddressForm, by: Actor) -> None:
    operations.add_address(
        customer=customer, email=form.cleaned_data["email"], location=form.cleaned_data["location"], by=by
    )


@staff_only(Action.EDIT_CONTACTS)
@asks_or_does
def correct(request: OfficeRequest, customer: UUID, row: UUID) -> HttpResponse:
    """Replace a wrong address; asks first where it is in use."""
    found, head = _row_or_404(customer, row), head_or_404(customer)
    form = CorrectForm(_posted_of(request), initial={"email": found.email})
    question = ""
    if form.is_valid():
        try:
            if _tried_form(form, lambda: operations.correct_address(
                portal_contact=row, **form.cleaned_data, by=request.staff.actor
            )):  # fmt: skip
                request.notices.add(
                    "success", _("%(old)s is corrected. Its links no longer work.") % {"old": found.email}
                )
                return _to_table(customer)
        except AsksFirst as asked:
            question = asked.message
    context = {"head": head, "row": found, "form": form, "question": question, "is_active": _is_active(found)}
    return page(request, "office/customers/address_correct.html", context, 422 if form.is_bound else 200)


@staff_only(Action.EDIT_CONTACTS)
@asks_or_does
def remove(request: OfficeRequest, customer: UUID, row: UUID) -> HttpResponse:
    """Take an address off the record; its page says what that ends."""
    found, head = _row_or_404(customer, row), head_or_404(customer)
    question = ""
    if request.method == "POST":
        is_sure = request.POST.get("confirm") == "on"
        try:
            if _tried(request, lambda: operations.remove_address(
                portal_contact=row, confirm=is_sure, by=request.staff.actor
            )):  # fmt: skip
                request.notices.add("success", _("%(email)s is off the record.") % {"email": found.email})
            return _to_table(customer)
        except AsksFirst as asked:
            question = asked.message
    context = {"head": head, "row": found, "question": question, "is_active": _is_active(found)}
    return page(request, "office/customers/address_remove.html", context, 422 if question else 200)


@staff_only(Action.EDIT_MEMO)
@asks_or_does
def memo(request: OfficeRequest, customer: UUID, row: UUID) -> HttpResponse:
    """Note something about an address, for the office only."""
    found = _row_or_404(customer, row)
    form = MemoForm(_posted_of(request), initial={"memo": found.memo})
    if form.is_valid() and _tried_form(form, lambda: operations.edit_memo(
        portal_contact=row, memo=form.cleaned_data["memo"], by=request.staff.actor
    )):  # fmt: skip
        request.notices.add("success", _("Memo saved."))
        return _to_table(customer)
    return _form_page(request, customer, found, form, title=_("Edit memo"))


@staff_only(Action.CHANGE_BILLING_ACCESS)
@asks_or_does
def billing(request: OfficeRequest, customer: UUID, row: UUID) -> HttpResponse:
    """Say whether an address sees anything with an amount on it."""
    found = _row_or_404(customer, row)
    form = BillingForm(_posted_of(request), initial={"billing": found.billing.value})
    if form.is_valid() and _tried_form(form, lambda: operations.change_billing_access(
        portal_contact=row, billing=BillingLevel(form.cleaned_data["billing"]), by=request.staff.actor
    )):  # fmt: skip
        request.notices.add("success", _("Billing access of %(email)s is changed.") % {"email": found.email})
        return _to_table(customer)
    return _form_page(request, customer, found, form, title=_("Change billing access"))


def _form_page(request: OfficeRequest, customer: UUID, row: PortalRow, form: Any, *, title: str) -> HttpResponse:
    context = {"head": head_or_404(customer), "row": row, "form": form, "title": title}
    return page(request, "office/customers/address_form.html", context, 422 if form.is_bound else 200)


def _posted_of(request: OfficeRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _row_or_404(customer: UUID, row: UUID) -> PortalRow:
    found = queries.portal_row(customer, row)
    if found is None:
        raise Http404("no such address")
    return found


def _is_active(row: PortalRow) -> bool:
    return row.status == PortalStatus.ACTIVE


def _tried(request: OfficeRequest, operation: Callable[[], object]) -> bool:
    """Whether it was done; why not is said on the next page."""
    try:
        operation()
    except AsksFirst:
        raise
    except Missing as missing:
        raise Http404("no such address") from missing
    except errors.PorticoError as refused:
        request.notices.add("error", refused.message)
        return False
    return True


def _tried_form(form: Any, operation: Callable[[], object]) -> bool:
    """Whether it was done; why not is said above the form, which keeps what was typed."""
    try:
        operation()
    except AsksFirst:
        raise
    except Missing as missing:
        raise Http404("no such record") from missing
    except errors.PorticoError as refused:
        form.add_error("email" if "email" in form.fields else None, refused.message)
        return False
    return True


def _to_table(customer: UUID) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('customer', args=[customer])}#portal")
