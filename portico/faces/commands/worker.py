"""`bin/portico worker`: takes jobs from the queue until it is told to stop."""

import argparse

from django.core.management import call_command


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--concurrency", type=int, default=4, help="jobs at the same time")
    parser.add_argument("--once", action="store_true", help="do what waits, then stop")


def run(args: argparse.Namespace) -> int:
    options = ["--concurrency", str(args.concurrency), "--shutdown-graceful-timeout", "10"]
    call_command("procrastinate", "worker", *options, *(["--one-shot"] if args.once else []))
    return 0
