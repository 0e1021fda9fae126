from pathlib import Path

import jinja2
import minijinja
import pytest
from django import forms
from django.http import HttpRequest
from django.template import TemplateDoesNotExist
from django.test import RequestFactory, override_settings
from django.urls import include, path
from django.utils.safestring import mark_safe

from portico.faces.ui import brand_css
from portico.faces.ui.filters import FILTERS
from portico.faces.ui.minijinja import GLOBALS, MiniJinja, Template
from tests.reading import read

FACES = Path(__file__).parents[3] / "portico/faces"
TEMPLATES = sorted(FACES.glob("*/templates/**/*.html"))
INVOICE = "3f0f9a52-5a0e-4c5b-9d39-0d5b2b1f0c11"
LINE = "8a1d2a40-7b53-4f9a-8f4e-2f1f2d3c4b5a"


def nothing(request: HttpRequest) -> None:
    """Stands behind the addresses below."""


inner = [path("invoices/<uuid:id>/", nothing, name="test-invoice")]
urlpatterns = [
    path("invoices/<uuid:id>/", nothing, name="test-invoice"),
    path("invoices/<uuid:id>/lines/<uuid:line>/", nothing, name="test-line"),
    path("jobs/<int:number>/", nothing, name="test-job"),
    path("open/<str:token>/", nothing, name="test-token"),
    path("office/", include((inner, "office-test"))),
    *brand_css.urlpatterns,
]


@pytest.fixture
def engine() -> MiniJinja:
    return MiniJinja({"NAME": "test", "DIRS": [FACES / "ui/templates"], "APP_DIRS": False, "OPTIONS": {}})


@pytest.fixture
def show(engine: MiniJinja):
    def render(source: str, request: HttpRequest | None = None, **context: object) -> str:
        return engine.from_string(source).render(context, request)

    return render


def test_templates_exist():
    assert len(TEMPLATES) >= 20


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_template_compiles_with_jinja2_too(file):
    other = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    other.filters.update(FILTERS)
    other.globals.update(GLOBALS)
    other.from_string(file.read_text())


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_template_has_no_inline_style_or_script(file):
    text = file.read_text()
    assert [word for word in (" style=", "<script>", " onclick=", "javascript:") if word in text] == []


def test_values_are_escaped(show):
    assert show("{{ name }}", name="<b>&") == "<b>&".replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert show("{{ name }}", name=mark_safe("<b>")) == "<b>"


def test_absent_value_is_an_error(show):
    with pytest.raises(minijinja.TemplateError, match="undefined"):
        show("{{ nobody }}")


def test_error_names_file_and_line(tmp_path):
    (tmp_path / "page.html").write_text("one\ntwo {{ missing }}")
    engine = MiniJinja({"NAME": "test", "DIRS": [tmp_path], "APP_DIRS": False, "OPTIONS": {}})
    with pytest.raises(minijinja.TemplateError) as raised:
        engine.get_template("page.html").render({})
    assert (raised.value.name, raised.value.line) == ("page.html", 2)


@pytest.mark.parametrize(("reload", "shown"), ((True, "after"), (False, "before")))
def test_changed_file_is_read_anew_where_that_is_asked_for(tmp_path, reload, shown):
    engine = MiniJinja({"NAME": "test", "DIRS": [tmp_path], "APP_DIRS": False, "OPTIONS": {"reload": reload}})
    page = tmp_path / "page.html"
    page.write_text("before")
    assert engine.get_template("page.html").render({}) == "before"
    page.write_text("after")
    assert engine.get_template("page.html").render({}) == shown


@pytest.mark.parametrize("name", ("ui/nowhere.html", "../templates/ui/icon.html", "/etc/hosts"))
def test_template_that_is_not_there(engine, name):
    with pytest.raises(TemplateDoesNotExist):
        engine.get_template(name)


def test_blocks_are_trimmed(show):
    assert show("{% if true %}\n  {% if true %}\nyes\n  {% endif %}\n{% endif %}\n") == "yes\n"


