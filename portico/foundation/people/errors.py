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
