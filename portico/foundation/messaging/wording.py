"""A company's own words in its mails: kept, tried out, taken back; and put in when a mail is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.messaging import links, ports, wording_rules
from portico.foundation.messaging.enums import MessageKind
from portico.foundation.messaging.letter import Letter, Link
from portico.foundation.messaging.models import MailWording, Message
from portico.foundation.messaging.wording_rules import Placeholder, Wording
from portico.foundation.tenancy.brands import BrandFacts
from portico.foundation.tenancy.companies import current_company
from portico.foundation.tenancy.models import Company
from portico.foundation.tenancy.scope import reading
from portico.kernel import clock, errors, formats, locks

SAMPLE_NAME, SAMPLE_EMAIL = "Ana Sample", "ana.sample@example.com"


@reading
def kept() -> dict[MessageKind, tuple[Wording, int]]:
    """The company's words, by kind, with their versions."""
    rows = MailWording.objects.values_list("kind", "subject", "heading", "text", "version")
    return {MessageKind(kind): (Wording(*told), version) for kind, *told, version in rows}


@transaction.atomic
def save(*, kind: MessageKind, wording: Wording, seen_version: int, by: Actor) -> None:
    """Use these words from the next mail on. BadWording names the field; Conflict when somebody else was faster."""
    wording_rules.check(wording)
    locks.lock_one(Company.objects.filter(pk=current_company().pk))
    row = MailWording.objects.filter(kind=kind).first()
    if (row.version if row else 0) != seen_version:
        raise errors.Conflict(_("Somebody else changed this mail meanwhile. Open it anew to see what it says now."))
    before = _facts(row) if row else None
    row = row or MailWording(kind=kind, version=0)
    row.subject, row.heading, row.text = wording.subject.strip(), wording.heading.strip(), wording.text.strip()
    row.version, row.changed_at = row.version + 1, clock.real_now()
    row.save()
    audit.record("mail.wording_changed", current_company(), by=by, note=kind.value, before=before, after=_facts(row))


@transaction.atomic
def reset(*, kind: MessageKind, by: Actor) -> None:
    """Go back to our words."""
    row = MailWording.objects.filter(kind=kind).first()
    if row is not None:
        before = _facts(row)
        row.delete()
        audit.record("mail.wording_changed", current_company(), by=by, note=kind.value, before=before, after=None)


@reading
def brand_values(brand: BrandFacts) -> dict[str, str]:
    """What the placeholders of a branch say in a sample."""
    return {
        Placeholder.COMPANY_NAME.value: brand.display_name,
        Placeholder.BRANCH_PHONE.value: formats.phone(brand.phone),
        Placeholder.BRANCH_EMAIL.value: brand.support_email,
        Placeholder.LINK.value: links.portal_url("/"),
    }


def sample(kind: MessageKind, wording: Wording, values: Mapping[str, str]) -> dict[str, Any]:
    """What a mail of this kind would look like for somebody who does not exist."""
    title = str(wording_rules.TITLES[kind])
    letter = Letter(
        subject=title,
        heading=title,
        paragraphs=(_("Here stands what only this mail can say."),),
        facts=((_("Customer"), SAMPLE_NAME),),
        action=Link(_("The button of this mail"), "/"),
    )
    told = {Placeholder.CUSTOMER_NAME.value: SAMPLE_NAME, Placeholder.CUSTOMER_EMAIL.value: SAMPLE_EMAIL, **values}
    made = wording_rules.reworded(_columns(letter), kind, wording, told)
    return made | {"paragraphs": tuple(made["paragraphs"])}


def _columns(letter: Letter) -> dict[str, Any]:
    return {name: getattr(letter, name) for name in letter.__slots__}


def in_own_words(letter: dict[str, Any], message: Message, brand: Mapping[str, Any]) -> dict[str, Any]:
    """The letter as the company wants it said; unchanged where it has no words of its own."""
    if message.kind not in wording_rules.TITLES:
        return letter
    row = MailWording.objects.filter(kind=message.kind).first()
    if row is None:
        return letter
    values = {
        Placeholder.COMPANY_NAME.value: brand["name"],
        Placeholder.BRANCH_PHONE.value: formats.phone(brand["phone"] or ""),
        Placeholder.BRANCH_EMAIL.value: brand["support_email"] or "",
        Placeholder.CUSTOMER_NAME.value: _name(message),
        Placeholder.CUSTOMER_EMAIL.value: message.to_email,
        Placeholder.LINK.value: letter["action"]["url"] if letter["action"] else links.portal_url("/"),
    }
    told = Wording(row.subject, row.heading, row.text)
    return wording_rules.reworded(letter, MessageKind(message.kind), told, values)


def _name(message: Message) -> str:
    find = ports.PORTS.name_of_customer
    return find(message.customer_id) if find and message.customer_id else ""


def _facts(row: MailWording) -> dict[str, str]:
    return {"subject": row.subject, "heading": row.heading, "text": row.text}
