"""Customers entered and changed by hand. What stands here is what an import could bring: one set of rules for both."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portico.domain.customers import duplicates, record_rules, search
from portico.domain.customers.duplicate_rules import Typed
from portico.domain.customers.enums import ContactType
from portico.domain.customers.errors import AsksFirst, Changed, LooksAlike, Missing, RecordRefused
from portico.domain.customers.models import Contact, Customer, CustomerSequence, Location
from portico.domain.customers.operations import rows
from portico.domain.customers.operations.sync import sync_portal_contacts, take_turn
from portico.domain.customers.ports import PORTS
from portico.domain.customers.record_queries import customer_columns
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.tenancy.models import Branch
from portico.foundation.tenancy.scope import current_company_id
from portico.kernel import clock, ids, locks
from portico.kernel.editions import edition as edition_of

OURS = "C-"
Address = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """Somebody new as typed: who pays, the first contact, the first home. `branch` None: as its jobs and zone say."""

    name: str
    type: str
    billing: Address
    home: Address
    home_name: str = ""
    email: str = ""
    phone: str = ""
    phone_type: str = ContactType.MOBILE_PHONE
    memo: str = ""
    branch: UUID | None = None

    @property
    def known_by(self) -> Typed:
        """What they could stand on the books by."""
        place = {name: self.home[name] for name in ("street", "city", "postal_code")}
        return Typed(self.name, self.email, self.phone, **place)


@transaction.atomic
def create_customer(*, wanted: NewCustomer, key: str, seen: Collection[UUID] = (), by: Actor) -> UUID:
    """Put somebody on the books with a first contact and a first home; the public id.

    `key` is the form's: the same form sent again makes nobody else. LooksAlike when somebody may be the same who was
    not shown (`seen`) before. Whoever has an account under that email is mailed that they can now also see this.
    """
    take_turn()
    public_id = ids.public_id_of_form(key, "customer", current_company_id(), asdict(wanted))
    if Customer.objects.filter(public_id=public_id).exists():
        return public_id
    _require_new(wanted, seen)
    customer = _written(wanted, public_id)
    home = _home(customer, wanted)
    _reached_by(customer, wanted, by)
    settle_branch(customer)
    told = {"name": customer.name, "number": customer.number, "type": customer.type, "address": customer.one_line()}
    told |= {"home": home.one_line(), "email": wanted.email, "phone": wanted.phone}
    facts: dict[str, Any] = {"likely_duplicates": sorted(map(str, seen))} if seen else {}
    audit.record("customer.created", customer, by=by, customer=public_id, before=None, after=told, **facts)
    search.refresh_search([customer.pk])
    return public_id


@transaction.atomic
def change_customer(
    *,
    customer: UUID,
    wanted: Mapping[str, Any],
    branch: UUID | None,
    edition: str,
    confirm: bool = False,
    by: Actor,
) -> bool:
    """Write what differs; False when it is so already. `branch` None: as its jobs and zone say.

    Changed when the record is no longer what the form was opened upon; AsksFirst when nobody is served any more who
    has jobs to come.
    """
    row = locked_customer(customer)
    present = customer_columns(row)
    if present == {**present, **wanted, "branch": str(branch or "")}:
        return False
    require_unchanged(present, edition)
    columns = {**wanted, **record_rules.named(wanted["name"])}
    if row.is_active and not wanted["is_active"] and not confirm:
        _ask_about_jobs(row)
    _write(row, columns, branch)
    after = customer_columns(row)
    told: dict[str, Any] = differing(present, after)
    audit.record("customer.changed", row, by=by, customer=row.public_id, **told)
    search.refresh_search([row.pk])
    return True


def require_unchanged(present: Mapping[str, Any], edition: str) -> None:
    """Changed, when what stands is not what the form was opened upon."""
    if edition_of(present) != edition:
        raise Changed(_("Somebody else has changed this meanwhile. Look at what stands now, and save again."))


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What is not the same any more, before and after, for the trail."""
    names = [name for name in after if after[name] != before[name]]
    return {"before": {name: before[name] for name in names}, "after": {name: after[name] for name in names}}


def _require_new(wanted: NewCustomer, seen: Collection[UUID]) -> None:
    found = duplicates.like(wanted.known_by)
    if any(one.id not in seen for one in found):
        raise LooksAlike(_("Somebody on the books may be the same. Look before you add another one."), found=found)


def _written(wanted: NewCustomer, public_id: UUID) -> Customer:
    fixed = branch_of(wanted.branch)
    return Customer.objects.create(
        public_id=public_id,
        number=_next_number(),
        **record_rules.named(wanted.name),
        type=wanted.type,
        **wanted.billing,
        memo=wanted.memo,
        branch=fixed or Branch.objects.get(is_main=True),
        is_branch_fixed=fixed is not None,
        created_at=clock.now(),
    )


def _home(customer: Customer, wanted: NewCustomer) -> Location:
    name = record_rules.place_name(wanted.home_name, street=wanted.home["street"], otherwise=wanted.name)
    return Location.objects.create(customer=customer, name=name, **wanted.home, created_at=customer.created_at)


def _reached_by(customer: Customer, wanted: NewCustomer, by: Actor) -> None:
    if wanted.phone:
        Contact.objects.create(customer=customer, **record_rules.contact(wanted.phone_type, wanted.phone))
    if wanted.email:
        rows.checked_email(wanted.email)
        Contact.objects.create(customer=customer, **record_rules.contact(ContactType.EMAIL, wanted.email))
        sync_portal_contacts(customer_ids=[customer.pk], by=by)


def _next_number() -> str:
    """The next one that no customer has; other systems number with digits alone."""
    CustomerSequence.objects.get_or_create()
    numbers = locks.lock_one(CustomerSequence.objects.all())
    while True:
        numbers.last += 1
        number = f"{OURS}{numbers.last}"
        if not Customer.objects.filter(number=number).exists():
            numbers.save(update_fields=["last"])
            return number


def locked_customer(customer: UUID) -> Customer:
    """The customer, for whoever changes it; a merged-away one is its survivor's story."""
    found = Customer.objects.filter(public_id=customer, merged_into=None).select_for_update(of=("self",)).first()
    if found is None:
        raise Missing(_("There is no such customer."))
    return found


def _write(row: Customer, columns: Mapping[str, Any], branch: UUID | None) -> None:
    fixed = branch_of(branch)
    for name, value in columns.items():
        setattr(row, name, value)
    row.is_branch_fixed = fixed is not None
    if fixed is not None:
        row.branch = fixed
    row.save(update_fields=[*columns, "is_branch_fixed", "branch"])
    settle_branch(row)


def settle_branch(row: Customer) -> None:
    """Where the office fixed none, the branch that its jobs and zones say."""
    if row.is_branch_fixed:
        return
    branch = PORTS.branch_of(row.pk)
    if branch != row.branch_id:
        row.branch_id = branch
        row.save(update_fields=["branch"])


def branch_of(branch: UUID | None) -> Branch | None:
    """The branch that a form names; one that is gone is refused."""
    if branch is None:
        return None
    found = Branch.objects.filter(public_id=branch).first()
    if found is None:
        raise RecordRefused(_("This is no longer there: choose something else."), field="branch")
    return found


def _ask_about_jobs(row: Customer) -> None:
    count = PORTS.open_jobs(customer_id=row.pk)
    if count:
        said = ngettext("%(n)s job is still to be done.", "%(n)s jobs are still to be done.", count) % {"n": count}
        raise AsksFirst(_("%(jobs)s An inactive customer keeps them: cancel what nobody comes for.") % {"jobs": said})
