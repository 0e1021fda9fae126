"""`python -m bench.plain.prepare`: migrates, makes twenty people with a session each, prints their cookies."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.plain.settings"

import django

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402 - the apps first
from django.contrib.auth.models import User  # noqa: E402 - the apps first
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402 - the apps first
from django.core.management import call_command  # noqa: E402 - the apps first

PEOPLE = 20


def signed_in(number: int) -> str:
    """The session key of one person."""
    user, _ = User.objects.get_or_create(username=f"person{number}", defaults={"password": "!"})
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


if __name__ == "__main__":
    call_command("migrate", verbosity=0, interactive=False)
    print("\n".join(signed_in(number) for number in range(PEOPLE)))
