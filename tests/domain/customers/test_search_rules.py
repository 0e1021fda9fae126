import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from portico.domain.customers import search_rules as rules

WORDS = some.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=12)


@pytest.mark.parametrize(
    ("typed", "meant"),
    (
        ("jonh", "john"),
        ("jhn", "john"),
        ("johhn", "john"),
        ("johm", "john"),
        ("ohn", "john"),
        ("garica", "garcia"),
    ),
)
def test_words_share_a_key_with_one_error(typed, meant):
    assert rules.is_one_edit(typed, meant)
    assert rules.loose(typed) & rules.loose(meant) != set()


@given(WORDS, some.data())
def test_every_single_error_is_one_edit_and_shares_a_key(word, draw):
    at = draw.draw(some.integers(0, len(word) - 2))
    letter = draw.draw(some.sampled_from("abcxyz"))
    wrong = draw.draw(
        some.sampled_from(
            (
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
                word[:at] + word[at + 1 :],
                word[: at + 1] + word[at:],
                word[:at] + letter + word[at + 1 :],
            )
        )
    )
    assume(wrong != word and len(wrong) >= 3)
    assert rules.is_one_edit(wrong, word)
    assert rules.loose(wrong) & rules.loose(word) != set()


@pytest.mark.parametrize(("a", "b"), (("john", "jane"), ("smith", "smythes"), ("abcd", "badc"), ("same", "same")))
def test_two_errors_are_not_one_edit(a, b):
    assert not rules.is_one_edit(a, b)


@pytest.mark.parametrize(
    "typed",
    ("(512) 555-0142", "512.555.0142", "+1 512 555 0142", "1-512-555-0142", "5125550142", "512 555 0142 x12"),
)
def test_phone_reads_the_same_in_any_notation(typed):
    assert rules.question(typed).phone == "5125550142"


def test_house_numbers_are_never_taken_with_an_error():
    assert rules.loose("1420") == {"1420"}
    assert rules.likeness("1420", "1421") == 0


def test_question_of_a_name_is_no_phone_and_no_number():
    asked = rules.question("O’Brien, Ana-María")
    assert asked.words == ("obrien", "ana", "maria")
    assert (asked.phone, asked.number, asked.email) == ("", "", "")


@pytest.mark.parametrize("typed", ("", " ", "a", "&|!:*", "''", "\x00"))
def test_question_without_two_letters_is_empty(typed):
    assert rules.question(typed).is_empty
    assert rules.queries(rules.question(typed)) == []


def test_long_question_is_cut():
    assert len(rules.question("word " * 500).words) == 1
    assert len(rules.question(" ".join(f"w{n}" for n in range(99))).words) <= rules.MOST_WORDS


def test_same_name_ranks_before_one_that_begins_so_and_one_with_an_error():
    judge = rules.Judge(rules.question("john smith"))
    scores = [judge.score(name=name, places="", marks="") for name in ("john smith", "john smithson", "jon smith")]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 3


def test_number_and_street_count_at_one_place_only():
    judge = rules.Judge(rules.question("1420 alder"))
    together = judge.score(name="x", places="1420 alder drive|9 main st", marks="")
    apart = judge.score(name="x", places="1420 main st|9 alder drive", marks="")
    assert together > apart
