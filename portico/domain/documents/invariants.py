"""What must be true of documents and their files, whatever happened."""

from __future__ import annotations

from django.db import connection

from portico.domain.documents.sweeping import named_files, strays
from portico.foundation.tenancy import files
from portico.foundation.tenancy.invariants import Violation
from portico.foundation.tenancy.scope import current_company_id, reading

COUNTED = {
    "a document of a job stands where the job does": """FROM documents_document d JOIN jobs_job j ON j.id = d.job_id
  WHERE d.company_id = %(company)s
    AND (d.customer_id, d.location_id) IS DISTINCT FROM (j.customer_id, j.location_id)""",
    "a document stands at its unit": """FROM documents_document d
  JOIN equipment_installedequipment e ON e.id = d.equipment_id
  WHERE d.company_id = %(company)s AND d.job_id IS NULL
    AND (d.customer_id, d.location_id) IS DISTINCT FROM (e.customer_id, e.location_id)""",
    "a document stands at a home of its customer": """FROM documents_document d
  JOIN customers_location l ON l.id = d.location_id
  WHERE d.company_id = %(company)s AND d.job_id IS NULL AND d.equipment_id IS NULL
    AND d.customer_id IS DISTINCT FROM l.customer_id""",
    "a photo or file has a file": """FROM documents_document d
  WHERE d.company_id = %(company)s AND d.kind <> 'form' AND d.file_id IS NULL""",
    "a picture that waits is not given up": """FROM documents_storedfile d
  WHERE d.company_id = %(company)s AND d.stored_as = '' AND d.picture_state <> 'pending'""",
}


@reading
def check() -> list[Violation]:
    """Documents in the wrong place, and files and rows that do not belong together."""
    found = [*(_counted(rule, tail) for rule, tail in COUNTED.items()), *_files()]
    return [violation for violation in found if violation.count]


def _counted(rule: str, tail: str) -> Violation:
    statement = f"SELECT count(*), coalesce(min(d.id)::text, '') {tail}"
    with connection.cursor() as cursor:
        cursor.execute(statement, {"company": current_company_id()})
        count, example = cursor.fetchone()
    return Violation(rule, count, example)


def _files() -> list[Violation]:
    there = files.stored_in("documents") | files.stored_in("imports")
    absent, stray = sorted(named_files() - there), strays()
    return [
        Violation("every file of a document is there", len(absent), next(iter(absent), "")),
        Violation("every file in the store has its row", len(stray), next(iter(stray), "")),
    ]
