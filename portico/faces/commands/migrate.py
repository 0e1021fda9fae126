"""`bin/portico migrate`: what a database needs first, then Django's migrations, all as the owner of the tables."""

import argparse

import psycopg
from django.core.management import call_command

from portico.config import env, roles


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("app_label", nargs="?", help="only this app")
    parser.add_argument("migration_name", nargs="?", help="up to this migration; zero undoes all")
    parser.add_argument("--fake", action="store_true", help="note them as done without running them")
    parser.add_argument("--plan", action="store_true", help="only say what would be done")


def run(args: argparse.Namespace) -> int:
    prepare(env.text("DATABASE_OWNER_URL"), app_url=env.text("DATABASE_URL"))
    names = [name for name in (args.app_label, args.migration_name) if name]
    call_command("migrate", *names, interactive=False, fake=args.fake, plan=args.plan)
    return 0


def prepare(owner_url: str, *, app_url: str) -> None:
    """Extensions and standing grants."""
    app = str(env.database(app_url)["USER"]) or roles.APP
    with psycopg.connect(owner_url) as owner:
        roles.prepare(owner, app=app)
