"""Why a record or a whole folder is not taken."""

from __future__ import annotations

from portico.kernel import errors


class Refused(Exception):
    """This record cannot be taken; the message says why in plain words."""


class BadFolder(errors.NotPossible):
    """There is nothing here that could be imported."""

    code = "bad_folder"


class ImportRunning(errors.Conflict):
    """Another import of the same company has not ended."""

    code = "import_running"
