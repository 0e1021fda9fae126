"""python -m portico.sandbox.exports small|demo FOLDER [--today YYYY-MM-DD]"""

import argparse
import json
import sys
from datetime import UTC, date, datetime, time
from pathlib import Path

from portico.sandbox.exports import write_demo, write_small

NOON = time(13, 0, tzinfo=UTC)


def main(arguments: list[str]) -> int:
    """Write one of the two exports; for the small one also print what was planted."""
    parser = argparse.ArgumentParser(prog="python -m portico.sandbox.exports")
    parser.add_argument("which", choices=("small", "demo"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--today", type=date.fromisoformat, default=datetime.now(UTC).date())
    chosen = parser.parse_args(arguments)
    if chosen.which == "demo":
        write_demo(chosen.folder, today=chosen.today)
        return 0
    planted = write_small(chosen.folder, exported_on=datetime.combine(chosen.today, NOON))
    json.dump(planted.as_json(), sys.stdout, ensure_ascii=False, indent=1)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
