#!/usr/bin/env python3
"""The same as bin/portico, for tools that look for a manage.py."""

import sys

from portico.faces.commands.__main__ import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
