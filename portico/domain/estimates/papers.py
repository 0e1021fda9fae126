"""The proof of an approval on paper: made of its snapshot and signature alone, so that it can be made again."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from portico.domain.billing import line_rules
from portico.domain.estimates import proof_rules, rules
from portico.domain.estimates.enums import ApprovalChannel, SignatureKind
from portico.domain.estimates.proof_rules import Agreed, Circumstances
from portico.domain.estimates.queries import proofs
from portico.domain.estimates.rules import Line
from portico.foundation.messaging import paper
from portico.foundation.messaging.ports import Attachment
from portico.foundation.messaging.sheets import sheet_brand_of
from portico.foundation.tenancy.brands import logo_png
from portico.kernel import brand, formats

SOURCES = (__file__, proof_rules.__file__, rules.__file__, paper.__file__, formats.__file__, brand.__file__)
SHEETS = ("approval.typ", "sheet.typ")


def approval_pdf(snapshot: str, signature: bytes) -> bytes:
    """The same bytes for the same snapshot, as long as the layout stays."""
    agreed = proof_rules.read(snapshot)
    with override(agreed.how.lang):
        return paper.render("approval", sheet(agreed, rules.digest(snapshot), signature))


def enclosure(approval: UUID, options: dict[str, Any]) -> Attachment:
    """The enclosure `approval_pdf`: the paper that was made once."""
    found = proofs.proof_of(approval=approval)
    return Attachment(f"approved-estimate-{found.file_part}.pdf", found.content)


@cache
def layout() -> str:
    """A digest of what draws the paper; under another one a paper drawn again may look different."""
    parts = [Path(source).read_bytes() for source in SOURCES if source]
    parts += [(paper.PAPERS / name).read_bytes() for name in SHEETS]
    parts += [font.read_bytes() for font in sorted((paper.PAPERS / "fonts").iterdir())]
    parts.append(metadata.version("typst").encode())
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def is_logo_kept(agreed: Agreed) -> bool:
    """Whether the logo of the paper is still the branch's, so that it can be drawn again."""
    digest = agreed.how.letterhead["logo_digest"]
    return not digest or logo_png(digest) is not None


def sheet(agreed: Agreed, digest: str, signature: bytes) -> dict[str, Any]:
    """What papers/approval.typ shows."""
    offer, how, totals = agreed.offer, agreed.how, agreed.totals
    return {
        "lang": how.lang,
        "brand": sheet_brand_of(how.letterhead),
        "number": offer.number,
        "status": _("Approved %(day)s") % {"day": formats.day(_local(how).date())},
        "parties": _parties(how.about),
        "option": offer.name,
        "summary": _paragraphs(offer.summary),
        "columns": [_("Description"), _("Qty"), _("Price"), _("Amount")],
        "items": [_item(line, offer.currency) for line in agreed.lines],
        "left_out": _left_out(agreed),
        "sums": [
            {"label": _("Subtotal"), "amount": _money(totals.subtotal_minor, offer.currency)},
            {"label": _tax_label(agreed), "amount": _money(totals.tax_minor, offer.currency)},
        ],
        "total": {"label": _("Total"), "amount": _money(totals.total_minor, offer.currency)},
        "deposit": _deposit(agreed),
        "terms": {"title": _terms_title(agreed), "paragraphs": _paragraphs(how.terms_text)},
        "signed": _signed(agreed, has_drawing=bool(signature)),
        "signature-svg": paper.png_in_svg(signature) if signature else None,
        **_digests(agreed, digest),
    }


def _local(how: Circumstances) -> datetime:
    return formats.as_local(how.at, how.letterhead["time_zone"])


def _parties(about: Any) -> list[dict[str, Any]]:
    job = _("Job %(number)s") % {"number": about["job_number"]}
    return [
        {"label": _("Customer"), "name": about["customer_name"], "lines": [about["customer_address"]]},
        {"label": _("Service"), "name": job, "lines": [about["location_name"], about["location_address"]]},
    ]


def _item(line: Line, currency: str) -> dict[str, str]:
    return {
        "description": line.name,
        "note": "\n".join(note for note in (line.description, _membership_note(line, currency)) if note),
        "quantity": line_rules.plain(line.quantity),
        "price": _money(line.price_minor, currency),
        "amount": _money(line.total_minor, currency),
    }


def _membership_note(line: Line, currency: str) -> str:
    if line.regular_minor is None:
        return ""
    return _("Member price. Without membership %(amount)s.") % {"amount": _money(line.regular_minor, currency)}


def _left_out(agreed: Agreed) -> dict[str, Any] | None:
    items = [_item(line, agreed.offer.currency) for line in agreed.left_out]
    return {"title": _("Offered, but not chosen"), "items": items} if items else None


def _tax_label(agreed: Agreed) -> str:
    rate = agreed.offer.tax_rate
    return _("Tax") if rate is None else _("Tax, %(rate)s%%") % {"rate": line_rules.plain(rate * 100)}


def _deposit(agreed: Agreed) -> dict[str, str] | None:
    minor = agreed.totals.deposit_minor
    return {"label": _("Deposit asked for"), "amount": _money(minor, agreed.offer.currency)} if minor else None


def _terms_title(agreed: Agreed) -> str:
    n = agreed.offer.terms_n
    return _("Terms that were agreed to (version %(n)s)") % {"n": n} if n else _("Terms that were agreed to")


def _signed(agreed: Agreed, *, has_drawing: bool) -> dict[str, Any]:
    how = agreed.how
    name, zone = how.signer["name"], how.letterhead["time_zone"]
    facts = [
        (_("Name"), name),
        (_("Signed in as"), how.signer["email"]),
        (_("Approved"), f"{formats.moment(how.at, zone)} ({zone})"),
        (_("In universal time"), how.at.strftime("%Y-%m-%d %H:%M:%S UTC")),
        (_("How"), str(_how(how.channel, how.signature_kind))),
    ]
    return {
        "title": _("Signature"),
        "drawn": _("Signature of %(name)s") % {"name": name} if has_drawing else None,
        "typed": name if how.signature_kind == SignatureKind.TYPED else None,
        "facts": [{"label": label, "value": value} for label, value in facts if value],
    }


def _how(channel: str, kind: str) -> str:
    if channel == ApprovalChannel.PHONE:
        return _("By phone, taken down by our office")
    if kind == SignatureKind.DRAWN:
        return _("Drawn in the customer portal")
    return _("Name typed as a signature in the customer portal")


def _digests(agreed: Agreed, digest: str) -> dict[str, Any]:
    return {
        "digests_title": _("Proof"),
        "digests": [
            {"label": _("Approval"), "value": agreed.how.approval},
            {
                "label": _("What was shown, version %(n)s (SHA-256)") % {"n": agreed.how.version_n},
                "value": agreed.shown,
            },
            {"label": _("Everything that was agreed to (SHA-256)"), "value": digest},
        ],
        "digests_note": _("Both digests are kept with the approval. One changed letter or cent changes them."),
    }


def _paragraphs(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _money(minor: int, currency: str) -> str:
    return formats.money(minor, currency)
