"""One estimate in the office: what it offers, what became of it, and what can be done."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portico.domain.billing import line_rules
from portico.domain.billing.queries.deposits import DepositRow, deposits_of
from portico.domain.estimates import rules, words
from portico.domain.estimates.draft_rules import MOST_LINES
from portico.domain.estimates.queries import office
from portico.domain.estimates.rules import DepositTerms, Offer, UndoBar
from portico.faces.office.estimates.forms import AnswerForm, SendForm
from portico.faces.office.estimates.words import event_title, tag_of
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.staff import staff_only
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action
from portico.kernel import clock, formats, ids

EDITABLE = ("Draft", "Open", "Withdrawn")


@staff_only(Action.VIEW_CUSTOMERS)
@require_safe
def estimate(request: OfficeRequest, estimate: UUID) -> HttpResponse:
    """The estimate."""
    return show(request, found_or_404(estimate))


def found_or_404(estimate: UUID) -> dict[str, Any]:
    """The estimate; a missing and a foreign one look the same."""
    row = office.estimate(estimate)
    if row is None:
        raise Http404("no such estimate")
    return row


def show(
    request: OfficeRequest,
    row: dict[str, Any],
    *,
    send_form: SendForm | None = None,
    answer_form: AnswerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, with a form that was refused if there is one."""
    now, approval = clock.now(), row["approval"]
    offer = office.newest_offer(row)
    for option in row["options"]:
        option["tag"], option["tone"] = tag_of(option, now)
    is_settled = any(option["status"] == "Sold" for option in row["options"])
    is_editable = row["status"] in EDITABLE and row["is_active"] and not is_settled
    may_edit = request.staff.may(Action.EDIT_ESTIMATE)
    deposit = next(iter(deposits_of([UUID(approval["id"])]) if approval else []), None)
    bar = _undo_bar(row, deposit)
    context = {
        "row": row,
        "tag": tag_of(row, now),
        "lines": [_line(line, offer.currency) for line in offer.lines],
        "facts": _facts(row),
        "totals": _totals(row, offer),
        "events": [{**event, "title": event_title(event["kind"])} for event in row["events"]],
        "deposit": deposit,
        "deposit_word": deposit.word.label if deposit else "",
        "send_form": send_form or (_send_form(row) if is_editable and may_edit else None),
        "answer_form": answer_form,
        "may_edit": may_edit,
        "is_editable": is_editable and may_edit,
        "too_long": too_long(row) if is_editable and may_edit else "",
        "may_withdraw": is_editable and may_edit and row["status"] != "Withdrawn",
        "may_phone": is_editable and row["status"] != "Withdrawn" and request.staff.may(Action.APPROVE_BY_PHONE),
        "may_undo": approval is not None and bar is None and request.staff.may(Action.APPROVE_BY_PHONE),
        "undo_words": words.UNDO_BAR_OFFICE[bar] if bar else "",
        "may_bill": row["status"] == "Sold" and row["invoice"] is None and may_edit,
        "may_see_payments": request.staff.may(Action.VIEW_PAYMENTS),
    }
    return page(request, "office/estimates/estimate.html", context, status)


def too_long(row: dict[str, Any]) -> str:
    """Why it cannot be edited here though it waits for an answer; nothing when it can."""
    if len(row["items"]) <= MOST_LINES:
        return ""
    told = _("It has %(items)s items, and at most %(most)s can be edited here. Write a new estimate instead.")
    return told % {"items": len(row["items"]), "most": MOST_LINES}


def _undo_bar(row: dict[str, Any], deposit: DepositRow | None) -> UndoBar | None:
    """Why the approval cannot be taken back, as the operation would say."""
    if row["approval"] is None or row["undo"] is None:
        return None
    is_paid = deposit is not None and deposit.is_taken
    found: UndoBar | None = row["undo"].bar(
        approved_at=row["approval"]["at"], hours=row["undo_hours"], is_deposit_paid=is_paid
    )
    return found


def _send_form(row: dict[str, Any]) -> SendForm:
    emails = office.recipients(customer_key=row["customer_key"], location_key=row["location_key"])
    return SendForm(emails=emails, initial={"to_emails": emails, "with_options": True, "token": ids.new_secret()})


def _line(line: rules.Line, currency: str) -> dict[str, Any]:
    return {
        "name": line.name,
        "description": line.description,
        "quantity": line_rules.plain(line.quantity),
        "price": formats.money(line.price_minor, currency),
        "total": formats.money(line.total_minor, currency),
        "regular": "" if line.regular_minor is None else formats.money(line.regular_minor, currency),
        "note": "" if not line.is_optional else _("Optional, suggested") if line.is_suggested else _("Optional"),
    }


def _totals(row: dict[str, Any], offer: Offer) -> list[tuple[str, str]]:
    found, currency = rules.totals(offer, rules.suggested(offer)), offer.currency
    rate = "" if offer.tax_rate is None else f" ({line_rules.plain(Decimal(offer.tax_rate) * 100)}%)"
    return [
        (_("Subtotal"), formats.money(found.subtotal_minor, currency)),
        (_("Tax") + rate, formats.money(found.tax_minor, currency)),
        (_("Deposit"), formats.money(found.deposit_minor, currency) if found.deposit_minor else _("none")),
        (_("Total as suggested"), formats.money(found.total_minor, currency)),
    ]


def _facts(row: dict[str, Any]) -> list[list[str]]:
    zone, currency = row["time_zone"], row["currency"]
    terms = DepositTerms(row["deposit_kind"], row["deposit_minor"], Decimal(row["deposit_percent"]))
    until = formats.moment(row["expires_at"], zone) if row["expires_at"] else _("No end")
    return [
        [_("Customer"), row["customer_name"]],
        [_("Location"), row["address"] or row["place"]],
        [_("Business unit"), row["unit"]],
        [_("Owner"), row["owner"] or _("None: the branch is told")],
        [_("Valid until"), until],
        [_("Deposit"), words.deposit_words(terms, currency)],
        [_("Version"), str(row["version"])],
        [_("Created"), formats.moment(row["created_at"], zone)],
    ]
