"""Whose records these are: companies, their branches and the host names that lead to them."""

from __future__ import annotations

from typing import ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Q

from portico.foundation.tenancy import scope
from portico.kernel.fields import CurrencyField, PublicIdField

Row = TypeVar("Row", bound=models.Model, covariant=True)


class PortalState(models.TextChoices):
    OFF = "off"
    TEST = "test"
    ON = "on"


class Company(models.Model):
    """A tenant. Global: it is what the host name leads to, before any scope exists."""

    public_id = PublicIdField()
    name = models.CharField(max_length=200)
    currency = CurrencyField()
    portal_state = models.CharField(max_length=4, choices=PortalState.choices, default=PortalState.OFF)
    is_canceled_job_shown = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(portal_state__in=PortalState.values), name="portal_state_is_known"),
        ]

    def __str__(self) -> str:
        return self.name


class HostName(models.Model):
    """A host text such as `demo`; the base domain is added when links are built. Global."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    host = models.CharField(max_length=63, unique=True)
    is_primary = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company"], condition=Q(is_primary=True), name="one_primary_host_each"),
        ]

    def __str__(self) -> str:
        return self.host


class ScopedQuerySet(models.QuerySet[Row]):
    """Rows of the current company."""


class ScopedManager(models.Manager[Row]):
    """Starts from the company of the scope, and raises where there is none."""

    def get_queryset(self) -> ScopedQuerySet[Row]:
        rows: ScopedQuerySet[Row] = ScopedQuerySet(self.model, using=self._db)
        return rows.filter(company_id=scope.current_company_id())


class TenantModel(models.Model):
    """A row of one company. Row-level security and company-bound keys come with the table (backend/schema.py)."""

    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="+", default=scope.current_company_id, editable=False
    )

    objects: ClassVar[ScopedManager[Self]] = ScopedManager()
    unscoped: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        abstract = True


class Branch(TenantModel):
    """A brand at a place: name, phone, colour, time zone."""

    public_id = PublicIdField()
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=64)
    display_name = models.CharField(max_length=200)
    phone = models.CharField(max_length=40, blank=True)
    support_email = models.CharField(max_length=254, blank=True)
    address = models.CharField(max_length=300, blank=True)
    color = models.CharField(max_length=7, default="#1f6f54")
    logo_png = models.BinaryField(default=bytes, blank=True)
    logo_digest = models.CharField(max_length=16, blank=True)
    is_main = models.BooleanField(default=False)
    opening_hours = models.CharField(max_length=100, blank=True, default="", db_default="")  # as hours.py writes them

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "name"], name="branch_names_are_unique_in_a_company"),
            models.UniqueConstraint(fields=["company"], condition=Q(is_main=True), name="one_main_branch_each"),
            models.CheckConstraint(condition=Q(color__regex=r"^#[0-9a-f]{6}$"), name="branch_color_is_six_hex_digits"),
        ]

    def __str__(self) -> str:
        return self.name


class Logo(TenantModel):
    """A picture that was sent as a logo, written anew. Kept for ever: mails already sent show it by its digest."""

    digest = models.CharField(max_length=16)
    png = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "digest"], name="logos_are_kept_once"),
        ]

    def __str__(self) -> str:
        return self.digest


class PortalTester(TenantModel):
    """An address that is let into a portal that is being tried out."""

    email = models.CharField(max_length=254)
    added_by_name = models.CharField(max_length=200)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "email"], name="testers_are_named_once"),
        ]

    def __str__(self) -> str:
        return self.email


class OperatorTermsAcceptance(TenantModel):
    """Who accepted which text of the operator, for the company. Only ever added."""

    public_id = PublicIdField()
    version = models.CharField(max_length=40)
    text = models.TextField()
    accepted_by = models.CharField(max_length=64)
    accepted_by_name = models.CharField(max_length=200)
    accepted_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.version
