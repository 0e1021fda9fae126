"""The finders of documents: photos, files and forms that were shared. Any other is as if it did not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404

from portico.domain.documents.queries import portal
from portico.domain.documents.queries.portal import Bundle, DocumentList, DocumentPage, SharedDocument, Stored

if TYPE_CHECKING:
    from portico.domain.customers.queries import Scope

FIRST_OF_JOB = 12


class DocumentFinders:
    """What a visitor finds of documents, within what it may know the history of."""

    if TYPE_CHECKING:

        def service_scope(self, narrowed_to: UUID | None = None) -> Scope: ...

    def documents(
        self, narrowed_to: UUID | None, *, location: UUID | None, kind: str, before: UUID | None, limit: int
    ) -> DocumentList:
        """A page of documents; 404 where it is narrowed to a home that is not reached."""
        scope = self.service_scope(narrowed_to)
        found = portal.documents(scope=scope, location=location, kind=kind, before=before, limit=limit)
        if location and not found.is_place_known:
            raise Http404
        return found

    def documents_of_job(self, job: UUID) -> DocumentList:
        """The newest documents of a job that `job()` or `visit()` found; with `next` there are more."""
        scope = self.service_scope()
        return portal.documents_of_job(scope=scope, job=job, kind="", before=None, limit=FIRST_OF_JOB)

    def all_of_job(self, job: UUID, *, kind: str, before: UUID | None, limit: int) -> DocumentList:
        """A page of a job's documents; 404 for a job that this visitor may not see."""
        scope = self.service_scope()
        found = portal.documents_of_job(scope=scope, job=job, kind=kind, before=before, limit=limit)
        if not found.is_place_known:
            raise Http404
        return found

    def documents_of_unit(self, unit: int) -> list[SharedDocument]:
        """The newest of a unit that `unit()` found, by its key."""
        return portal.documents_of_unit(scope=self.service_scope(), unit=unit)

    def document(self, document: UUID) -> DocumentPage:
        """One document; 404 for one that this visitor may not see or that is not shared, as for a missing one."""
        found = portal.document_page(scope=self.service_scope(), document=document)
        if found is None:
            raise Http404
        return found

    def stored_file(self, document: UUID) -> Stored:
        """Its file; 404 as above, for a form, and for a picture that is still being prepared."""
        found = portal.stored_file(scope=self.service_scope(), document=document)
        if found is None or not found.stored_as:
            raise Http404
        return found

    def bundle(self, job: UUID) -> Bundle:
        """Everything shared of a job; 404 where there is nothing."""
        found = portal.bundle_of_job(scope=self.service_scope(), job=job)
        if found is None or not found.entries:
            raise Http404
        return found
