"""States of jobs in customer words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portico.domain.jobs.enums import JobStatus

JOB_LABEL = {
    JobStatus.SCHEDULED: _("Scheduled"),
    JobStatus.DISPATCHED: _("On the way"),
    JobStatus.IN_PROGRESS: _("In progress"),
    JobStatus.HOLD: _("Waiting"),
    JobStatus.COMPLETED: _("Done"),
    JobStatus.CANCELED: _("Canceled"),
}
JOB_TONE = {
    JobStatus.SCHEDULED: "info",
    JobStatus.DISPATCHED: "info",
    JobStatus.IN_PROGRESS: "info",
    JobStatus.HOLD: "warn",
    JobStatus.COMPLETED: "ok",
    JobStatus.CANCELED: "mute",
}


def job_label(status: str) -> str:
    """A state of a job as its customer reads it."""
    return str(JOB_LABEL[JobStatus(status)])


def job_tone(status: str) -> str:
    """The tone of its tag."""
    return JOB_TONE[JobStatus(status)]
