"""Which right each page and act of the portal needs. None: every signed-in visitor, for what is their own.

`visitor_only` answers 404 where a visitor has the right nowhere; within it the scopes say where. docs/permissions.md
shows this table, and a test compares the two.
"""

from __future__ import annotations

from portico.domain.customers.enums import Right

RIGHTS_NEEDED: dict[str, Right | None] = {
    "home": None,
    "account": None,
    "confirm": None,
    "household": None,
    "household_invite": None,
    "household_member": None,
    "household_resend": None,
    "household_revoke": None,
    "household_accept": None,
    "household_leave": None,
    "estimates": Right.HISTORY,
    "estimate": Right.HISTORY,
    "jobs": Right.HISTORY,
    "job": Right.HISTORY,
    "job_documents_zip": Right.HISTORY,
    "appointments": Right.HISTORY,
    "appointment": Right.HISTORY,
    "appointment_live": Right.HISTORY,
    "appointment_calendar": Right.HISTORY,
    "equipment": Right.HISTORY,
    "passport": Right.HISTORY,
    "unit": Right.HISTORY,
    "unit_label": Right.HISTORY,
    "unit_label_pdf": Right.HISTORY,
    "documents": Right.HISTORY,
    "document": Right.HISTORY,
    "document_file": Right.HISTORY,
    "document_thumbnail": Right.HISTORY,
    "form_pdf": Right.HISTORY,
    "memberships": Right.HISTORY,
    "membership": Right.HISTORY,
    "invoices": Right.PRICES,
    "invoice": Right.PRICES,
    "invoice_pdf": Right.PRICES,
    "invoice_mail_copy": Right.PRICES,
    "statement": Right.PRICES,
    "statement_pdf": Right.PRICES,
    "deposit": Right.PRICES,
    "estimate_deposit": Right.PRICES,
    "payments": Right.PRICES,
    "payment": Right.PRICES,
    "payment_pdf": Right.PRICES,
    "pay": Right.PAY,
    "payment_return": Right.PRICES,
    "payment_methods": Right.PAY,
    "payment_method_add": Right.PAY,
    "payment_method_default": Right.PAY,
    "payment_method_remove": Right.PAY,
    "payment_method_return": Right.PAY,
}
