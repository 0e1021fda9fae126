"""Giving a portal another name."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.portals.errors import BadEntry
from portico.foundation.portals.hosts import values
from portico.foundation.portals.stand import require_unchanged
from portico.foundation.tenancy.companies import host_fault
from portico.foundation.tenancy.models import Company, HostName
from portico.foundation.tenancy.scope import current_company_id, reading
from portico.kernel import locks

MOST_NAMES = 10


@transaction.atomic
def change_host(*, host: str, seen: str, by: Actor) -> str:
    """Let the company go by this name; what it had before leads there for good. BadEntry where it cannot be had.

    Two companies that want one name at once: the unique name in the table decides, the second reads that it is taken.
    """
    company = locks.lock_one(Company.objects.filter(pk=current_company_id()))
    now = HostName.objects.get(company=company, is_primary=True)
    require_unchanged(values(now.host), seen)
    wanted = _free(host, company.pk)
    HostName.objects.filter(pk=now.pk).update(is_primary=False)
    if not HostName.objects.filter(company=company, host=wanted).update(is_primary=True):
        _take(company, wanted)
    audit.record("company.host_changed", company, by=by, before=now.host, after=wanted)
    return wanted


@reading
def checked_host(host: str) -> str:
    """The name as it would be had; BadEntry where it could not be."""
    return _free(host, current_company_id())


def _free(typed: str, company_id: int) -> str:
    wanted = typed.strip().lower()
    fault = host_fault(wanted)
    if fault:
        raise BadEntry(fault, field="host")
    holder = HostName.objects.filter(host=wanted).first()
    if holder is not None and holder.company_id != company_id:
        raise _taken(wanted)
    if holder is not None and holder.is_primary:
        raise BadEntry(_("The portal goes by this name already."), field="host")
    if holder is None and HostName.objects.filter(company_id=company_id).count() >= MOST_NAMES:
        words = _("The portal has had %(n)s names; that is as many as are kept. Take one of those that it had.")
        raise BadEntry(words % {"n": MOST_NAMES}, field="host")
    return wanted


def _take(company: Company, wanted: str) -> None:
    try:
        with transaction.atomic():
            HostName.objects.create(company=company, host=wanted)
    except IntegrityError as taken:
        raise _taken(wanted) from taken


def _taken(wanted: str) -> BadEntry:
    return BadEntry(_("“%(host)s” is not free. Choose another name.") % {"host": wanted}, field="host")