@override_settings(ROOT_URLCONF=__name__)
def test_url_with_ids(show):
    assert show('{{ url("test-invoice", id) }}', id=INVOICE) == f"/invoices/{INVOICE}/"
    assert show('{{ url("test-line", a, b) }}', a=INVOICE, b=LINE) == f"/invoices/{INVOICE}/lines/{LINE}/"
    assert show('{{ url("office-test:test-invoice", id) }}', id=LINE) == f"/office/invoices/{LINE}/"
    assert show('{{ url("test-job", 12) }}') == "/jobs/12/"
    assert show('{{ url("test-token", "a b&c") }}') == "/open/a%20b&amp;c/"


@override_settings(ROOT_URLCONF=__name__)
def test_url_with_query(show):
    assert show('{{ url("test-job", 1, query={"q": "a&b", "n": 2}) }}') == "/jobs/1/?q=a%26b&amp;n=2"


def test_text_with_values(show):
    assert (
        show('{{ _("100% of %(what)s", what=x) if false else _("%(what)s due", what=x) }}', x="<5>") == "&lt;5&gt; due"
    )
    assert show('{{ _("100% done") }}') == "100% done"
    assert show('{{ _("a < %(link)s", link=x) }}', x=mark_safe("<a>")) == "a &lt; <a>"


@pytest.mark.parametrize(("count", "text"), ((1, "1 visit"), (2, "2 visits")))
def test_text_that_depends_on_a_number(show, count, text):
    assert show('{{ ngettext("%(n)s visit", "%(n)s visits", count) }}', count=count) == text


def test_csrf_field_needs_the_request(show):
    with pytest.raises(ValueError, match="needs the request"):
        show("{{ csrf_field() }}")


def test_csrf_field_in_an_imported_macro(show):
    page = read(
        show('{% from "ui/form.html" import form %}{% call form("/x/") %}{% endcall %}', RequestFactory().get("/"))
    )
    assert len(page.form("/x/").fields["csrfmiddlewaretoken"]) == 64


def test_request_is_forgotten_after_a_render(engine):
    request = RequestFactory().get("/")
    assert "csrfmiddlewaretoken" in engine.from_string("{{ csrf_field() }}").render({}, request)
    with pytest.raises(ValueError, match="needs the request"):
        engine.from_string("{{ csrf_field() }}").render({})


def test_template_is_compiled_once(engine):
    first = engine.get_template("ui/icon.html")
    assert isinstance(first, Template)
    assert first.render({}) == engine.get_template("ui/icon.html").render({})


class PayForm(forms.Form):
    email = forms.EmailField(label="Email", help_text="Where the <receipt> goes.")
    how = forms.ChoiceField(label="How?", choices=[("card", "Card"), ("bank", "Bank")], widget=forms.RadioSelect)
    keep = forms.BooleanField(label="Keep it", required=False)
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea)
    secret = forms.CharField(widget=forms.HiddenInput, initial="s")

    def clean(self) -> None:
        raise forms.ValidationError("Nothing fits.")


FIELDS = """{% from "ui/form.html" import field, error_summary %}{{ error_summary(form) }}
{% for bound in form %}{{ field(bound, autocomplete="email" if bound.name == "email" else "") }}{% endfor %}"""


def test_field_ties_label_help_and_error_to_the_input(show):
    page = read(show(FIELDS, form=PayForm({"email": "x", "secret": "s"})))
    box = page.one("input", name="email")
    assert (box["id"], box["aria-invalid"], box["autocomplete"]) == ("id_email", "true", "email")
    assert box["aria-describedby"] == "id_email_helptext id_email_error"
    assert page.one("label", for_="id_email").text == "Email"
    assert page.one(id="id_email_helptext").text == "Where the <receipt> goes."
    assert page.one(id="id_email_error").text == "Error: Enter a valid email address."


def test_field_of_choices_is_a_fieldset(show):
    page = read(show(FIELDS, form=PayForm({"email": "a@b.example", "secret": "s"})))
    group = page.one("fieldset")
    assert group["aria-describedby"] == "id_how_error"
    assert group.one("legend").text == "How?"
    assert [radio["id"] for radio in group.all("input", type="radio")] == ["id_how_0", "id_how_1"]


