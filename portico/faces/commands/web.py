"""`bin/portico web`: granian over WSGI."""

import argparse
import os
import sys

import django
from django.core.management import call_command

from portico.config import env


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=env.number("PORT", 8000))
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--threads", type=int, default=2, help="threads in each process")
    parser.add_argument("--reload", action="store_true", help="start anew when a source file changes")


def run(args: argparse.Namespace) -> int:
    if not env.is_development():
        django.setup()
        call_command("collectstatic", interactive=False, verbosity=0)
    os.environ["PORTICO_WEB_WORKER"] = "1"
    os.execv(sys.executable, [sys.executable, "-m", "granian", *_options(args), "portico.config.wsgi:application"])


def _options(args: argparse.Namespace) -> list[str]:
    options = ["--interface", "wsgi", "--host", args.host, "--port", str(args.port), "--no-ws"]
    options += ["--workers", str(args.workers), "--blocking-threads", str(args.threads), "--backpressure", "64"]
    options += ["--respawn-failed-workers", "--workers-kill-timeout", "10", "--log-level", "warning"]
    if args.reload:
        options += ["--reload", "--reload-paths", str(env.PROJECT / "portico"), "--workers-kill-timeout", "1"]
    return options
