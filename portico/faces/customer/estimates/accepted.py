"""What was accepted: what was agreed to, by whom, and the way from the estimate to the job to the bill."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from portico.domain.billing.queries.deposits import DepositRow
from portico.domain.booking.errand_rules import WorkBar
from portico.domain.booking.queries.errands import AcceptedWork
from portico.domain.estimates import proof_rules, rules
from portico.domain.estimates.enums import ApprovalChannel
from portico.domain.estimates.queries.portal_page import Option, ProposalPage, Signed, Standing
from portico.domain.estimates.rules import UndoBar
from portico.faces.customer.estimates.deposit_told import told_of
from portico.faces.customer.estimates.options import card
from portico.faces.customer.estimates.words import limit_of
from portico.faces.customer.visitor import Visitor
from portico.faces.ui.minijinja import url
from portico.kernel import formats

GONE = frozenset({Standing.WITHDRAWN, Standing.ACCEPTED})


def accepted_context(visitor: Visitor, found: ProposalPage) -> dict[str, Any]:
    """The page of a proposal of which one option was accepted."""
    option = found.accepted
    if option is None:
        raise ValueError("nothing was accepted")
    signed = option.signed
    one = _agreed(option)
    work = visitor.work_of(option.id) if visitor.may_open("booking_work") else None
    lines = [*one["shared"], *(line for line in one["optional"] if line["is_ticked"])]
    deposit = _deposit_row(visitor, signed)
    undo = signed is not None and limit_of(visitor, found) != 0 and _undo_bar(found, option, deposit) is None
    return {
        "one": one,
        "lines": lines,
        "signed": signed,
        "signed_words": _signed_words(found, option),
        "is_other": found.option.standing == Standing.NOT_CHOSEN,
        "asked_name": found.option.name,
        "others": [card(one, ticked=()) for one in found.options if one.standing not in GONE],
        "steps": _steps(visitor, found, option, work),
        "work": _work(visitor, work),
        "proof_href": url("estimate_proof", found.asked) if signed and signed.has_paper else "",
        "undo_href": url("estimate_undo", found.asked) if undo else "",
        "deposit": _deposit(visitor, found, deposit),
        "undo_words": _undo_words(found, signed) if signed and undo else "",
    }


def undo_bar(visitor: Visitor, found: ProposalPage) -> UndoBar | None:
    """Why the approval that stands cannot be taken back; None while it can."""
    option = found.accepted
    return _undo_bar(found, option, _deposit_row(visitor, option.signed)) if option else None


def _deposit_row(visitor: Visitor, signed: Signed | None) -> DepositRow | None:
    return visitor.deposit_of(UUID(signed.id)) if signed and signed.deposit_minor else None


def _deposit(visitor: Visitor, found: ProposalPage, row: DepositRow | None) -> dict[str, Any] | None:
    """How the deposit stands that was asked for with it; its page is where it is paid."""
    if row is None:
        return None
    told = told_of(row)
    pays = row.is_payable and visitor.may_pay_online
    return {
        "tag": told.label,
        "tone": told.tone,
        "amount": formats.money(row.amount.minor, row.amount.currency),
        "words": " ".join(told.sentences),
        "href": url("estimate_deposit", found.asked),
        "button": _("Pay the deposit") if pays else _("See the deposit"),
        "kind": "primary" if pays else "",
    }


def _agreed(option: Option) -> dict[str, Any]:
    """The option as it was signed; as it stands where it was accepted elsewhere."""
    if option.signed is None:
        return card(option, ticked=())
    agreed = proof_rules.read(option.signed.snapshot)
    return card(replace(option, offer=agreed.offer), ticked=agreed.chosen)


def _signed_words(found: ProposalPage, option: Option) -> str:
    zone, signed = found.brand.time_zone, option.signed
    if signed is None:
        return formats.moment(option.decided_at, zone) if option.decided_at else ""
    told = {"name": signed.signer_name, "when": formats.moment(signed.at, zone)}
    if signed.channel == ApprovalChannel.PHONE:
        return _("Approved by %(name)s by phone on %(when)s") % told
    return _("Signed by %(name)s on %(when)s") % told


def _undo_bar(found: ProposalPage, option: Option, deposit: DepositRow | None) -> UndoBar | None:
    if option.signed is None or option.undo is None:
        return None
    is_paid = deposit is not None and deposit.is_taken
    return option.undo.bar(approved_at=option.signed.at, hours=found.undo_hours, is_deposit_paid=is_paid)


def _undo_words(found: ProposalPage, signed: Signed) -> str:
    until = rules.undo_until(signed.at, found.undo_hours)
    return _("You can take this back until %(when)s.") % {"when": formats.moment(until, found.brand.time_zone)}


def _steps(visitor: Visitor, found: ProposalPage, option: Option, work: AcceptedWork | None) -> list[dict[str, Any]]:
    """Estimate, job, visit, invoice: what there is of them is linked."""
    bill, job = option.bill, found.job
    steps = [
        _step("estimate", _("Estimate %(number)s") % {"number": option.number}, _("Accepted"), "file-signature"),
        _step(
            "job",
            _("Job %(number)s") % {"number": job.number},
            _("The work, and when we come"),
            "wrench",
            href=url("job", job.id) if job.is_shown and visitor.may_open("job") else "",
            is_done=job.status == "Completed",
        ),
        *_visit_step(visitor, found, work),
    ]
    if bill is not None:
        title = _("Invoice %(number)s") % {"number": bill.number}
        return [*steps, _step("invoice", title, _("Made of this estimate"), "file-text", href=url("invoice", bill.id))]
    if found.is_priced and not option.has_bill:
        note = _("It comes when the work is done.")
        steps.append(_step("invoice", _("Invoice"), note, "file-text", is_done=False))
    return steps


def _visit_step(visitor: Visitor, found: ProposalPage, work: AcceptedWork | None) -> list[dict[str, Any]]:
    if work is None or work.visit is None or work.visit_at is None:
        return []
    href = url("appointment", work.visit) if visitor.may_open("appointment") else ""
    when = formats.moment(work.visit_at, found.brand.time_zone)
    return [_step("visit", _("Visit"), when, "calendar", href=href, is_done=False)]


def _work(visitor: Visitor, work: AcceptedWork | None) -> dict[str, Any] | None:
    """The visit of the work: a button while it can be booked, else what happens next."""
    if work is None:
        return None
    words = {
        None: _("The work can be planned now. Choose the day and the time that suit you."),
        WorkBar.BOOKED: _("The visit is booked."),
        WorkBar.BEGUN: _("The work has begun. You need not book anything."),
        WorkBar.DEPOSIT: _("Pay the deposit first. Then you choose a time here."),
        WorkBar.PHONE: _("This work cannot be booked online. Call us, and we find a time together."),
        WorkBar.NOT_ACCEPTED: _("This estimate is no longer accepted, so there is nothing to book."),
    }
    visit = url("appointment", work.visit) if work.visit and visitor.may_open("appointment") else ""
    return {
        "words": words[work.bar],
        "href": url("booking_work", work.id) if work.bar is None else "",
        "visit_href": visit if work.bar is WorkBar.BOOKED else "",
    }


def _step(key: str, title: str, note: str, icon: str, *, href: str = "", is_done: bool = True) -> dict[str, Any]:
    return {"key": key, "title": title, "note": note, "icon": icon, "href": href, "is_done": is_done}
