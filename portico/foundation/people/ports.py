"""What people need from above; config wires it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from portico.foundation.audit.operations import Actor

# The branch that a mail to this customer's address speaks for.
BranchOf = Callable[[str], int]
# Put `new` in the place of `old` on the records that `old` reaches, or only on those named; which they were.
ReplaceAddress = Callable[[str, str, list[UUID] | None, Actor], list[UUID]]
# What staff who look as a customer are answered instead of this view; None where it may show itself.
WhileViewing = Callable[[HttpRequest, Callable[..., Any]], HttpResponse | None]


@dataclass(frozen=True, slots=True)
class Beside:
    """What a face asks of every signed-in customer, as one SQL text that the way in asks along.

    In it `%(company)s` and `%(email)s` are those of the session found; `values` gives any others.
    """

    statement: str
    values: Callable[[], dict[str, Any]]


class Ports:
    beside: Beside | None = None
    branch_of: BranchOf
    replace_address: ReplaceAddress
    while_viewing: WhileViewing


PORTS = Ports()
