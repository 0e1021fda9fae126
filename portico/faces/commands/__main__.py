"""`bin/portico <command>`: starts or joins the embedded database where none is named, then runs the command."""

import argparse
import importlib
import os
import sys
from typing import Protocol, cast

import django
from django.core.management import execute_from_command_line
from django.db.utils import ProgrammingError
from psycopg.errors import UndefinedColumn, UndefinedTable

from portico.config import cluster, env, processes
from portico.faces.commands.table import COMMANDS, Command

OWNERS = frozenset({"makemigrations", "sqlmigrate", "squashmigrations"})


class Module(Protocol):
    """What a command module offers."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...
    def run(self, args: argparse.Namespace) -> int: ...


def main(argv: list[str]) -> int:
    """Run one command; its exit code."""
    processes.die_with_supervisor()
    env.read_file(env.PROJECT / ".env")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portico.config.settings")
    if not argv or argv[0] in {"help", "-h", "--help"}:
        return _help()
    name, *rest = argv
    if name in COMMANDS:
        return _run(name, COMMANDS[name], rest)
    os.environ.setdefault("PORTICO_DATABASE_ROLE", "owner" if name in OWNERS else "direct")
    cluster.join()
    execute_from_command_line(["portico", *argv])
    return 0


def _run(name: str, command: Command, rest: list[str]) -> int:
    module = cast(Module, importlib.import_module(command.module)) if command.needs != "django" else None
    if command.needs != "nothing":
        os.environ["PORTICO_DATABASE_ROLE"] = command.role
        if not {"-h", "--help"} & set(rest):
            cluster.join()
    if module is None:
        django.setup()
        module = cast(Module, importlib.import_module(command.module))
    parser = argparse.ArgumentParser(prog=f"portico {name}", description=command.says)
    module.add_arguments(parser)
    return module.run(parser.parse_args(rest))


def _help() -> int:
    print("bin/portico <command> [options]; each command tells more with --help.\n")
    for name, command in sorted(COMMANDS.items()):
        print(f"  {name:<18} {command.says}")
    print("\nEvery Django command works too: check, shell, dbshell, collectstatic, …")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
    except ProgrammingError as failed:
        if not isinstance(failed.__cause__, UndefinedTable | UndefinedColumn):
            raise
        sys.exit("The database is not made yet, or is behind this version. Run bin/portico migrate, then try again.")
