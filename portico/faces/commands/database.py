"""`bin/portico database start|stop|roles`."""

import argparse

from portico.config import cluster, env, roles


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what",
        choices=("start", "stop", "roles"),
        help="roles prints what a superuser runs once on a server of your own",
    )


def run(args: argparse.Namespace) -> int:
    if args.what == "roles":
        print(roles.script(), end="")
        return 0
    if env.text("DATABASE_URL"):
        raise SystemExit("DATABASE_URL names a server of your own; this command is for the embedded one.")
    embedded = cluster.embedded()
    return _start(embedded) if args.what == "start" else _stop(embedded)


def _start(embedded: cluster.Cluster) -> int:
    is_new = embedded.start()
    print(f"{'Started' if is_new else 'Already running'}: {embedded.data}")
    print(f"DATABASE_URL={embedded.url(roles.APP)}")
    print(f"DATABASE_OWNER_URL={embedded.url(roles.OWNER)}")
    return 0


def _stop(embedded: cluster.Cluster) -> int:
    if not embedded.answers():
        print(f"Not running: {embedded.data}")
        return 0
    embedded.stop()
    print(f"Stopped: {embedded.data}")
    return 0
