"""The finders of what was and will be done: jobs, one job, and its bills."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404

from portico.domain.billing.queries import job_invoices
from portico.domain.billing.queries.job_invoices import JobInvoices
from portico.domain.jobs.queries import jobs as job_queries
from portico.domain.jobs.queries.jobs import JobList, JobPage, Narrowing
from portico.kernel import clock

if TYPE_CHECKING:
    from portico.domain.customers.queries import Scope


class JobFinders:
    """What a visitor finds of jobs, within what it may know the history of."""

    if TYPE_CHECKING:

        def service_scope(self, narrowed_to: UUID | None = None) -> Scope: ...

        def billing_scope(self, narrowed_to: UUID | None = None) -> Scope: ...

    def jobs(
        self, narrowed_to: UUID | None, *, is_open: bool, narrowing: Narrowing, after: UUID | None, limit: int
    ) -> JobList:
        """A page of past or of open jobs; 404 where it is narrowed to a home that is not reached."""
        scope = self.service_scope(narrowed_to)
        found = job_queries.jobs(scope=scope, is_open=is_open, narrowing=narrowing, after=after, limit=limit)
        if narrowing.location and not found.is_place_known:
            raise Http404
        return found

    def job(self, job: UUID) -> JobPage:
        """One job; 404 for one that this visitor may not see, as for one that does not exist."""
        found = job_queries.job_page(scope=self.service_scope(), job=job)
        if found is None:
            raise Http404
        return found

    def invoices_of_job(self, job: UUID) -> JobInvoices:
        """The bills of a job that `job()` found."""
        return job_invoices.invoices_of_job(scope=self.billing_scope(), job=job, now=clock.now())
