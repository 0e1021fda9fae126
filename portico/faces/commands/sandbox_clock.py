"""`sandbox-clock`: let days pass at the payment sandbox, so that bank payments settle or fail."""

import argparse
from datetime import UTC, datetime

import requests

from portico.config import env
from portico.faces.commands import sandbox

WAIT = 30  # seconds; much may fall due


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = __doc__
    how_far = parser.add_mutually_exclusive_group(required=True)
    how_far.add_argument("--business-days", type=int, help="5 are enough for a bank payment")
    how_far.add_argument("--days", type=int)
    parser.add_argument(
        "--port", type=int, default=env.number("PORT", 8000) + 1, help="the sandbox's (default PORT + 1)"
    )


def run(args: argparse.Namespace) -> int:
    wanted = {"business_days": args.business_days} if args.business_days else {"days": args.days}
    address = f"http://127.0.0.1:{args.port}/_emu/advance"
    try:
        answer = requests.post(address, json=wanted, headers={"X-Emu-Token": sandbox.control_token()}, timeout=WAIT)
    except requests.ConnectionError:
        print(f"No sandbox answers on port {args.port}. Start it with bin/dev.")
        return 1
    if answer.status_code != 200:
        print(f"The sandbox refused: {answer.text[:200]}")
        return 1
    there = datetime.fromtimestamp(answer.json()["now"], UTC)
    print(f"It is {there:%b %d, %Y} at the sandbox now. Its news arrives within seconds.")
    return 0