def test_field_that_is_optional_says_so(show):
    page = read(show(FIELDS, form=PayForm()))
    assert page.one("label", for_="id_note").text == "Note (optional)"
    assert page.one("textarea", name="note")["class"] == "input textarea"
    assert page.one("label", class_="check").text == "Keep it"
    assert page.one("input", name="secret")["type"] == "hidden"


def test_error_summary_leads_to_the_fields(show):
    page = read(show(FIELDS, form=PayForm({"email": "", "secret": "s"})))
    summary = page.one(role="alert")
    assert [link["href"] for link in summary.all("a")] == ["#id_email", "#id_how_0"]
    assert "Nothing fits." in summary.text
    assert "data-focus" in summary.attributes


def test_error_summary_of_a_clean_form_is_nothing(show):
    assert read(show(FIELDS, form=PayForm())).errors == []


def test_row_is_one_link_with_its_facts(show):
    source = """{% from "ui/row.html" import rows, row %}{% call rows() %}{{ row("Pay", "/pay/", note="Repair",
        icon_name="wallet", tag_text="Due", tag_tone="warn", side="$1.00",
        data_row="task", data_key="7") }}{% endcall %}"""
    page = read(show(source))
    assert page.rows("task") == ["7"]
    assert page.links == {"Pay": "/pay/"}
    assert page.row("task", "7").text == "Pay Repair $1.00Due"


def test_table_keeps_its_roles_when_stacked(show):
    source = """{% from "ui/table.html" import table, tr, td, th %}
        {% call table("People", ["Name", {"label": "Acts", "hidden": true}]) %}
        {% call tr() %}{{ th("Name", "Ana") }}{% call td("Acts") %}<i>x</i>{% endcall %}{% endcall %}
        {% endcall %}"""
    page = read(show(source))
    assert page.one("table")["role"] == "table"
    assert [cell["role"] for cell in page.all("td")] == ["cell"]
    assert [(head["role"], head["scope"], head.text) for head in page.all("th")] == [
        ("columnheader", "col", "Name"),
        ("columnheader", "col", "Acts"),
        ("rowheader", "row", "Ana"),
    ]
    assert page.one("td")["data-label"] == "Acts"
    assert page.one("caption").text == "People"


def test_menu_posts_with_the_proof(show):
    source = """{% from "ui/menu.html" import menu, menu_post %}{% call menu("Actions", "ana@b.example") %}
        {{ menu_post("Resend", "/resend/", fields={"row": 4}) }}{% endcall %}"""
    page = read(show(source, RequestFactory().get("/")))
    assert page.one("summary").text == "Actions – ana@b.example"
    form = page.form("/resend/")
    assert (form.method, form.fields["row"], form.buttons) == ("post", "4", ["Resend"])
    assert "csrfmiddlewaretoken" in form.fields


def test_pager_shows_only_what_there_is(show):
    assert show('{% from "ui/pager.html" import pager %}{{ pager() }}').strip() == ""
    assert read(show('{% from "ui/pager.html" import pager %}{{ pager(older="/?a=1") }}')).links == {"Older": "/?a=1"}


def test_steps_mark_the_one_that_is_now(show):
    page = read(show('{% from "ui/steps.html" import steps %}{{ steps(["Booked", "Scheduled", "Done"], 1) }}'))
    assert [step.text for step in page.all("li")] == ["Booked – done", "Scheduled", "Done"]
    assert page.one("li", aria_current="step").text == "Scheduled"


@pytest.mark.parametrize(("level", "role"), (("success", "status"), ("error", "alert"), ("info", "status")))
def test_notice_is_announced(show, level, role):
    page = read(show('{% from "ui/notice.html" import notice %}{{ notice(level, "Said") }}', level=level))
    assert page.one(role=role).text == "Said"


def test_call_button_dials(show):
    page = read(show('{% from "ui/button.html" import call_button %}{{ call_button("512.555.0142") }}'))
    assert page.links == {"Call (512) 555-0142": "tel:+15125550142"}
