"""What customers are asked before they book a kind of visit, and what their answers change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portico.domain.capacity.enums import AnswerEffect, QuestionKind
from portico.domain.capacity.errors import BadSetting, MissingSetting
from portico.domain.capacity.models import AnswerOption, Question
from portico.domain.capacity.operations.job_types import locked_job_type
from portico.domain.capacity.scheduling_models import MOST_MINUTES
from portico.domain.catalog.models import JobType
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor

MOST_OPTIONS = 20
MOST_POSITION = 1000
CHOSEN = {QuestionKind.CHOICE, QuestionKind.YES_NO}


@dataclass(frozen=True, slots=True)
class OptionWanted:
    """An answer as it was typed in row `row`; without an id it is new."""

    row: int
    label: str
    effect: AnswerEffect = AnswerEffect.NONE
    minutes: int | None = None
    skill: str = ""
    job_type: UUID | None = None
    text: str = ""
    id: UUID | None = None

    def field(self, name: str) -> str:
        """The field of the form in which it was typed."""
        return f"{name}_{self.row}"


@dataclass(frozen=True, slots=True)
class QuestionWanted:
    """A question as it was typed."""

    wording: str
    kind: QuestionKind
    position: int = 1
    hint: str = ""
    is_required: bool = True
    options: Sequence[OptionWanted] = ()


@transaction.atomic
def save_question(*, job_type: UUID, question: UUID | None, wanted: QuestionWanted, by: Actor) -> Question:
    """Write a question with all its answers; without an id it is a new one. Answers that are left out go."""
    kind = locked_job_type(job_type)
    options = _checked(kind, wanted)
    row = _found(kind, question) if question else Question(job_type=kind)
    before = _facts(row) if question else None
    for name in ("wording", "kind", "position", "hint", "is_required"):
        setattr(row, name, getattr(wanted, name))
    row.save()
    _write_options(row, options)
    after = _facts(row)
    if before != after:
        audit.record("scheduling.question_changed", kind, by=by, note=str(row.public_id), before=before, after=after)
    return row


@transaction.atomic
def remove_question(*, job_type: UUID, question: UUID, by: Actor) -> None:
    """Ask it no more; what was answered stays with the bookings."""
    kind = locked_job_type(job_type)
    row = _found(kind, question)
    facts = _facts(row)
    audit.record("scheduling.question_removed", kind, by=by, note=str(row.public_id), before=facts, after=None)
    row.delete()


def _found(kind: JobType, question: UUID) -> Question:
    row = Question.objects.filter(public_id=question, job_type=kind).first()
    if row is None:
        raise MissingSetting.unknown()
    return row


def _checked(kind: JobType, wanted: QuestionWanted) -> Sequence[OptionWanted]:
    options = wanted.options
    if not 1 <= wanted.position <= MOST_POSITION:
        said = _("Enter a number from %(least)s to %(most)s.") % {"least": 1, "most": MOST_POSITION}
        raise BadSetting(said, field="position")
    if wanted.kind not in CHOSEN:
        if options:
            raise BadSetting(
                _("A typed answer has no answers to choose from: empty them."), field=options[0].field("label")
            )
        return ()
    if wanted.kind is QuestionKind.YES_NO and not options:
        return (OptionWanted(0, _("Yes")), OptionWanted(1, _("No")))
    if not options:
        raise BadSetting(_("Write at least one answer to choose."), field="label_0")
    for number, option in enumerate(options):
        if option.label in {other.label for other in options[:number]}:
            raise BadSetting(_("This answer stands twice."), field=option.field("label"))
        _check_option(kind, option)
    return options


def _check_option(kind: JobType, option: OptionWanted) -> None:
    match option.effect:
        case AnswerEffect.MINUTES if not 1 <= (option.minutes or 0) <= MOST_MINUTES:
            said = _("Say how many minutes longer it takes: from 1 to %(most)s.") % {"most": MOST_MINUTES}
            raise BadSetting(said, field=option.field("minutes"))
        case AnswerEffect.SKILL if not option.skill:
            raise BadSetting(_("Name the skill that is needed."), field=option.field("skill"))
        case AnswerEffect.JOB_TYPE if option.job_type in {None, kind.public_id}:
            raise BadSetting(_("Choose another job type."), field=option.field("job_type"))
        case AnswerEffect.CALL if not option.text:
            raise BadSetting(_("Write what customers who have to call are told."), field=option.field("text"))


def _write_options(row: Question, options: Sequence[OptionWanted]) -> None:
    """Those that stay keep their ids: somebody may be answering."""
    there = {one.public_id: one for one in AnswerOption.objects.filter(question=row)}
    named = [one.job_type for one in options if one.job_type]
    kinds = {one.public_id: one for one in JobType.objects.filter(public_id__in=named)}
    stays = {one.id for one in options if one.id is not None and one.id in there}
    AnswerOption.objects.filter(question=row).exclude(public_id__in=stays).delete()
    for position, wanted in enumerate(options, 1):
        option = there[wanted.id] if wanted.id in there else AnswerOption(question=row)
        for name, value in _columns(wanted, kinds).items():
            setattr(option, name, value)
        option.position = position
        option.save()


def _columns(wanted: OptionWanted, kinds: dict[UUID, JobType]) -> dict[str, Any]:
    """Only what belongs to the effect; the rest is emptied."""
    effect = wanted.effect
    kind = kinds.get(wanted.job_type) if effect is AnswerEffect.JOB_TYPE and wanted.job_type else None
    if effect is AnswerEffect.JOB_TYPE and kind is None:
        raise BadSetting(_("Choose another job type."), field=wanted.field("job_type"))
    return {
        "label": wanted.label,
        "effect": effect,
        "minutes": wanted.minutes or 0 if effect is AnswerEffect.MINUTES else 0,
        "skill": wanted.skill if effect is AnswerEffect.SKILL else "",
        "job_type": kind,
        "text": wanted.text if effect is AnswerEffect.CALL else "",
    }


def _facts(row: Question) -> dict[str, Any]:
    names = ("label", "effect", "minutes", "skill", "job_type__name", "text")
    options = AnswerOption.objects.filter(question=row).order_by("position", "pk").values(*names)
    columns = ("wording", "kind", "position", "hint", "is_required")
    return {name: getattr(row, name) for name in columns} | {"answers": [dict(one) for one in options]}
