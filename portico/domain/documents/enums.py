"""Words that documents are kept under."""

from __future__ import annotations

from django.db import models


class DocumentKind(models.TextChoices):
    """PHOTO: a picture that was decoded. FORM: answers, without a file. FILE: everything else, attachment only."""

    PHOTO = "photo"
    FILE = "file"
    FORM = "form"


class DocumentSource(models.TextChoices):
    """Which records of another system its id belongs to; HERE: made in the office."""

    HERE = ""
    ATTACHMENT = "attachment"
    SUBMISSION = "submission"


class PictureState(models.TextChoices):
    """What became of the thumbnail: NONE is for files that are no pictures."""

    NONE = ""
    PENDING = "pending"
    READY = "ready"
    FAILED = "failed"
