"""What a phone loads that was never here: bytes, requests and how far the page jumps, told by Chromium itself."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from typing import Any

from bench.cast import FEW, HOST, cookies_of
from bench.servers import Server

CHROMIUM = os.environ.get("PORTICO_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or ""
SHIFTS = """
window.shifted = 0;
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({type: "layout-shift", buffered: true});
"""


@dataclass(frozen=True, slots=True)
class Visit:
    page: str
    size: int
    requests: int
    shift: float


def visits(server: Server) -> list[Visit]:
    """A cold visit of the sign-in page and of home; nothing where there is no Chromium."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return []
    if not CHROMIUM:
        return []
    base = f"http://{HOST}.localhost:{server.port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        try:
            return [_visit(browser, base, path, name) for path, name in (("/sign-in/", "sign-in"), ("/", "home"))]
        finally:
            browser.close()


def _visit(browser: Any, base: str, path: str, name: str) -> Visit:
    context = browser.new_context(viewport={"width": 390, "height": 844}, device_scale_factor=3, is_mobile=True)
    if path == "/":
        context.add_cookies([{"name": "portal", "value": cookies_of(FEW)[0], "url": base}])
    context.add_init_script(SHIFTS)
    page = context.new_page()
    sizes: list[float] = []
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(base + path, wait_until="networkidle")
    page.wait_for_timeout(500)
    seen = Visit(name, int(sum(sizes)), len(sizes), float(page.evaluate("window.shifted")))
    context.close()
    return seen
