"""Is the process alive, and can it serve: for proxies, supervisors and people with a pager."""

import os
import shutil
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from portico.foundation.people.middleware import global_page

FREE_BYTES = 500 * 1024 * 1024
LOOPBACK = frozenset({"127.0.0.1", "::1"})
ROLE = (
    "SELECT rolsuper OR rolbypassrls OR EXISTS (SELECT FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
    " WHERE nspname = 'public' AND pg_has_role(current_user, relowner, 'USAGE'))"
    " FROM pg_roles WHERE rolname = current_user"
)
QUEUE = (
    "SELECT count(*) FILTER (WHERE status = 'todo' AND coalesce(scheduled_at, now()) < now() - interval '10 minutes'),"
    " (SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '60 seconds')"
    " FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
)


@global_page
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("OK\n", content_type="text/plain; charset=utf-8")


@global_page
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Database, role, migrations and queue; 503 when pages cannot be served, `degraded` when only the rest suffers."""
    try:
        needed, wished = _needed(), _wished()
    except DatabaseError:
        needed, wished = {"database": False}, {}
    can_serve = all(needed.values())
    state = "ready" if can_serve and all(wished.values()) else "degraded" if can_serve else "not ready"
    details = {**needed, **wished} if request.META.get("REMOTE_ADDR") in LOOPBACK else {}
    return JsonResponse({"state": state, **details}, status=200 if can_serve else 503)


def _needed() -> dict[str, bool]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '2s'")
        cursor.execute(ROLE)
        row = cursor.fetchone()
        plan = MigrationExecutor(connection)
        return {
            "database": True,
            "role": bool(row) and row[0] is False,
            "migrations": not plan.migration_plan(plan.loader.graph.leaf_nodes()),
        }


def _wished() -> dict[str, bool]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '2s'")
        cursor.execute(QUEUE)
        waiting, workers = cursor.fetchone() or (1, 0)
    return {"queue": waiting == 0, "worker": workers > 0, "disk": _free_bytes() > FREE_BYTES}


def _free_bytes() -> int:
    folder = Path(settings.DATA_DIR)
    return shutil.disk_usage(folder if os.path.exists(folder) else folder.parent).free
