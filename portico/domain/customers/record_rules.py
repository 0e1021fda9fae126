"""What a customer, a location and a contact may be: asked by the importer of what another system says, and by the
office's operations of what was typed. Pure.
"""

from __future__ import annotations

from portico.domain.customers import search_rules
from portico.domain.customers.enums import ContactType
from portico.kernel import text

NAME_LETTERS = 300
VALUE_LETTERS = 500
PHONE_DIGITS = 40
ADDRESS_LETTERS = {"street": 300, "unit": 80, "city": 120, "region": 80, "postal_code": 20, "country": 80}


def named(name: str) -> dict[str, str]:
    """A name and what it is sorted by."""
    return {"name": name, "sort_key": text.fold(name)[:NAME_LETTERS]}


def place_name(name: str, *, street: str, otherwise: str) -> str:
    """What a location is called: as somebody said, else by its street."""
    return name or street or otherwise


def contact(kind: str, value: str) -> dict[str, str]:
    """The value stays as it was typed; beside it stands the address or number that it comes to, if any."""
    is_address = kind == ContactType.EMAIL and text.is_email(value)
    return {
        "type": kind,
        "value": value,
        "email": text.normalise_email(value) if is_address else "",
        "phone_digits": "" if kind == ContactType.EMAIL else text.digits(value)[:PHONE_DIGITS],
    }


def is_phone(value: str) -> bool:
    """Whether somebody could dial this: the office asks it of what is typed, an import takes what its source says."""
    return 7 <= len(search_rules.phone_digits(value)) <= 15
