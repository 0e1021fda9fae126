"""The PDF of a statement that was mailed: made when the mail is sent, of what was written down with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from portico.domain.billing import statement_papers
from portico.domain.statements.models import StatementMail
from portico.foundation.messaging.ports import Attachment
from portico.foundation.tenancy.scope import reading

KIND = "mailed_statement_pdf"


@reading
def enclosure(statement_mail: UUID, options: dict[str, Any]) -> Attachment:
    """The same paper however late it is sent, and to every address."""
    return statement_papers.print_kept(
        StatementMail.objects.values_list("paper", flat=True).get(public_id=statement_mail)
    )
