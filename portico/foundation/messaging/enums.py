"""Kinds of mail."""

from __future__ import annotations

from django.db import models


class MessageKind(models.TextChoices):
    INVITATION = "invitation"
    REGISTRATION_CODE = "registration_code"
    SIGN_IN_CODE = "sign_in_code"
    CONFIRMATION_CODE = "confirmation_code"
    ALSO_SEE = "also_see"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a kind of mail
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a kind of mail
    EMAIL_CHANGE = "email_change"
    EMAIL_CHANGED = "email_changed"
    ACCESS_ENDED = "access_ended"
    INVOICE = "invoice"
    STATEMENT = "statement"
    RECEIPT = "receipt"
    PAYMENT_FAILED = "payment_failed"
    REFUND = "refund"
    REFUND_FAILED = "refund_failed"
    MONEY_TAKEN_BACK = "money_taken_back"
    OFFICE_NEWS = "office_news"
    ESTIMATE = "estimate"
    APPROVAL = "approval"
    APPROVAL_UNDONE = "approval_undone"
    ESTIMATE_ANSWER = "estimate_answer"
    BOOKING = "booking"
    BOOKING_MOVED = "booking_moved"
    BOOKING_CANCELED = "booking_canceled"
    WAITLIST_OFFER = "waitlist_offer"
    VISIT_OFFER = "visit_offer"
    STAFF_INVITATION = "staff_invitation"
    TEST = "test"
