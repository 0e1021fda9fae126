"""What may be booked, how long before, how much of it, and what customers are asked. All of it is the office's."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from portico.domain.capacity.enums import AnswerEffect, Channel, QuestionKind, RuleKind
from portico.domain.catalog.models import BusinessUnit, JobType
from portico.foundation.tenancy.models import Branch, TenantModel
from portico.kernel.fields import PublicIdField

MINUTES_OF_A_DAY = 24 * 60
MOST_MINUTES = 14 * 60
MOST_HOURS = 24 * 60
MOST_DAYS = 366


class SchedulingPolicy(TenantModel):
    """How the company lets its visits be booked and changed. Without a row the defaults hold.

    `online_percent` of a unit's working time may be taken before customers are offered no more of it; the rest is
    theirs as well from `holdback_hours` before a window on.
    """

    travel_pad_minutes = models.PositiveIntegerField(default=0)
    granularity = models.PositiveIntegerField(default=5)
    online_percent = models.PositiveIntegerField(default=85)
    holdback_hours = models.PositiveIntegerField(default=24)
    hold_seconds = models.PositiveIntegerField(default=300)
    reschedule_cutoff_hours = models.PositiveIntegerField(default=24)
    cancel_cutoff_hours = models.PositiveIntegerField(default=24)
    most_reschedules = models.PositiveIntegerField(default=3)
    most_bookings_per_day = models.PositiveIntegerField(default=3)
    may_change_confirmed = models.BooleanField(default=True)
    late_fee_text = models.TextField(blank=True)
    late_fee_minor = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company"], name="one_scheduling_policy_each"),
            models.CheckConstraint(condition=Q(online_percent__lte=100), name="nothing_is_sold_twice"),
            models.CheckConstraint(condition=Q(granularity__gt=0, granularity__lte=60), name="granularity_is_minutes"),
            models.CheckConstraint(condition=Q(hold_seconds__gt=0, hold_seconds__lte=900), name="hold_is_short"),
        ]

    def __str__(self) -> str:
        return "scheduling policy"


class JobTypeScheduling(TenantModel):
    """Whether and when customers may book a kind of visit. Without a row they may not.

    `same_day_cutoff` is the local minute of the day from which on nothing of that day is offered. Hours that are empty
    are the company's. `source_said` is what an import brought last; what the office changed since stays.
    """

    job_type = models.OneToOneField(JobType, on_delete=models.CASCADE, related_name="scheduling")
    is_self_schedulable = models.BooleanField(default=False)
    is_self_reschedulable = models.BooleanField(default=True)
    is_members_only = models.BooleanField(default=False)
    lead_hours = models.PositiveIntegerField(default=24)
    horizon_days = models.PositiveIntegerField(default=60)
    same_day_cutoff = models.PositiveIntegerField(null=True)
    reschedule_cutoff_hours = models.PositiveIntegerField(null=True)
    cancel_cutoff_hours = models.PositiveIntegerField(null=True)
    max_per_day = models.PositiveIntegerField(null=True)
    max_per_window = models.PositiveIntegerField(null=True)
    fee_text = models.TextField(blank=True)
    source_said = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(lead_hours__lte=MOST_HOURS), name="lead_is_hours"),
            models.CheckConstraint(condition=Q(horizon_days__lte=MOST_DAYS), name="horizon_is_at_most_a_year"),
            models.CheckConstraint(
                condition=Q(same_day_cutoff=None) | Q(same_day_cutoff__lte=MINUTES_OF_A_DAY),
                name="same_day_cutoff_is_in_the_day",
            ),
        ]

    def __str__(self) -> str:
        return f"scheduling of {self.job_type_id}"


class Question(TenantModel):
    """Something that customers are asked before they book a kind of visit."""

    public_id = PublicIdField()
    job_type = models.ForeignKey(JobType, on_delete=models.CASCADE, related_name="questions", db_index=False)
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=QuestionKind.choices)
    wording = models.CharField(max_length=300)
    hint = models.CharField(max_length=300, blank=True)
    is_required = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=QuestionKind.values), name="question_kind_is_known"),
            models.CheckConstraint(condition=~Q(wording=""), name="question_asks_something"),
        ]
        indexes = [models.Index(fields=["job_type", "position", "id"], name="question_of_job_type")]

    def __str__(self) -> str:
        return self.wording


class AnswerOption(TenantModel):
    """An answer to choose, and what it changes. `text` is what a customer who has to call is told."""

    public_id = PublicIdField()
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="options", db_index=False)
    position = models.PositiveIntegerField()
    label = models.CharField(max_length=200)
    effect = models.CharField(max_length=8, choices=AnswerEffect.choices, default=AnswerEffect.NONE)
    minutes = models.PositiveIntegerField(default=0)
    skill = models.CharField(max_length=120, blank=True)
    job_type = models.ForeignKey(JobType, on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(effect__in=AnswerEffect.values), name="answer_effect_is_known"),
            models.CheckConstraint(
                condition=~Q(effect=AnswerEffect.MINUTES) | Q(minutes__gt=0, minutes__lte=MOST_MINUTES),
                name="longer_says_how_long",
            ),
            models.CheckConstraint(condition=~Q(effect=AnswerEffect.SKILL) | ~Q(skill=""), name="skill_is_named"),
            models.CheckConstraint(
                condition=~Q(effect=AnswerEffect.JOB_TYPE) | Q(job_type__isnull=False), name="other_job_type_is_named"
            ),
        ]
        indexes = [models.Index(fields=["question", "position", "id"], name="option_of_question")]

    def __str__(self) -> str:
        return self.label


class Holiday(TenantModel):
    """A day with other hours: spans of local minutes, none of them when closed. Of one branch, or of all."""

    public_id = PublicIdField()
    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, null=True, related_name="+")
    day = models.DateField()
    name = models.CharField(max_length=120)
    spans = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "branch", "day"], name="one_holiday_a_day", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.day}"


class CapacityRule(TenantModel):
    """A limit on what is offered. What is empty does not narrow it; the days ahead count from the branch's today."""

    public_id = PublicIdField()
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=RuleKind.choices)
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.SELF)
    amount = models.PositiveIntegerField(default=0)
    business_unit = models.ForeignKey(BusinessUnit, on_delete=models.CASCADE, null=True, related_name="+")
    job_type = models.ForeignKey(JobType, on_delete=models.CASCADE, null=True, related_name="+")
    arrival_window = models.ForeignKey("capacity.ArrivalWindow", on_delete=models.CASCADE, null=True, related_name="+")
    zone = models.ForeignKey("capacity.Zone", on_delete=models.CASCADE, null=True, related_name="+")
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list)
    from_day = models.DateField(null=True)
    until_day = models.DateField(null=True)
    from_days_ahead = models.PositiveIntegerField(null=True)
    until_days_ahead = models.PositiveIntegerField(null=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=RuleKind.values), name="capacity_rule_kind_is_known"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="capacity_rule_channel_is_known"),
            models.CheckConstraint(
                condition=~Q(kind=RuleKind.THRESHOLD) | Q(amount__lte=100), name="threshold_is_at_most_everything"
            ),
            models.CheckConstraint(
                condition=Q(from_day=None) | Q(until_day=None) | Q(until_day__gte=F("from_day")),
                name="capacity_rule_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(from_days_ahead=None)
                | Q(until_days_ahead=None)
                | Q(until_days_ahead__gte=F("from_days_ahead")),
                name="capacity_rule_days_ahead_are_ordered",
            ),
        ]

    def __str__(self) -> str:
        return self.name
