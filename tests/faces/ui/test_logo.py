import pytest
from django.db import transaction

from portico.foundation.tenancy.models import Branch
from portico.foundation.tenancy.scope import company_scope
from tests.factories import people

pytestmark = pytest.mark.django_db


def test_logo_may_be_shown_inside_a_mail_program_and_kept() -> None:
    company = people.make_company()
    with company_scope(company.id), transaction.atomic():
        Branch.objects.update(logo_png=b"png", logo_digest="0123456789abcdef")
    answer = people.portal().get("/logo/0123456789abcdef.png")
    assert (answer.status_code, answer["Cross-Origin-Resource-Policy"]) == (200, "cross-origin")
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
