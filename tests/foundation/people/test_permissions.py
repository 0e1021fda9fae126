"""docs/permissions.md says the same as the code."""

import re

import pytest

from portico.config import env
from portico.foundation.people.permissions import ALLOWED, Action, may
from portico.foundation.people.roles import StaffRole

DOCUMENT = env.PROJECT / "docs" / "permissions.md"


def written():
    rows = re.findall(r"^\| ([^|]+?) \|((?:[^|\n]*\|){5})$", DOCUMENT.read_text(), re.M)
    (_, head), *rest = [row for row in rows if not set(row[0]) <= set("- ")]
    roles = [cell.strip() for cell in head.split("|")[:-1]]
    return {
        action: {role for role, cell in zip(roles, cells.split("|")[:-1], strict=True) if cell.strip() == "yes"}
        for action, cells in rest
    }


def test_document_says_what_the_code_allows():
    assert written() == {action.value: {role.value for role in ALLOWED[action]} for action in Action}


def test_every_action_is_allowed_to_the_admin():
    assert [action for action in Action if not may(StaffRole.ADMIN, action)] == []


@pytest.mark.parametrize("role", ("", "owner", "customer"))
def test_unknown_role_may_do_nothing(role):
    assert [action for action in Action if may(role, action)] == []
