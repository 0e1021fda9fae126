"""What is for the office stays there: marked columns appear on no page, in no PDF and in no mail."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F

from portico.domain.billing.operations.letters import send_payment_failed, send_receipt
from portico.domain.customers import operations as customers
from portico.domain.estimates.models import (
    Approval,
    ApprovalPaper,
    Estimate,
    EstimateEvent,
    EstimateTerms,
    EstimateVersion,
)
from portico.domain.statements import operations as statements
from portico.foundation.audit.models import AuditEntry
from portico.foundation.messaging.models import Message
from portico.foundation.people.models import Login
from portico.foundation.tenancy.invariants import tenant_models
from portico.kernel import clock
from tests.factories import customers as make
from tests.factories import people
from tests.factories.world import World
from tests.sweeps import papers
from tests.sweeps.browsing import travel
from tests.sweeps.columns import COLUMNS

MODELS = {model._meta.label: model for model in tenant_models()}
MARK = re.compile(r"(?<![^\W_])zq\d+x(?![^\W_])|765\d{2}\.4")  # not by chance within the random letters of a form
# Written anew by the product itself, or needed as they are for signing in and for what the gateway knows.
NOT_MARKED = {
    *("people.Login.password", "people.Login.role", "people.TryCount.kind", "people.TryCount.key"),
    *("billing.PaymentAttempt.idempotency_key", "billing.Payment.channel"),
    *("billing.MethodSetup.idempotency_key", "billing.MethodSetup.session_ref", "billing.PaymentMethod.ref"),
    *("customers.Customer.type", "tenancy.Branch.name"),
}

NOW = datetime(2026, 3, 1, tzinfo=UTC)
APPEND_ONLY = {
    "tenancy.OperatorTermsAcceptance",
    *("audit.AuditEntry", "billing.LedgerEntry", "jobs.AppointmentStep", "booking.BookingStep"),
    *("estimates.Approval", "estimates.ApprovalPaper", "estimates.ApprovalUndo"),
    *("estimates.EstimateEvent", "estimates.EstimateTerms", "estimates.EstimateVersion"),
}


def columns(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    return [
        column
        for column in model._meta.local_fields
        if not column.primary_key
        and not isinstance(column, models.ForeignKey)
        and column.name not in {"company", "public_id", "source_id"}
    ]


@pytest.mark.parametrize("label", MODELS)
def test_every_column_is_customer_facing_internal_or_of_the_machine(label: str) -> None:
    listed = COLUMNS[label]
    names = [*listed.shown, *listed.internal, *listed.machine]
    assert sorted(names) == sorted(column.name for column in columns(MODELS[label]))


def plant() -> dict[str, str]:
    """A mark in each internal column of every row of this company, as far as it holds text or a broken number."""
    planted = {}
    for label, listed in COLUMNS.items():
        for column in columns(MODELS[label]):
            place = f"{label}.{column.name}"
            if column.name not in listed.internal or place in NOT_MARKED or label in APPEND_ONLY:
                continue
            mark = f"zq{len(planted)}x"
            value = _marked(column, mark)
            if value is not None and MODELS[label].objects.update(**{column.name: value}):  # type: ignore[attr-defined]
                planted[place] = mark
    _plant_in_the_trail(planted)
    _plant_beside_estimates(planted)
    return planted


def _marked(column: models.Field[Any, Any], mark: str) -> Any:
    if isinstance(column, models.JSONField):
        return {"name": mark, "kept": [mark]}
    if isinstance(column, ArrayField):
        return [mark]
    if isinstance(column, models.DecimalField):
        return Decimal("76543.4") if column.max_digits > 10 else None  # type: ignore[operator]
    if isinstance(column, models.UUIDField) or not isinstance(column, models.CharField | models.TextField):
        return None
    return mark if not column.unique and not column.choices else None


def _plant_in_the_trail(planted: dict[str, str]) -> None:
    newest = AuditEntry.objects.order_by("-pk")[0]
    newest.pk, newest.public_id, newest.note, newest.facts = None, Login().public_id, "zq900x", {"why": "zq901x"}  # type: ignore[assignment]
    newest.save(force_insert=True)
    planted["audit.AuditEntry.note"] = "zq900x"


def _plant_beside_estimates(planted: dict[str, str]) -> None:
    """What is only ever added to is marked by newer rows: of every estimate, and of every approval."""
    newest = EstimateTerms.objects.order_by("-n").values_list("n", flat=True).first() or 0
    EstimateTerms.objects.create(n=newest + 1, text="All sales are final.", made_by_name="zq910x", created_at=NOW)
    for version in EstimateVersion.objects.filter(n=F("estimate__version")):
        Estimate.objects.filter(pk=version.estimate_id).update(version=version.n + 1)
        version.pk, version.n, version.made_by_name = None, version.n + 1, "zq911x"  # type: ignore[assignment]
        version.save(force_insert=True)
    for estimate in Estimate.objects.all():
        marks = {"made_by_name": "zq912x", "note": "zq913x"}
        EstimateEvent.objects.create(estimate=estimate, kind="changed", version_n=1, at=NOW, **marks)
    internal = {"ip_prefix": "zq914x", "user_agent": "zq915x", "recorded_by_name": "zq916x", "note": "zq917x"}
    for approval in Approval.objects.filter(undo=None):
        papers_of_it = list(ApprovalPaper.objects.filter(approval=approval.pk))
        approval.pk, approval.public_id = None, uuid4()  # type: ignore[assignment]
        for name, mark in internal.items():
            setattr(approval, name, mark)
        approval.save(force_insert=True)
        for paper in papers_of_it:
            ApprovalPaper.objects.create(
                approval=approval, content=paper.content, sha256=paper.sha256, made_at=paper.made_at
            )
    planted |= {f"estimates.Approval.{name}": mark for name, mark in internal.items()}


@pytest.mark.django_db
def test_no_internal_column_reaches_a_customer(world: World, mailoutbox: list[Any]) -> None:
    firm = world.a
    with firm.inside():
        planted = plant()
    assert len(planted) > 25
    found = set()
    for who in ("alma", "tenant", "house", "dora", "ben", "guest", "friend"):
        for address, text in papers.everything(travel(firm.visitor(who))):
            found |= {(address, mark) for mark in MARK.findall(text)}
    assert found == set()
    with firm.inside():
        _mail_everything(world)
    sent = papers.mails(mailoutbox)
    assert {to for to, _ in sent} >= {"alma@example.com", "ben@example.com"}
    assert {(to, mark) for to, text in sent for mark in MARK.findall(text)} == set()


@pytest.mark.django_db
def test_marks_are_seen_where_they_may_be(world: World) -> None:
    """The office sees memos: so the search for marks does find what is there."""
    with world.a.inside():
        memo = plant()["customers.PortalContact.memo"]
    pages = travel(world.a.office("admin")).pages
    assert any(memo in page.text for page in pages)


def _mail_everything(world: World) -> None:
    """One mail of each kind that this version sends."""
    firm, by = world.a, people.OFFICE
    later = make.row_of(firm.customers["ben"], "later@example.com")
    customers.invite(portal_contact=later.public_id, by=by)
    customers.remove_address(
        portal_contact=make.row_of(firm.customers["ben"], "ben@example.com").public_id, confirm=True, by=by
    )
    for payment in firm.payments.values():
        payment.refresh_from_db()
        if payment.state == "succeeded":
            send_receipt(payment)
        elif payment.state == "failed":
            send_payment_failed(payment)
    alma = firm.customers["alma"]
    statements.mail_statement(customer=alma.public_id, on=clock.today(alma.branch.time_zone), by=by)
    kinds = set(Message.objects.values_list("kind", flat=True))
    assert kinds >= {
        "invitation",
        "invoice",
        "statement",
        "receipt",
        "payment_failed",
        "password_reset",
        "access_ended",
    }
