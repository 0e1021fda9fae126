"""What answers make of a visit."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from portico.domain.capacity.enums import AnswerEffect, QuestionKind
from portico.domain.capacity.question_rules import faults, needed, told
from portico.domain.capacity.terms import JobTypeTerms, OptionTerms, Policy, QuestionTerms

CHOICE = QuestionTerms(
    "q1",
    QuestionKind.CHOICE,
    "What kind of heater?",
    options=(
        OptionTerms("a", "With a tank"),
        OptionTerms("b", "Tankless", AnswerEffect.SKILL, skill="Tankless"),
        OptionTerms("c", "Two of them", AnswerEffect.MINUTES, minutes=45),
    ),
)
GAS = QuestionTerms(
    "q2",
    QuestionKind.YES_NO,
    "Do you smell gas?",
    options=(
        OptionTerms("y", "Yes", AnswerEffect.CALL, text="Leave the house and call us now."),
        OptionTerms("n", "No"),
    ),
)
OTHER = QuestionTerms(
    "q3",
    QuestionKind.CHOICE,
    "What is it about?",
    is_required=False,
    options=(OptionTerms("r", "A repair", AnswerEffect.JOB_TYPE, job_type=31), OptionTerms("t", "A tune-up")),
)
AGE = QuestionTerms("q4", QuestionKind.NUMBER, "How old is it?", is_required=False)
NOTE = QuestionTerms("q5", QuestionKind.TEXT, "Anything else?", is_required=False)
HEATER = JobTypeTerms(30, "Water heater", 60, frozenset({"Gas"}), questions=(CHOICE, GAS, OTHER, AGE, NOTE))


def test_effects_add_up() -> None:
    found = needed(HEATER, {"q1": "c", "q2": "n", "q3": "r"}, Policy(travel_pad_minutes=10, granularity=15))
    assert found is not None
    assert (found.minutes, found.skills, found.job_type, found.call) == (120, frozenset({"Gas"}), 31, None)
    tankless = needed(HEATER, {"q1": "b", "q2": "n"}, Policy())
    assert tankless is not None
    assert (tankless.minutes, tankless.skills, tankless.job_type) == (60, frozenset({"Gas", "Tankless"}), 30)


def test_danger_ends_in_a_call_whatever_else_is_said() -> None:
    found = needed(HEATER, {"q1": "c", "q2": "y", "q3": "r"}, Policy())
    assert found is not None
    assert found.call == "Leave the house and call us now."


def test_job_type_without_a_duration_cannot_be_booked() -> None:
    assert needed(replace(HEATER, duration_minutes=None), {}, Policy()) is None
    assert needed(replace(HEATER, duration_minutes=0), {}, Policy()) is None


def test_missing_and_unknown_answers_are_named() -> None:
    found = faults(HEATER, {"q1": " ", "q2": "maybe", "q4": "-3", "q5": "x" * 1001})
    assert (found.missing, found.unknown) == ({"q1"}, {"q2", "q4", "q5"})
    assert not faults(HEATER, {"q1": "a", "q2": "n", "q4": "12", "q5": "Attic"})


def test_answer_of_another_question_is_none() -> None:
    assert faults(HEATER, {"q1": "y", "q2": "a"}).unknown == {"q1", "q2"}


def test_answers_are_told_in_words() -> None:
    assert told(HEATER, {"q2": "n", "q1": "b", "q5": " Attic ", "q9": "?"}) == [
        ("What kind of heater?", "Tankless"),
        ("Do you smell gas?", "No"),
        ("Anything else?", "Attic"),
    ]


@given(st.dictionaries(st.sampled_from(["q1", "q2", "q3"]), st.sampled_from(["a", "b", "c", "y", "n", "r", "t", "?"])))
def test_answers_never_make_a_visit_shorter_or_easier(answers: dict[str, str]) -> None:
    found = needed(HEATER, answers, Policy())
    assert found is not None
    assert found.minutes >= 60
    assert found.skills >= HEATER.skills
