"""What may go wrong with estimates, in words for the customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from portico.kernel import errors

if TYPE_CHECKING:
    from uuid import UUID


class MissingEstimate(errors.NotPossible):
    """There is no such estimate here, or it is not shown."""

    code = "missing_estimate"

    @classmethod
    def unknown(cls) -> MissingEstimate:
        return cls(_("There is no such estimate."))


class MissingApproval(errors.NotPossible):
    """There is no such approval here."""

    code = "missing_approval"

    @classmethod
    def unknown(cls) -> MissingApproval:
        return cls(_("There is no such approval."))


class MissingMessage(errors.NotPossible):
    """There is no such question here."""

    code = "missing_message"

    @classmethod
    def unknown(cls) -> MissingMessage:
        return cls(_("There is no such question."))


class OfferChanged(errors.Conflict):
    """What is offered is no longer what the page showed. `old` is what it showed, None when that is unknown."""

    code = "offer_changed"

    def __init__(self, *, old: Any, new: Any) -> None:
        super().__init__(_("This estimate has changed since you opened it. Look at what is new, then decide."))
        self.old = old
        self.new = new


class OfferClosed(errors.Conflict):
    """It was decided, withdrawn or has expired meanwhile. `approved` is the estimate that was approved instead."""

    code = "offer_closed"

    def __init__(self, message: str, *, approved: UUID | None = None) -> None:
        super().__init__(message)
        self.approved = approved


class UnknownLine(errors.Conflict):
    """A line was chosen that is not among the optional ones."""

    code = "unknown_line"

    @classmethod
    def gone(cls) -> UnknownLine:
        return cls(_("One of the chosen items is no longer offered. Choose again."))


class NameMissing(errors.NotPossible):
    """Nobody can be called that."""

    code = "name_missing"

    @classmethod
    def empty(cls) -> NameMissing:
        return cls(_("Type your full name."))

    @classmethod
    def too_long(cls, most: int) -> NameMissing:
        return cls(_("Use at most %(most)s letters for your name.") % {"most": most})


class BadSignature(errors.NotPossible):
    """What was sent is not a signature."""

    code = "bad_signature"


class TextMissing(errors.NotPossible):
    """A question or an answer says nothing, or too much."""

    code = "text_missing"

    @classmethod
    def empty(cls) -> TextMissing:
        return cls(_("Write what you want to say."))

    @classmethod
    def too_long(cls, most: int) -> TextMissing:
        return cls(_("Write at most %(most)s letters, or call us.") % {"most": most})


class NotExpired(errors.NotPossible):
    """A new estimate is asked for though the old one holds."""

    code = "not_expired"

    @classmethod
    def still_open(cls) -> NotExpired:
        return cls(_("This estimate has not expired. There is no need for a new one."))


class UndoBarred(errors.Conflict):
    """The approval stands. `bar` says why."""

    code = "undo_barred"

    def __init__(self, message: str, *, bar: str) -> None:
        super().__init__(message)
        self.bar = bar


class NotEditable(errors.Conflict):
    """It was answered, or somebody else changed it meanwhile."""

    code = "not_editable"


class BadDraft(errors.NotPossible):
    """What was written is no estimate. `field` names the field, `line` counts from 0; -1: not about a line."""

    code = "bad_draft"

    def __init__(self, message: str, *, field: str = "", line: int = -1) -> None:
        super().__init__(message)
        self.field = field
        self.line = line


class CannotSend(errors.NotPossible):
    """It cannot be mailed as it stands, or not to this address."""

    code = "cannot_send"


class NothingToBill(errors.NotPossible):
    """It is not accepted, or billed already."""

    code = "nothing_to_bill"


class BadPolicy(errors.NotPossible):
    """The rules of estimates cannot be that. `field` names what is wrong."""

    code = "bad_policy"

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field
