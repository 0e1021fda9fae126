"""Photos, files and completed forms, and the files behind them in the private store."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from portico.domain.customers.models import Customer, Location
from portico.domain.documents.enums import DocumentKind, DocumentSource, PictureState
from portico.domain.equipment.models import InstalledEquipment
from portico.domain.jobs.models import Job
from portico.foundation.tenancy.models import TenantModel
from portico.kernel.fields import PublicIdField


class StoredFile(TenantModel):
    """A file in the private store; several documents may show one.

    `content_type` was found in the bytes. `stored_as` is what is served; it is empty as long as a picture that carries
    hidden facts (a place, a camera) waits for its bare copy. `original_as` is the importer's copy, empty for uploads.
    """

    public_id = PublicIdField()
    stored_as = models.CharField(max_length=200, blank=True)
    original_as = models.CharField(max_length=200, blank=True)
    content_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    digest = models.BinaryField(max_length=32)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    picture_state = models.CharField(max_length=8, choices=PictureState.choices, blank=True)
    thumbnail_as = models.CharField(max_length=200, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "original_as"], condition=~Q(original_as=""), name="an_imported_file_is_kept_once"
            ),
            models.CheckConstraint(condition=Q(picture_state__in=PictureState.values), name="picture_state_is_known"),
            models.CheckConstraint(
                condition=~Q(picture_state="ready") | ~Q(thumbnail_as="") & ~Q(stored_as=""),
                name="a_ready_picture_has_its_thumbnail",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "id"], condition=Q(picture_state="pending"), name="picture_waiting"),
        ]

    def __str__(self) -> str:
        return f"file {self.public_id}"


class Document(TenantModel):
    """A photo, a file or a completed form about a job, a home or a unit.

    `customer` and `location` are the job's (else the unit's, else the home's) and follow it; kept here for the lists.
    `name` is the file's name, or the form's title; `answers` are a form's questions with what was answered.
    Internal: everything of a document that is not shared, who shared and uploaded it, `form_status`, `source_path`.
    """

    public_id = PublicIdField()
    source = models.CharField(max_length=10, choices=DocumentSource.choices, blank=True)
    source_id = models.BigIntegerField(null=True)
    source_path = models.CharField(max_length=500, blank=True)
    kind = models.CharField(max_length=5, choices=DocumentKind.choices, default=DocumentKind.FILE)
    name = models.CharField(max_length=300)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, related_name="documents", db_index=False)
    equipment = models.ForeignKey(
        InstalledEquipment, on_delete=models.PROTECT, null=True, related_name="documents", db_index=False
    )
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="documents")
    answers = models.JSONField(default=list)
    form_status = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()
    uploaded_by_name = models.CharField(max_length=200, blank=True)
    is_shared = models.BooleanField(default=False)
    shared_at = models.DateTimeField(null=True)
    shared_by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "source", "source_id"], name="document_source"),
            models.CheckConstraint(condition=Q(kind__in=DocumentKind.values), name="document_kind_is_known"),
            models.CheckConstraint(condition=Q(source__in=DocumentSource.values), name="document_source_is_known"),
            models.CheckConstraint(condition=~Q(kind="form") | Q(file=None), name="a_form_has_no_file"),
        ]
        indexes = [
            models.Index(fields=["customer", "-created_at", "-id"], name="document_of_customer"),
            models.Index(
                fields=["customer", "-created_at", "-id"], condition=Q(is_shared=True), name="shared_of_customer"
            ),
            models.Index(
                fields=["location", "-created_at", "-id"], condition=Q(is_shared=True), name="shared_at_location"
            ),
            models.Index(fields=["job", "-created_at", "-id"], name="document_of_job"),
            models.Index(fields=["equipment", "-created_at", "-id"], name="document_of_unit"),
            models.Index(fields=["company", "source_path"], condition=~Q(source_path=""), name="document_by_path"),
        ]

    def __str__(self) -> str:
        return f"document {self.public_id}"
