"""What the office is about to book for somebody, with the answers so far."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from portico.domain.booking.queries.office import Caller
from portico.domain.capacity import question_rules
from portico.domain.capacity.queries import Offered
from portico.domain.capacity.terms import Policy
from portico.faces.ui.minijinja import url
from portico.faces.ui.questions import PREFIX, QuestionsForm


@dataclass(frozen=True, slots=True)
class Asking:
    """What is to be booked, with the answers so far."""

    customer: UUID
    location: UUID
    caller: Caller
    kind: Offered
    form: QuestionsForm

    @property
    def kept(self) -> dict[str, str]:
        """What travels along in addresses."""
        return {PREFIX + name: value for name, value in self.form.answers.items()} | {"asked": "1"}

    @property
    def path(self) -> str:
        return url("office_book_windows", self.customer, self.location, self.kind.public_id)

    @property
    def address(self) -> str:
        return f"{self.path}?{urlencode(self.kept)}"

    @property
    def why(self) -> str:
        """The explainer, about the same."""
        told = {"customer": str(self.customer), "location": str(self.location), "job_type": str(self.kind.public_id)}
        return url("office_why", query=told)

    def to_say(self, policy: Policy) -> str | None:
        """What the portal tells who answers so instead of offering a time; None where it offers one."""
        needed = question_rules.needed(self.kind.terms, self.form.answers, policy)
        return needed.call if needed else None
