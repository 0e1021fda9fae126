"""What the answers to a job type's questions make of the visit. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from portico.domain.capacity.enums import AnswerEffect, QuestionKind
from portico.domain.capacity.terms import JobTypeTerms, OptionTerms, Policy, QuestionTerms

LONGEST_TEXT = 1000
LARGEST_NUMBER = 10**9

Answers = Mapping[str, str]  # by the question's id: the option's id, or what was typed


@dataclass(frozen=True, slots=True)
class Needed:
    """What is to be booked: minutes with everything added, and the skills. `call` says why nobody can book it."""

    minutes: int
    skills: frozenset[str]
    job_type: int
    call: str | None = None


@dataclass(frozen=True, slots=True)
class Faults:
    """By the question's id: what is wrong with its answer."""

    missing: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.missing or self.unknown)


@dataclass(slots=True)
class _Sum:
    minutes: int
    skills: set[str] = field(default_factory=set)
    job_type: int | None = None
    call: str | None = None


def faults(job_type: JobTypeTerms, answers: Answers) -> Faults:
    """Which answers are missing, and which are none of those that can be given."""
    given = {question.id: answers.get(question.id, "").strip() for question in job_type.questions}
    return Faults(
        frozenset(one.id for one in job_type.questions if one.is_required and not given[one.id]),
        frozenset(one.id for one in job_type.questions if given[one.id] and not _is_known(one, given[one.id])),
    )


def needed(job_type: JobTypeTerms, answers: Answers, policy: Policy) -> Needed | None:
    """What these answers make of the visit; None for a job type without a duration.

    An answer that asks to call wins over all others. `job_type` is another one where an answer says so.
    """
    if not job_type.duration_minutes:
        return None
    total = _Sum(job_type.duration_minutes, set(job_type.skills))
    for option in chosen(job_type, answers):
        _add(total, option)
    return Needed(policy.minutes(total.minutes), frozenset(total.skills), total.job_type or job_type.id, total.call)


def chosen(job_type: JobTypeTerms, answers: Answers) -> Iterator[OptionTerms]:
    """The options that were chosen, in the order of the questions."""
    for question in job_type.questions:
        for option in question.options:
            if option.id == answers.get(question.id):
                yield option


def told(job_type: JobTypeTerms, answers: Answers) -> list[tuple[str, str]]:
    """Questions and answers in words, as they were given; what was left open is left out."""
    labels = {option.id: option.label for question in job_type.questions for option in question.options}
    given = [(question.wording, answers.get(question.id, "").strip()) for question in job_type.questions]
    return [(wording, labels.get(answer, answer)) for wording, answer in given if answer]


def _add(total: _Sum, option: OptionTerms) -> None:
    match option.effect:
        case AnswerEffect.MINUTES:
            total.minutes += option.minutes
        case AnswerEffect.SKILL:
            total.skills.add(option.skill)
        case AnswerEffect.JOB_TYPE:
            total.job_type = total.job_type or option.job_type
        case AnswerEffect.CALL:
            total.call = total.call or option.text


def _is_known(question: QuestionTerms, answer: str) -> bool:
    match question.kind:
        case QuestionKind.TEXT:
            return len(answer) <= LONGEST_TEXT
        case QuestionKind.NUMBER:
            return answer.isdecimal() and int(answer) <= LARGEST_NUMBER
        case _:
            return any(option.id == answer for option in question.options)
