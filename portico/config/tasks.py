"""The queue looks after itself: jobs of a killed worker are taken up again."""

import logging

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

log = logging.getLogger("portico.queue")
SILENT_SECONDS = 30
MOST_ATTEMPTS = 5  # a job that kills its worker each time must not loop


@app.periodic(cron="* * * * * */15")
@app.task(name="queue.rescue", queue="default", queueing_lock="queue.rescue", pass_context=True)
async def rescue(context: JobContext, timestamp: int) -> None:
    """Retry what a worker held when it died; each task is idempotent, so once more does no harm."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
        await _take_up(manager, job)


async def _take_up(manager: JobManager, job: Job) -> None:
    is_hopeless = job.attempts >= MOST_ATTEMPTS
    log.warning("queue.rescued", extra={"job": job.id, "task": job.task_name, "given_up": is_hopeless})
    if is_hopeless:
        await manager.finish_job(job, status=Status.FAILED, delete_job=False)
    else:
        await manager.retry_job(job)
