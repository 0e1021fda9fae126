import gzip
import importlib.util
import re
from pathlib import Path
from uuid import UUID

import pytest
from django.test import RequestFactory

from portico.faces.ui import brand_css, error_pages
from portico.faces.ui.pages import Account, Brand, NavItem, Notice, Search, Shell, page
from portico.foundation.tenancy.brands import BrandFacts
from portico.kernel import brand
from tests.reading import read

ROOT = Path(__file__).parents[3]
STATIC = ROOT / "portico/faces/ui/static/ui"
_ICON = re.compile(r'(?:\bicon\(|icon_name=|tag_icon=)"([a-z0-9-]+)"')
BRAND = Brand(name="Brightwater", phone="+15125550142", css_url="/brand/0f766e-1.css", address="2210 Burnet Road")

BLOCKS = "{% block title %}Bills{% endblock %}{% block main %}<h1>Bills</h1>{% endblock %}"


def asked(shell: Shell | None = None):
    request = RequestFactory().get("/")
    if shell is not None:
        request.shell = lambda: shell
    return request


def full_shell(**changes: object) -> Shell:
    nav = [
        NavItem("Home", "/", "house", is_current=True),
        NavItem("Billing", "/invoices/", "wallet", count=2, count_label="2 unpaid"),
    ]
    account = Account("Maria Ortega", "/account/", "/sign-out/")
    values = {
        "company_name": "Brightwater",
        "brand": BRAND,
        "nav": nav,
        "account": account,
        "title_suffix": "Brightwater",
    }
    return Shell(**{**values, **changes})


@pytest.fixture
def ask(settings, tmp_path):
    for base in ("portal", "portal_bare", "office"):
        source = f'{{% extends "ui/{base}.html" %}}{BLOCKS}'
        (tmp_path / f"{base}.html").write_text(source)
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    return lambda base, shell=None, status=200: read(page(asked(shell), f"{base}.html", {}, status))


def test_portal_page_shows_the_house_around_it(ask):
    seen = ask("portal", full_shell(notices=[Notice("error", "Declined.")]), 422)
    assert (seen.status, seen.title, seen.h1) == (422, "Bills – Brightwater", "Bills")
    assert seen.one("html")["lang"] == "en"
    assert seen.links["Skip to main content"] == "#main"
    assert seen.links["Call (512) 555-0142Call"] == "tel:+15125550142"
    assert [link.text for link in seen.all("a", aria_current="page")] == ["Home", "Home"]
    assert seen.one("nav", class_="tabs").text == "Home Billing2, 2 unpaid"
    assert seen.form("/sign-out/").method == "post"
    assert seen.errors == ["Declined."]
    assert [sheet["href"] for sheet in seen.all("link", rel="stylesheet")][-1] == "/brand/0f766e-1.css"


def test_portal_page_shows_only_what_exists(ask):
    seen = ask("portal", full_shell(nav=(), account=None))
    assert (seen.all("nav"), seen.forms) == ([], [])


def test_bare_page_has_the_phone(ask):
    assert ask("portal_bare", full_shell()).links["Call (512) 555-0142"] == "tel:+15125550142"


def test_office_page_has_groups_and_search(ask):
    nav = [
        NavItem("Customers", "/customers/", "users"),
        NavItem("Bulk invite", "/invitations/", "send", group="Customer portal"),
    ]
    seen = ask("office", full_shell(nav=nav, search=Search("/customers/", "ort<ega")))
    assert [group.text for group in seen.all("h2")] == ["Customer portal", "Customer portal"]
    assert seen.form("/customers/").fields == {"q": "ort<ega"}


def test_page_without_a_shell(ask):
    assert (ask("portal").title, ask("portal").h1) == ("Bills", "Bills")


@pytest.mark.parametrize("status", (400, 403, 404, 429, 500, 503))
def test_error_page_plain(status):
    seen = read(error_pages.error_page(asked(), status))
    assert seen.status == status
    assert seen.h1 == seen.title
    assert [link for link in seen.links.values() if link.startswith("tel:")] == []


def test_error_page_in_the_brand():
    request = asked()
    request.brand = BrandFacts(
        id=1,
        public_id=UUID(int=1),
        display_name="Brightwater",
        phone="+15125550142",
        support_email="",
        address="",
        color="#0f766e",
        logo_digest="",
        time_zone="America/Chicago",
    )
    seen = read(error_pages.not_found(request, Exception()))
    assert seen.title == "We cannot find that page – Brightwater"
    assert seen.links["Go to the home page"] == "/"
    assert "tel:+15125550142" in seen.links.values()


def test_brand_css_is_kept_forever_and_sets_no_cookie():
    response = brand_css.brand_css(asked(), "0f766e")
    assert response.content.decode() == brand.stylesheet("#0f766e")
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert (response["Content-Type"], dict(response.cookies)) == ("text/css; charset=utf-8", {})


def test_brand_css_url_names_the_colour():
    assert brand_css.brand_css_url("#0F766E") == f"/brand/0f766e-{brand_css.VERSION}.css"


def test_brand_css_refuses_what_is_no_colour():
    with pytest.raises(ValueError, match="is not a colour"):
        brand_css.brand_css_url("red;}")


def assets():
    spec = importlib.util.spec_from_file_location("make_assets", ROOT / "tools/make_assets.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_served_files_are_current():
    assert (STATIC / "app.css").read_text() == assets().stylesheet()
    assert (STATIC / "app.js").read_text() == assets().script()


def test_budgets_hold():
    sizes = {
        name: len(gzip.compress((STATIC / name).read_bytes(), 9, mtime=0))
        for name in ("app.css", "app.js", "icons.svg")
    }
    assert sizes["app.css"] <= 10_240
    assert sizes["app.js"] <= 3_072
    assert sizes["icons.svg"] <= 5_120


def test_style_sheet_keeps_the_house_rules():
    text = (STATIC / "app.css").read_text()
    assert [word for word in ("!important", "color-mix", "light-dark", "@import") if word in text] == []


def test_every_icon_named_in_a_template_is_in_the_sprite():
    sprite = (STATIC / "icons.svg").read_text()
    used = set()
    for file in (ROOT / "portico/faces").glob("*/templates/**/*.html"):
        used |= set(_ICON.findall(file.read_text()))
    assert sorted(name for name in used if f'id="{name}"' not in sprite) == []
