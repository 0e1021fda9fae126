"""What people need from above; config wires it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from portico.foundation.audit.operations import Actor

# The branch that a mail to this customer's address speaks for.
BranchOf = Callable[[str], int]
# Put `new` in the place of `old` on the records that `old` reaches, or only on those named; which they were.
ReplaceAddress = Callable[[str, str, list[UUID] | None, Actor], list[UUID]]


class Ports:
    branch_of: BranchOf
    replace_address: ReplaceAddress


PORTS = Ports()
