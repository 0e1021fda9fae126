"""Anticipated failures around mailing statements."""

from __future__ import annotations

from portico.kernel import errors


class Missing(errors.NotPossible):
    """There is no such customer or run here: the page answers 404."""

    code = "missing"


class NotMailed(errors.NotPossible):
    """This statement is not mailed; the message says why."""

    code = "statement_not_mailed"


class TooSoon(NotMailed):
    """One went to this customer lately: a reason has to be given."""

    code = "statement_too_soon"


class RunRefused(errors.NotPossible):
    """This run cannot be prepared, or not be sent now; the message says why."""

    code = "statement_run_refused"
