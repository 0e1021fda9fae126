"""`bin/portico sandbox`: somebody else's machine, run beside ours."""

import argparse
import os
import secrets
import sys
from pathlib import Path

from portico.config import env


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=env.number("PORT", 8000) + 1)


def run(args: argparse.Namespace) -> int:
    rest = ["--port", str(args.port), "--data", str(folder()), "--control", control_token()]
    os.execv(sys.executable, [sys.executable, "-m", "portico.sandbox.stripe", *rest])


def folder() -> Path:
    """Where the sandbox keeps its books."""
    return env.folder("PORTICO_DATA_DIR", env.PROJECT / "var") / "sandbox"


def control_token() -> str:
    """Who may move the sandbox's clock: whoever can read this file, made at the first start."""
    file = folder() / "control-token"
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
            new.write(secrets.token_hex(16))
    except FileExistsError:
        pass
    return file.read_text().strip()
