"""`bin/portico check-templates`: every template compiles."""

import argparse
from pathlib import Path

import minijinja

from portico.config import env
from portico.faces.ui.minijinja import make_environment

PACKAGE = env.PROJECT / "portico"
KINDS = frozenset({".html", ".txt", ".xml", ".ics"})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(args: argparse.Namespace) -> int:
    environment = make_environment(lambda name: None)
    paths = sorted(path for path in PACKAGE.rglob("templates/**/*") if path.suffix in KINDS)
    faults = []
    for path in paths:
        try:
            environment.add_template(_name(path), path.read_text())
        except minijinja.TemplateError as error:
            faults.append(f"{path.relative_to(env.PROJECT)}: {error}")
    print("\n".join([*faults, f"{len(paths)} templates, {len(faults)} faults"]))
    return 1 if faults else 0


def _name(path: Path) -> str:
    parts = path.parts
    return "/".join(parts[len(parts) - parts[::-1].index("templates") :])
