"""Anticipated failures of people's accounts."""

from __future__ import annotations

from portico.kernel import errors


class WrongPassword(errors.NotAllowed):
    """The password is not the one we know, or there is no such person."""

    code = "wrong_password"


class AddressTaken(errors.Conflict):
    """Another login of this company has this address."""

    code = "address_taken"


class NoSuchDevice(errors.NotPossible):
    """This person has no such session."""

    code = "no_such_device"


class WrongSecond(errors.NotAllowed):
    """The code of the second factor is not right, or it was used already."""

    code = "wrong_second"


class SignInLapsed(errors.Conflict):
    """The password was typed too long ago, or too many codes were tried: it has to be typed again."""

    code = "sign_in_lapsed"


class BadMember(errors.NotPossible):
    """This cannot be done about somebody of the office; `field` names the field, where it is about one."""

    code = "bad_member"

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class LastAdmin(errors.Conflict):
    """Nobody would be left who could let others in."""

    code = "last_admin"


class NoSuchMember(errors.NotPossible):
    """There is no such person in this office."""

    code = "no_such_member"
