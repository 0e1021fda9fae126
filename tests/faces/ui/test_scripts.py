"""The small scripts, in a real browser."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

SCRIPT = Path(__file__).parents[3] / "portico/faces/ui/static/ui/app.js"

pytestmark = pytest.mark.browser


@pytest.fixture
def load(browser: Browser) -> Iterator[Callable[[str], Page]]:
    page = browser.new_page()

    def fill(html: str) -> Page:
        page.set_content(html)
        page.add_script_tag(path=SCRIPT)
        return page

    yield fill
    page.close()


def test_form_is_sent_once_and_its_button_says_so(load):
    page = load("""<form method="post" action="about:blank#sent"><input name="method" value="card">
        <button data-busy="Paying…"><span>Pay $1.00</span></button></form>""")
    page.evaluate("""() => { window.sent = 0; document.addEventListener("submit", (event) => {
        if (!event.defaultPrevented) window.sent += 1; event.preventDefault(); }); }""")
    page.click("button")
    page.click("button")
    assert page.evaluate("window.sent") == 1
    assert page.inner_text("button") == "Paying…"
    assert page.get_attribute("button", "aria-busy") == "true"


def test_search_form_may_be_sent_again(load):
    page = load('<form method="get"><button>Search</button></form>')
    page.evaluate("""() => { window.sent = 0; document.addEventListener("submit", (event) => {
        window.sent += 1; event.preventDefault(); }); }""")
    page.click("button")
    page.click("button")
    assert page.evaluate("window.sent") == 2


MENU = '<details data-menu><summary>Actions</summary><a href="#x">Copy link</a></details><button>Elsewhere</button>'


def test_menu_closes_on_escape_and_gives_the_focus_back(load):
    page = load(MENU)
    page.click("summary")
    page.focus("a")
    page.keyboard.press("Escape")
    assert page.evaluate("[document.querySelector('details').open, document.activeElement.tagName]") == [
        False,
        "SUMMARY",
    ]


def test_menu_closes_on_a_press_outside(load):
    page = load(MENU)
    page.click("summary")
    page.click("button")
    assert page.evaluate("document.querySelector('details').open") is False


def test_slash_goes_to_the_search_but_not_out_of_a_field(load):
    page = load('<input id="q" data-slash><input id="other">')
    page.keyboard.press("/")
    assert page.evaluate("[document.activeElement.id, document.activeElement.value]") == ["q", ""]
    page.focus("#other")
    page.keyboard.press("/")
    assert page.evaluate("[document.activeElement.id, document.activeElement.value]") == ["other", "/"]


def test_error_summary_has_the_focus(load):
    page = load('<div id="summary" tabindex="-1" data-focus>There is a problem</div>')
    assert page.evaluate("document.activeElement.id") == "summary"


def test_password_can_be_shown(load):
    page = load('<input id="p" type="password"><button data-reveal="p" hidden>Show</button>')
    page.click("button")
    assert page.get_attribute("#p", "type") == "text"
    page.click("button")
    assert page.get_attribute("#p", "type") == "password"


def test_copy_without_a_clipboard_marks_the_text(load):
    page = load('<div><input value="https://demo.example"><button data-copy="https://demo.example">Copy</button></div>')
    page.click("button")
    page.wait_for_function("getSelection().toString() !== '' || document.activeElement.selectionEnd > 0")
    assert page.evaluate("document.activeElement.selectionEnd") == len("https://demo.example")


def test_button_says_how_much_is_picked(load):
    page = load("""<form data-picks="Pay {n} · {sum}" data-currency="USD"><input type="checkbox" data-pick="48620">
        <input type="checkbox" data-pick="22600" checked>
        <button type="submit"><span>Pay selected</span></button></form>""")
    assert page.inner_text("button") == "Pay 1 · $226.00"
    page.click("input >> nth=0")
    assert page.inner_text("button") == "Pay 2 · $712.20"
    page.click("input >> nth=0")
    page.click("input >> nth=1")
    assert page.inner_text("button") == "Pay selected"


def test_what_needs_the_script_is_hidden_without_it(browser: Browser):
    page = browser.new_page()
    page.set_content('<button class="btn" hidden>Show</button>')
    page.add_style_tag(path=SCRIPT.with_suffix(".css"))
    assert page.get_by_text("Show").is_hidden()
    page.close()


def test_typing_another_amount_chooses_it(load):
    page = load("""<form><input type="radio" name="how" id="full" checked><input type="radio" name="how" id="other">
        <input id="amount" data-chooses="other"></form>""")
    page.fill("#amount", "50")
    assert page.is_checked("#other")
