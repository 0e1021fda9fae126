"""Payments that the office enters itself: one for each form, however often the form is sent."""

from __future__ import annotations

from typing import Any, Protocol
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portico.domain.billing import errors
from portico.domain.billing.enums import Channel, PaymentState
from portico.domain.billing.models import Payment
from portico.domain.billing.operations import locking
from portico.domain.customers.models import Customer
from portico.foundation.audit.operations import Actor
from portico.kernel import clock


class OfficeForm(Protocol):
    """What was typed. The fingerprint is the same for the same request."""

    @property
    def amount_minor(self) -> int: ...

    @property
    def form_token(self) -> str: ...

    @property
    def fingerprint(self) -> str: ...


def enter_once(form: OfficeForm, customer: Customer, *, by: Actor, **columns: Any) -> tuple[Payment, bool]:
    """The form's payment, received in full, and whether it is new.

    Raises FormReused when the form's token stands for another request already, InvoiceChanged when the customer was
    merged into another one.
    """
    locking.hold_payer(customer.pk)
    now = clock.now()
    try:
        with transaction.atomic():
            return Payment.objects.create(
                customer=customer,
                amount_minor=form.amount_minor,
                currency=customer.company.currency,
                channel=Channel.OFFICE,
                state=PaymentState.SUCCEEDED,
                received_minor=form.amount_minor,
                form_token=form.form_token,
                request_hash=form.fingerprint,
                made_by=UUID(by.ref) if by.ref else None,
                made_by_name=by.name,
                created_at=now,
                succeeded_at=now,
                **columns,
            ), True
    except IntegrityError:
        return _same(form, customer), False


def _same(form: OfficeForm, customer: Customer) -> Payment:
    payment = Payment.objects.get(customer=customer, form_token=form.form_token)
    if payment.request_hash != form.fingerprint:
        raise errors.FormReused(
            _("This form was already used for something else. Look at the payments, then try again.")
        )
    return payment
