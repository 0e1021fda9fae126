"""Join the style sheets and the scripts into the two files that are served: python tools/make_assets.py."""

from pathlib import Path

UI = Path(__file__).parent.parent / "portico/faces/ui"
STATIC = UI / "static/ui"


def stylesheet() -> str:
    """All of css/ in the order of its numbers."""
    return "\n".join(path.read_text(encoding="utf-8").strip() for path in sorted((UI / "css").glob("*.css"))) + "\n"


def script() -> str:
    """All of js/ without the comments, each file in a scope of its own."""
    return "".join(f"{{\n{_code(path)}}}\n" for path in sorted((UI / "js").glob("*.js")))


def _code(path: Path) -> str:
    lines = path.read_text(encoding="utf-8").splitlines()
    return "".join(f"{line.lstrip()}\n" for line in lines if not line.startswith("//"))


def main() -> None:
    """Write both files."""
    for name, text in (("app.css", stylesheet()), ("app.js", script())):
        (STATIC / name).write_text(text, encoding="utf-8")
        print(f"{name}: {len(text.encode())} bytes")


if __name__ == "__main__":
    main()
