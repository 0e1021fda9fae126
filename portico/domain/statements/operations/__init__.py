"""Mailing statements."""

from portico.domain.statements.operations.mailing import mail_statement

__all__ = ["mail_statement"]
