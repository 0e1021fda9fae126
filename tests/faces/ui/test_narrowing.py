"""The fields above a list: what they offer, and what they say of an address that was typed."""

from django import forms
from django.template import engines

from portico.faces.ui.narrowing import LONGEST, NarrowField, choice_field, search_field
from tests.reading import read

YEARS = [("2026", "2026"), ("2025", "2025")]


def test_a_list_without_a_choice_is_not_offered():
    assert choice_field("year", "Year", "All years", [("2026", "2026")], "") == []


def test_a_list_offers_all_of_them_first_and_refuses_what_it_does_not_hold():
    offered = [("", "All years"), *YEARS]
    assert choice_field("year", "Year", "All years", YEARS, "2025") == [NarrowField("year", "Year", "2025", offered)]
    assert choice_field("year", "Year", "All years", YEARS, "1800") == [
        NarrowField(
            "year", "Year", "1800", offered, ["Select a valid choice. 1800 is not one of the available choices."]
        )
    ]


def test_a_search_refuses_more_than_fits():
    assert search_field("search", "Search", "furnace").errors == ()
    assert search_field("search", "Search", "").errors == ()
    assert search_field("search", "Search", "x" * (LONGEST + 1)).errors == [
        "Ensure this value has at most 100 characters (it has 101)."
    ]
    assert search_field("search", "Search", "a\0b").errors == ["Null characters are not allowed."]


def test_fields_are_written_as_those_of_a_form_are():
    class Wanted(forms.Form):
        search = forms.CharField(max_length=LONGEST, required=False, widget=forms.TextInput({"type": "search"}))
        year = forms.ChoiceField(choices=[("", "All <years>"), *YEARS], required=False)

    for typed in ({"search": '"fan" & co', "year": "2025"}, {"search": "", "year": "<b>"}):
        fields = [
            search_field("search", "Search", typed["search"]),
            *choice_field("year", "Year", "All <years>", YEARS, typed["year"]),
        ]
        ours = '{% from "ui/form.html" import narrow_fields %}{{ narrow_fields(fields) }}'
        theirs = (
            '{% from "ui/form.html" import field %}<div class="filters">'
            '{% for bound in form %}{{ field(bound, optional=false, autocomplete="off") }}{% endfor %}</div>'
        )
        assert _tags(_written(ours, fields=fields)) == _tags(_written(theirs, form=Wanted(typed)))


def _written(source: str, **context: object) -> str:
    return str(engines.all()[0].from_string(source).render(context))


def _tags(html: str) -> list[tuple[str, dict[str, str], str]]:
    """Each element with what it says; blanks within a class do not count."""
    return [
        (one.tag, {name: " ".join(value.split()) for name, value in one.attributes.items()}, one.text)
        for one in read(html).root.all()
    ]
