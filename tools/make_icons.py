"""Make the icon sprite from an unpacked lucide-static package: python tools/make_icons.py FOLDER."""

import re
import sys
from pathlib import Path

SPRITE = Path(__file__).parent.parent / "portico/faces/ui/static/ui/icons.svg"
NAMES = """
air-vent arrow-left arrow-right ban banknote bell building-2 calendar calendar-clock calendar-plus
chart-column check chevron-down chevron-right circle-alert circle-check circle-dollar-sign circle-x clock copy
credit-card download droplets ellipsis eye file-signature file-text flame gauge history house house-plug
images inbox info key-round landmark link lock log-out mail map-pin menu message-square pencil phone plus
printer receipt refresh-cw refrigerator scroll-text search send settings shield-check star tag thermometer
trash-2 triangle-alert upload user user-plus users wallet wrench x zap
"""


def main(folder: Path) -> None:
    """Write the sprite; the version and licence of the source stand in its first line."""
    version = re.search(r'"version":\s*"([^"]+)"', (folder / "package.json").read_text())
    if version is None:
        raise SystemExit(f"{folder} is not a lucide-static package")
    symbols = "\n".join(symbol(name, (folder / "icons" / f"{name}.svg").read_text()) for name in NAMES.split())
    head = f"<!-- Lucide {version[1]}, ISC licence, https://lucide.dev -->"
    SPRITE.write_text(f'{head}\n<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n')
    print(f"{SPRITE.name}: {len(NAMES.split())} icons, {SPRITE.stat().st_size} bytes")


def symbol(name: str, source: str) -> str:
    """One icon's outlines as a symbol; colour and line come from the page's style sheet."""
    inner = re.search(r"<svg[^>]*>(.*)</svg>", source, re.DOTALL)
    if inner is None:
        raise SystemExit(f"{name}: not an SVG")
    shapes = re.sub(r"\s*\n\s*", "", inner[1]).replace(" />", "/>").strip()
    return f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>'


if __name__ == "__main__":
    main(Path(sys.argv[1]))
