"""The office's settings of booking, as its pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portico.domain.capacity.models import AnswerOption, JobTypeScheduling, Question
from portico.domain.catalog.models import JobType
from portico.foundation.tenancy.scope import reading

PAGE = 50


@dataclass(frozen=True, slots=True)
class BookableRow:
    """A kind of visit in the list."""

    id: UUID
    name: str
    is_active: bool
    minutes: int | None
    is_offered: bool
    is_members_only: bool
    questions: int


@dataclass(frozen=True, slots=True)
class AskedOption:
    """An answer to choose."""

    public_id: UUID
    label: str
    effect: str
    minutes: int
    skill: str
    job_type: UUID | None
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its answers."""

    public_id: UUID
    wording: str
    hint: str
    kind: str
    position: int
    is_required: bool
    options: tuple[AskedOption, ...]


@dataclass(frozen=True, slots=True)
class Bookable:
    """A kind of visit: what was set, and what is asked."""

    id: UUID
    name: str
    duration_minutes: int | None
    skills: list[str]
    own: JobTypeScheduling
    questions: list[Asked]


@reading
def bookable_rows(*, after: UUID | None = None) -> list[BookableRow]:
    """A page of job types by name, one more than a page where there are more."""
    rows = JobType.objects.order_by("name", "pk")
    last = JobType.objects.filter(public_id=after).values_list("name", "pk").first() if after else None
    if last:
        rows = rows.filter(name__gte=last[0]).exclude(name=last[0], pk__lte=last[1])
    shown = list(rows[: PAGE + 1])
    own = {one.job_type_id: one for one in JobTypeScheduling.objects.filter(job_type__in=shown)}
    asked: list[int] = list(Question.objects.filter(job_type__in=shown).values_list("job_type_id", flat=True))
    return [_row(kind, own.get(kind.pk), asked.count(kind.pk)) for kind in shown]


@reading
def bookable(public_id: UUID) -> Bookable | None:
    """One kind of visit; None where there is none such. What nobody set stands as it holds."""
    kind = JobType.objects.filter(public_id=public_id).first()
    if kind is None:
        return None
    own = JobTypeScheduling.objects.filter(job_type=kind).first() or JobTypeScheduling(job_type=kind)
    questions = list(Question.objects.filter(job_type=kind).order_by("position", "pk"))
    options = AnswerOption.objects.filter(question__in=questions).select_related("job_type").order_by("position", "pk")
    asked = [
        _asked(question, [option for option in options if option.question_id == question.pk]) for question in questions
    ]
    return Bookable(kind.public_id, kind.name, kind.duration_minutes, list(kind.skills), own, asked)


@reading
def other_job_types(public_id: UUID) -> list[tuple[UUID, str]]:
    """What an answer may lead to."""
    found: Any = JobType.objects.filter(is_active=True).exclude(public_id=public_id).order_by("name", "pk")
    return list(found.values_list("public_id", "name"))


def _asked(row: Question, options: list[AnswerOption]) -> Asked:
    told = tuple(
        AskedOption(
            option.public_id,
            option.label,
            option.effect,
            option.minutes,
            option.skill,
            option.job_type.public_id if option.job_type else None,
            option.text,
        )
        for option in options
    )
    return Asked(row.public_id, row.wording, row.hint, row.kind, row.position, row.is_required, told)


def _row(kind: JobType, own: JobTypeScheduling | None, questions: int) -> BookableRow:
    is_offered, is_members_only = bool(own and own.is_self_schedulable), bool(own and own.is_members_only)
    return BookableRow(
        kind.public_id, kind.name, kind.is_active, kind.duration_minutes, is_offered, is_members_only, questions
    )
