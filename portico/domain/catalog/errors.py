"""What can go wrong with the catalog."""

from __future__ import annotations

from portico.kernel import errors


class MissingJobType(errors.NotPossible):
    """There is no such job type in this company."""

    code = "missing_job_type"
