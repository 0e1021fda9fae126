"""The anticipated kinds of failure. Each carries a sentence a customer can read; everything else is an alarm."""

from __future__ import annotations


class PorticoError(Exception):
    """An anticipated failure; `message` is fit for the page."""

    code = "error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotAllowed(PorticoError):
    """This actor may not do that."""

    code = "not_allowed"


class NotPossible(PorticoError):
    """The request makes no sense in the present state; doing it again will not help."""

    code = "not_possible"


class Conflict(PorticoError):
    """Somebody was quicker, or what was shown has changed; looking again helps."""

    code = "conflict"


class Unavailable(PorticoError):
    """Something we depend on does not answer; trying later helps."""

    code = "unavailable"


class UnusablePicture(NotPossible):
    """The file is not a picture that we take."""

    code = "unusable_picture"
