"""python -m portico.sandbox.stripe --port N --data FOLDER [--control TOKEN]"""

import argparse
from pathlib import Path

from portico.sandbox.stripe.server import serve

parser = argparse.ArgumentParser(prog="portico.sandbox.stripe", description="A Stripe-compatible sandbox.")
parser.add_argument("--port", type=int, required=True, help="port on 127.0.0.1; 0 takes a free one and prints it")
parser.add_argument("--data", type=Path, required=True, help="folder of its own SQLite file")
parser.add_argument("--control", metavar="TOKEN", help="open the control API /_emu/ to this token")
parser.add_argument("--with-parent", action="store_true", help="end when the program that started it is gone")

if __name__ == "__main__":
    options = parser.parse_args()
    serve(port=options.port, folder=options.data, control_token=options.control, with_parent=options.with_parent)
