"""Who pays, where the work happens, how to reach them, and who of them may use the portal."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from portico.domain.customers.enums import BillingLevel, ContactType, CustomerType
from portico.domain.customers.merge_models import Merge, MergedRow
from portico.domain.customers.search_models import SearchRow
from portico.foundation.tenancy.models import Branch, TenantModel
from portico.kernel.fields import PublicIdField

__all__ = [
    "Address",
    "Contact",
    "Customer",
    "CustomerSequence",
    "EmailAddress",
    "HouseholdMember",
    "Location",
    "Merge",
    "MergedRow",
    "PortalContact",
    "PortalContactLocation",
    "SearchRow",
]


class Address(models.Model):
    """The columns of a postal address."""

    street = models.CharField(max_length=300, blank=True)
    unit = models.CharField(max_length=80, blank=True)
    city = models.CharField(max_length=120, blank=True)
    region = models.CharField(max_length=80, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=80, blank=True)

    class Meta:
        abstract = True

    def one_line(self) -> str:
        """Street, city, region and postal code in one line, without the empty ones."""
        street = " ".join(part for part in (self.street, self.unit) if part)
        region = " ".join(part for part in (self.region, self.postal_code) if part)
        return ", ".join(part for part in (street, self.city, region) if part)


class Customer(TenantModel, Address):
    """Who pays. A merged-away record points at its survivor."""

    public_id = PublicIdField()
    source_id = models.BigIntegerField(null=True)
    number = models.CharField(max_length=40)
    name = models.CharField(max_length=300)
    sort_key = models.CharField(max_length=300)
    type = models.CharField(max_length=12, choices=CustomerType.choices, default=CustomerType.RESIDENTIAL)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    is_branch_fixed = models.BooleanField(default=False)
    payment_term_source_id = models.BigIntegerField(null=True)
    memo = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)
    do_not_mail = models.BooleanField(default=False)
    do_not_service = models.BooleanField(default=False)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged_away")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "source_id"], name="customer_source"),
            models.UniqueConstraint(fields=["company", "number"], name="customer_numbers_are_unique"),
        ]
        indexes = [models.Index(fields=["company", "sort_key", "id"], name="customer_by_name")]

    def __str__(self) -> str:
        return self.name


class CustomerSequence(TenantModel):
    """The last number given to a customer who was entered here; the numbers of other systems have no letters."""

    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company"], name="one_customer_sequence_each")]

    def __str__(self) -> str:
        return str(self.last)


class Location(TenantModel, Address):
    """Where the work happens."""

    public_id = PublicIdField()
    source_id = models.BigIntegerField(null=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="locations")
    name = models.CharField(max_length=300)
    zone_source_id = models.BigIntegerField(null=True)
    is_active = models.BooleanField(default=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged_away")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "source_id"], name="location_source")]

    def __str__(self) -> str:
        return self.name


class Contact(TenantModel):
    """A phone number or an address of a customer, or of one of its locations. `value` is kept as it was typed."""

    public_id = PublicIdField()
    source = models.CharField(max_length=12, blank=True)
    source_id = models.BigIntegerField(null=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="contacts")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, null=True, related_name="contacts")
    type = models.CharField(max_length=12, choices=ContactType.choices)
    value = models.CharField(max_length=500)
    email = models.CharField(max_length=254, blank=True)
    phone_digits = models.CharField(max_length=40, blank=True)
    memo = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "source", "source_id"], name="contact_source"),
            models.CheckConstraint(
                condition=Q(source_id__isnull=True) | Q(source__in=["customer", "location"]),
                name="imported_contact_says_from_which_file",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "email"], condition=~Q(email=""), name="contact_by_email"),
            models.Index(fields=["company", "phone_digits"], condition=~Q(phone_digits=""), name="contact_by_phone"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.public_id}"


class EmailAddress(TenantModel):
    """An address in this company, however often it stands: on how many customers, and whether that is believed."""

    public_id = PublicIdField()
    email = models.CharField(max_length=254)
    customer_count = models.PositiveIntegerField(default=0)
    is_placeholder = models.BooleanField(default=False)
    is_confirmed = models.BooleanField(default=False)
    bounced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "email"], name="address_known_once")]

    def __str__(self) -> str:
        return f"address {self.public_id}"


class PortalContact(TenantModel):
    """A row of a customer's Customer Portal table: one address that stands, or was enrolled, on that customer.

    `is_on_customer`: it stands on the customer itself today, so it reaches the whole customer. Where it stands only on
    locations, `locations` says which. A row whose address was removed stays only while it was ever enrolled.
    """

    public_id = PublicIdField()
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="portal_contacts")
    address = models.ForeignKey(EmailAddress, on_delete=models.PROTECT, related_name="portal_contacts")
    email = models.CharField(max_length=254)
    memo = models.TextField(blank=True)
    billing = models.CharField(max_length=8, choices=BillingLevel.choices, default=BillingLevel.BILLING)
    is_on_customer = models.BooleanField(default=False)
    is_widened = models.BooleanField(default=False)
    is_present = models.BooleanField(default=True)
    invited_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    stage = models.CharField(max_length=10, default="never", editable=False)  # both are the database's own: 0004
    stage_at = models.DateTimeField(db_default=Now(), editable=False)
    locations = models.ManyToManyField(Location, through="PortalContactLocation", related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "customer", "email"], name="address_once_on_a_customer"),
            models.CheckConstraint(condition=Q(billing__in=BillingLevel.values), name="billing_level_is_known"),
        ]
        indexes = [
            models.Index(fields=["company", "email"], name="portal_contact_by_email"),
            models.Index(fields=["company", "stage", "-stage_at", "-id"], name="portal_contact_by_stage"),
        ]

    def __str__(self) -> str:
        return f"portal contact {self.public_id}"


class PortalContactLocation(TenantModel):
    """The address stands on this location of its customer."""

    portal_contact = models.ForeignKey(PortalContact, on_delete=models.CASCADE, related_name="places")
    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "portal_contact", "location"], name="address_once_on_a_location")
        ]

    def __str__(self) -> str:
        return f"{self.portal_contact_id} at {self.location_id}"


class HouseholdMember(TenantModel):
    """Somebody whom an owner of the account has let in: to the whole customer, or to one of its locations.

    `ends_on` is the last day, by the clock of the customer's branch. `owner_email` is the owner who vouches for the
    member: nobody reaches more than that owner does. It is empty where the office vouches.
    """

    public_id = PublicIdField()
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="household")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, null=True, related_name="+")
    email = models.CharField(max_length=254)
    owner_email = models.CharField(max_length=254, blank=True)
    invited_by_name = models.CharField(max_length=254)
    message = models.CharField(max_length=500, blank=True)
    memo = models.CharField(max_length=500, blank=True)
    may_see_history = models.BooleanField(default=False)
    may_see_prices = models.BooleanField(default=False)
    may_pay = models.BooleanField(default=False)
    may_book = models.BooleanField(default=False)
    approve_up_to_minor = models.BigIntegerField(null=True)
    ends_on = models.DateField(null=True)
    invited_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by_name = models.CharField(max_length=254, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "customer", "location", "email"],
                condition=Q(left_at=None, revoked_at=None),
                nulls_distinct=False,
                name="member_once_at_a_place",
            ),
            models.CheckConstraint(
                condition=Q(may_see_prices=True) | Q(may_pay=False, approve_up_to_minor=None),
                name="who_pays_or_approves_sees_prices",
            ),
            models.CheckConstraint(
                condition=Q(may_see_history=True) | Q(may_see_prices=True) | Q(may_book=True),
                name="member_has_a_right",
            ),
            models.CheckConstraint(
                condition=Q(approve_up_to_minor=None) | Q(approve_up_to_minor__gt=0),
                name="member_approves_up_to_an_amount",
            ),
        ]
        indexes = [models.Index(fields=["company", "email"], name="member_by_email")]

    def __str__(self) -> str:
        return f"household member {self.public_id}"
