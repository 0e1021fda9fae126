from typing import Any

from portico.foundation.messaging import render
from portico.foundation.messaging.letter import Letter
from tests.reading import read

BRAND = {
    "name": "Brightwater Plumbing & Air",
    "phone": "+15125550142",
    "color": "#0f766e",
    "logo_url": None,
    "address": "2210 Burnet Road, Austin",
    "support_email": "help@brightwater.example",
}


def letter(**changes: Any) -> dict[str, Any]:
    usual = {
        "subject": "Your receipt",
        "heading": "Thank you",
        "preheader": "We got your payment.",
        "paragraphs": ["First.", "Second."],
        "facts": [["Receipt", "R-7"]],
        "lines": [["Invoice 10482", "$44.24"]],
        "action": {"label": "View the receipt", "url": "https://demo.portal.example/p/1/?a=1&b=2"},
        "secondary": [{"label": "All invoices", "url": "https://demo.portal.example/invoices/"}],
        "closing": ["Call us with any question."],
    }
    return {**usual, **changes}


def test_mail_shows_everything_in_both_parts():
    made = render.render(letter(), BRAND)
    said = [
        "Thank you",
        "First.",
        "Second.",
        "R-7",
        "Invoice 10482",
        "$44.24",
        "Call us",
        "(512) 555-0142",
        "Burnet Road",
    ]
    assert [word for word in said if word not in read(made.html).text] == []
    assert [word for word in said if word not in made.text] == []
    assert made.subject == "Your receipt"


def test_mail_links_lead_where_they_should():
    made = render.render(letter(), BRAND)
    assert read(made.html).links == {
        "View the receipt": "https://demo.portal.example/p/1/?a=1&b=2",
        "All invoices": "https://demo.portal.example/invoices/",
        "(512) 555-0142": "tel:+15125550142",
        "help@brightwater.example": "mailto:help@brightwater.example",
    }
    assert "View the receipt:\nhttps://demo.portal.example/p/1/?a=1&b=2\n" in made.text


def test_mail_of_an_empty_letter():
    bare = Letter(subject="Hello", heading="Hello").as_json()
    made = render.render(bare, {**BRAND, "phone": "", "address": "", "support_email": ""})
    assert made.text == "Hello\n\n-- \nBrightwater Plumbing & Air\n"
    assert read(made.html).links == {}


def test_markup_in_a_letter_comes_out_as_text():
    evil = '<script>alert(1)</script> {{ brand }} & "x"'
    made = render.render(letter(heading=evil, paragraphs=[evil], facts=[[evil, evil]]), {**BRAND, "name": evil})
    assert "<script" not in made.html
    assert read(made.html).h1 == evil
    assert evil in made.text


def test_subject_is_one_line():
    assert render.render(letter(subject="One\r\nBcc: x@b.example"), BRAND).subject == "One Bcc: x@b.example"


def test_mail_carries_styles_in_attributes_and_keeps_dark_mode():
    html = render.render(letter(), BRAND).html
    assert "prefers-color-scheme: dark" in html
    assert "background-color: #0f766e" in html
    assert 'lang="en"' in html


def test_mail_of_another_branch_has_its_colour_and_logo():
    html = render.render(
        letter(), {**BRAND, "color": "#e11d48", "logo_url": "https://demo.portal.example/logo/1.png"}
    ).html
    assert ("#0f766e" in html, "https://demo.portal.example/logo/1.png" in html) == (False, True)


def test_small_print_is_no_smaller_than_14_pixels():
    html = render.render(letter(), BRAND).html
    sizes = {int(part.split("px")[0]) for part in html.split("font-size: ")[1:]}
    assert min(sizes) >= 14
