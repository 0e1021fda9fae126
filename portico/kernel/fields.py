"""Columns with one meaning everywhere."""

from __future__ import annotations

from typing import Any

from django.db import models

from portico.kernel import ids


class PublicIdField(models.UUIDField):  # type: ignore[type-arg]  # django-stubs leaves the parameters to subclasses
    """The random id that stands in URLs; unique by chance of 2⁻¹²², indexed for look-up."""

    def __init__(self, **options: Any) -> None:
        defaults: dict[str, Any] = {"default": ids.new_public_id, "unique": True, "editable": False}
        super().__init__(**defaults | options)


class MinorField(models.BigIntegerField):  # type: ignore[type-arg]  # as above
    """An amount in whole minor units of the row's currency."""


class CurrencyField(models.CharField):  # type: ignore[type-arg]  # as above
    """ISO 4217, three capitals."""

    def __init__(self, **options: Any) -> None:
        defaults: dict[str, Any] = {"max_length": 3, "default": "USD"}
        super().__init__(**defaults | options)
