"""`bin/portico sandbox`: somebody else's machine, run beside ours."""

import argparse
import os
import sys

from portico.config import env


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=env.number("PORT", 8000) + 1)


def run(args: argparse.Namespace) -> int:
    folder = env.folder("PORTICO_DATA_DIR", env.PROJECT / "var") / "sandbox"
    rest = ["--port", str(args.port), "--data", str(folder)]
    os.execv(sys.executable, [sys.executable, "-m", "portico.sandbox.stripe", *rest])
