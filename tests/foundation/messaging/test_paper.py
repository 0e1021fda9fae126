import base64
import io
import re
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from portico.foundation.messaging import paper
from portico.kernel.errors import UnusablePicture

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 50"><rect width="200" height="50" fill="#0f766e"/></svg>'
)
BRAND = {
    "name": "Brightwater Plumbing & Air",
    "phone": "(512) 555-0142",
    "color": "#0f766e",
    "address": "2210 Burnet Road, Austin",
    "support_email": "help@brightwater.example",
    "logo": None,
}


def invoice(**changes: Any) -> dict[str, Any]:
    item = {"description": "Gas valve", "note": "Fitted", "quantity": "1", "price": "$318.00", "amount": "$318.00"}
    usual = {
        "number": "10482",
        "lang": "en",
        "brand": BRAND,
        "bill_to": {"name": "Maria Ortega", "lines": ["1420 Alder Creek Drive", "Austin"]},
        "service": {"title": "Water heater repair", "lines": ["Nov 13, 2026"]},
        "issued_on": "Nov 13, 2026",
        "due_on": "Nov 27, 2026",
        "status": "Due Friday",
        "items": [item],
        "subtotal": "$318.00",
        "tax": "$26.24",
        "total": "$344.24",
        "payments": [{"label": "Visa ending 4242", "amount": "\u2212$44.24"}],
        "balance": "$300.00",
        "pay_url": "https://demo.portal.example/invoices/1/",
        "note": None,
    }
    return {**usual, **changes}


def receipt(**changes: Any) -> dict[str, Any]:
    usual = {
        "number": "R-7",
        "lang": "en",
        "brand": BRAND,
        "paid_by": {"name": "Maria Ortega", "lines": []},
        "paid_on": "Nov 22, 2026, 2:05 PM",
        "method": "Visa ending 4242",
        "status": "Paid",
        "items": [{"description": "Invoice 10482", "amount": "$44.24", "left": "$300.00"}],
        "total": "$44.24",
        "note": None,
    }
    return {**usual, **changes}


def opened(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    return re.sub(r"\s+", " ", " ".join(sheet.extract_text() for sheet in opened(pdf).pages))


def test_invoice_shows_its_facts():
    text = text_of(paper.render("invoice", invoice()))
    facts = (
        "Invoice",
        "No. 10482",
        "Maria Ortega",
        "Water heater repair",
        "Nov 27, 2026",
        "$318.00",
        "$26.24",
        "$300.00",
    )
    assert [fact for fact in facts if fact not in text] == []
    assert "demo.portal.example/invoices/1/" in text


def test_invoice_is_titled_tagged_and_has_a_language():
    pdf = opened(paper.render("invoice", invoice(lang="es")))
    assert pdf.metadata.title == "Invoice 10482"
    assert pdf.root_object["/MarkInfo"]["/Marked"] is True or bool(pdf.root_object["/MarkInfo"]["/Marked"])
    assert str(pdf.root_object["/Lang"]) == "es"
    assert b"pdfuaid" in pdf.root_object["/Metadata"].get_object().get_data()


def test_invoice_without_the_optional_parts():
    text = text_of(
        paper.render(
            "invoice",
            invoice(service=None, due_on=None, status=None, tax=None, payments=[], pay_url=None, items=[]),
        )
    )
    assert [word for word in ("Service", "Due", "Tax", "Pay online") if word in text.replace("Amount due", "")] == []


@pytest.mark.parametrize("evil", ("#panic()", "$x$ *a* _b_", "<b>", "\\ #read(1)", '"; 1', "@ref [x]", "= no heading"))
def test_markup_comes_out_as_text(evil):
    item = {"description": evil, "quantity": "1", "price": "$1", "amount": "$1"}
    assert evil in text_of(paper.render("invoice", invoice(items=[item], note=evil)))


def test_sixty_lines_repeat_the_heading_and_count_the_pages():
    item = {"description": "Labor", "note": "", "quantity": "1", "price": "$1.00", "amount": "$1.00"}
    pages = [sheet.extract_text() for sheet in opened(paper.render("invoice", invoice(items=[item] * 60))).pages]
    assert len(pages) == 3
    assert ["Description" in page for page in pages] == [True, True, True]
    assert ["Page 1 / 3" in pages[0], "Page 3 / 3" in pages[2]] == [True, True]


@pytest.mark.parametrize("name", ("Przemysław Żółć", "王小明", "김민준", "Дмитрий", "שלום", "Ελένη"))
def test_names_in_many_scripts_are_drawn(name):
    pdf = paper.render("invoice", invoice(bill_to={"name": name, "lines": []}))
    assert b"pdfuaid" in opened(pdf).root_object["/Metadata"].get_object().get_data()


def test_a_letter_that_no_font_has_still_makes_a_paper():
    assert "Thanks" in text_of(paper.render("invoice", invoice(note="Thanks \U0001f600")))


def test_receipt_shows_its_facts():
    text = text_of(paper.render("receipt", receipt()))
    facts = ("Receipt", "R-7", "Visa ending 4242", "Invoice 10482", "$44.24", "Still owed", "$300.00")
    assert [fact for fact in facts if fact not in text] == []


def test_receipt_without_a_rest_has_no_column_for_it():
    text = text_of(paper.render("receipt", receipt(items=[{"description": "Invoice 1", "amount": "$1.00"}])))
    assert "Still owed" not in text


def test_logo_is_drawn():
    logo = base64.b64encode(paper.svg_to_png(SVG)).decode()
    pdf = opened(paper.render("invoice", invoice(brand={**BRAND, "logo": logo})))
    assert [image.image.size for image in pdf.pages[0].images][:1] == [(512, 128)]


@pytest.mark.parametrize("name", ("nothing", "../paper", "sheet/x", ""))
def test_unknown_paper(name):
    with pytest.raises((LookupError, KeyError)):
        paper.render(name, invoice())


def test_svg_becomes_a_png_of_its_shape():
    picture = Image.open(io.BytesIO(paper.svg_to_png(SVG, width=200)))
    assert (picture.format, picture.size, picture.getpixel((5, 5))) == ("PNG", (200, 50), (15, 118, 110, 255))


HOSTILE = {
    "no svg": b"<html>",
    "linked file": SVG.replace(b"<rect", b'<image href="/etc/hosts" width="9" height="9"/><rect'),
    "entities": b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    "nothing to see": b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="100000"/>',
    "not utf-8": b"\xff\xfe<svg/>",
    "too large": b" " * (paper.MOST_SVG_BYTES + 1),
}


@pytest.mark.parametrize("svg", HOSTILE.values(), ids=HOSTILE.keys())
def test_svg_that_is_refused(svg):
    with pytest.raises(UnusablePicture):
        paper.svg_to_png(svg)


def test_svg_of_an_extreme_shape_neither_aborts_nor_eats_memory():
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9000"><rect width="9" height="9000"/></svg>'
    assert Image.open(io.BytesIO(paper.svg_to_png(svg))).size == (2, 512)


def test_svg_script_changes_nothing():
    script = SVG.replace(b"</svg>", b"<script>document.documentElement.remove()</script></svg>")
    assert paper.svg_to_png(script, width=64) == paper.svg_to_png(SVG, width=64)
