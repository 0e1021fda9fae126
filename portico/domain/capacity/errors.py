"""What may go wrong with the rules of booking, in words for the office."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portico.kernel import errors


class BadSetting(errors.NotPossible):
    """The rules of booking cannot be that. `field` names what is wrong; None: the whole."""

    code = "bad_setting"

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class MissingSetting(errors.NotPossible):
    """There is no such job type, question, rule or holiday here."""

    code = "missing_setting"

    @classmethod
    def unknown(cls) -> MissingSetting:
        return cls(_("This is no longer there."))
