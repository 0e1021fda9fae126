"""Draws one SVG from standard input as a PNG on standard output, with little memory and time; run by paper.py only."""

import resource
import sys
from pathlib import Path

import typst

MEMORY = 2 * 1024**3
SECONDS = 10
PAPERS = Path(__file__).parent / "papers"


def main(width: str) -> None:
    """Set the limits, then draw."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    svg = sys.stdin.buffer.read().decode("utf-8")
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(PAPERS / "fonts")])
    compiler = typst.Compiler(input=str(PAPERS / "picture.typ"), root=str(PAPERS), font_paths=fonts)
    png = compiler.compile(format="png", ppi=72, sys_inputs={"svg": svg, "side": width})
    sys.stdout.buffer.write(png if isinstance(png, bytes) else b"")


if __name__ == "__main__":
    main(sys.argv[1])
