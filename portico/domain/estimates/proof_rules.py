"""The snapshot of an approval: everything that was agreed to, as one text with one digest."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from portico.domain.estimates import rules
from portico.domain.estimates.rules import DepositTerms, Line, Offer, Totals

FORM = "portico.approval.1"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Who agreed, when and how; `letterhead` and `about` say for whom and for what, in texts."""

    approval: str
    lang: str
    letterhead: Mapping[str, str]
    about: Mapping[str, str]
    version_n: int
    terms_text: str
    channel: str
    signer: Mapping[str, str]
    signature_kind: str
    signature_sha256: str
    recorded_by: str
    note: str
    ip_prefix: str
    browser: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Agreed:
    """A snapshot that was read again."""

    offer: Offer
    chosen: frozenset[str]
    totals: Totals
    shown: str
    how: Circumstances

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines that were agreed to."""
        return rules.included(self.offer, self.chosen)

    @property
    def left_out(self) -> tuple[Line, ...]:
        """The optional lines that were not chosen."""
        return tuple(line for line in self.offer.lines if line.is_optional and line.ref not in self.chosen)


def snapshot(offer: Offer, chosen: Collection[str], how: Circumstances) -> str:
    """The canonical text of everything that was agreed to."""
    return rules.canonical(
        {
            "form": FORM,
            "approval": how.approval,
            "lang": how.lang,
            "letterhead": dict(how.letterhead),
            "about": dict(how.about),
            "offer": rules.as_json(offer),
            "chosen": sorted(chosen),
            "totals": totals_json(rules.totals(offer, chosen)),
            "version": how.version_n,
            "shown": rules.version_hash(offer),
            "terms": how.terms_text,
            "channel": how.channel,
            "signer": dict(how.signer),
            "signature": {"kind": how.signature_kind, "sha256": how.signature_sha256},
            "recorded_by": how.recorded_by,
            "note": how.note,
            "ip_prefix": how.ip_prefix,
            "browser": how.browser,
            "at": how.at.astimezone(UTC).isoformat(),
        }
    )


def read(text: str) -> Agreed:
    """A snapshot as values; whoever wants to know whether it is unchanged compares its digest first."""
    found = json.loads(text)
    return Agreed(
        offer=_offer(found["offer"]),
        chosen=frozenset(found["chosen"]),
        totals=Totals(**found["totals"]),
        shown=found["shown"],
        how=Circumstances(
            approval=found["approval"],
            lang=found["lang"],
            letterhead=found["letterhead"],
            about=found["about"],
            version_n=found["version"],
            terms_text=found["terms"],
            channel=found["channel"],
            signer=found["signer"],
            signature_kind=found["signature"]["kind"],
            signature_sha256=found["signature"]["sha256"],
            recorded_by=found["recorded_by"],
            note=found["note"],
            ip_prefix=found["ip_prefix"],
            browser=found["browser"],
            at=datetime.fromisoformat(found["at"]),
        ),
    )


def totals_json(totals: Totals) -> dict[str, int]:
    return {
        "subtotal_minor": totals.subtotal_minor,
        "tax_minor": totals.tax_minor,
        "total_minor": totals.total_minor,
        "deposit_minor": totals.deposit_minor,
    }


def _offer(found: Mapping[str, Any]) -> Offer:
    rate, until, deposit = found["tax_rate"], found["expires_at"], found["deposit"]
    told = {
        **found,
        "lines": tuple(Line(**{**line, "quantity": Decimal(line["quantity"])}) for line in found["lines"]),
        "tax_rate": None if rate is None else Decimal(rate),
        "deposit": DepositTerms(deposit["kind"], deposit["minor"], Decimal(deposit["percent"])),
        "expires_at": None if until is None else datetime.fromisoformat(until),
    }
    return Offer(**told)
