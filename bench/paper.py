"""`python -m bench.paper`: what one invoice PDF costs the processor, in milliseconds."""

from __future__ import annotations

import json
import os
import statistics
import time
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portico.config.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402 - the apps first

from bench.cast import HOST  # noqa: E402 - the apps first
from portico.domain.billing import papers  # noqa: E402 - the apps first
from portico.foundation.tenancy.companies import company_of_host  # noqa: E402 - the apps first
from portico.foundation.tenancy.scope import company_scope  # noqa: E402 - the apps first

COUNT = 40


def main() -> None:
    with transaction.atomic():
        company = company_of_host(HOST)
    assert company is not None
    with company_scope(company.id):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT public_id FROM billing_invoice ORDER BY id DESC LIMIT %s", [COUNT])
            wanted = [row[0] for row in cursor.fetchall()]
        times = [_cost(public_id) for public_id in wanted]
    print(json.dumps({"first": times[0], "median": statistics.median(times[1:]), "worst": max(times[1:])}))


def _cost(public_id: UUID) -> float:
    started = time.process_time()
    with transaction.atomic():
        papers.invoice_pdf(public_id, {})
    return (time.process_time() - started) * 1000


if __name__ == "__main__":
    main()
