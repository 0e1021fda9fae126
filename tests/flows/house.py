"""What a flow does with the house: open pages as somebody, read mails, look with axe, take pictures."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from portico.foundation.tenancy.scope import company_scope
from portico.foundation.tenancy.tasks import all_company_ids
from tests.factories import people
from tests.worker import drain

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
TALL = 4000
LOOKS: list[tuple[int, Literal["light", "dark"]]] = [(390, "light"), (1280, "dark")]
ALL_LOOKS: list[tuple[int, Literal["light", "dark"]]] = [*LOOKS, (390, "dark"), (1280, "light")]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = resources.files("axe_playwright_python").joinpath("axe.min.js")


class QuietServer(LiveServer):
    """pytest-django's server; the product serves its static files itself."""


@dataclass
class House:
    browser: Browser
    port: int
    mail: Path
    pictures: Path | None
    is_full: bool
    contexts: list[BrowserContext] = field(default_factory=list)
    apps: dict[str, str] = field(default_factory=dict)  # keys of authenticator apps by address

    def portal(self, host: str, path: str = "/") -> str:
        return f"http://{host}.localhost:{self.port}{path}"

    def office(self, host: str, path: str = "/") -> str:
        return self.portal(f"office.{host}", path)

    def visitor(self, *, dark: bool = False, size: dict[str, int] | None = None) -> Page:
        """A browser of its own, with no cookies yet, on a phone unless said otherwise."""
        context = self.browser.new_context(
            viewport=size or PHONE,
            color_scheme="dark" if dark else "light",
            locale="en-US",
            timezone_id="America/Phoenix",
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        self.contexts.append(context)
        return context.new_page()

    def work(self) -> list[str]:
        """Let the background worker do all that waits."""
        return drain()

    def mails_to(self, address: str) -> list[EmailMessage]:
        """The mails to one address, oldest first."""
        self.work()
        found = []
        for path in sorted(self.mail.glob("*.eml")):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            assert isinstance(message, EmailMessage)
            if address in str(message["To"]):
                found.append(message)
        return found

    def pass_second(self, page: Page, email: str, *, look: bool = False) -> None:
        """After an office password: the code of this person's app, which is set up the first time; then the page."""
        page.wait_for_url("**/sign-in/second/**")
        key = page.locator("[data-key]")
        if key.count():
            self.apps[email] = key.inner_text()
            if look:
                self.look(page, "office-second-set-up")
            page.get_by_label("Code that the app shows").fill(people.code_of(self.apps[email]))
            page.get_by_role("button", name="Set up and sign in").click()
            if look:
                self.look(page, "office-recovery-codes")
            page.get_by_role("link", name="I have kept them").click()
            return
        if look:
            self.look(page, "office-second")
        page.get_by_label("Code", exact=True).fill(people.code_of(self.apps[email], later=1))
        page.get_by_role("button", name="Sign in").click()

    def look(self, page: Page, name: str) -> None:
        """Check with axe: a light phone and a dark desktop, with --full all four; keep pictures where wanted."""
        page.wait_for_load_state()
        before = page.viewport_size
        assert before is not None
        found: list[str] = []
        for width, scheme in ALL_LOOKS if self.is_full or self.pictures else LOOKS:
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": TALL})
            found += [f"{name} {width} {scheme}: {fault}" for fault in axe_faults(page)]
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} scrolls sideways at {width}"
            if self.pictures:
                page.set_viewport_size({"width": width, "height": 844 if width < 500 else 900})
                page.screenshot(path=self.pictures / f"{name}-{width}-{scheme}.png", full_page=True)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(before)
        assert not found, "\n".join(found)

    def close(self) -> None:
        for context in self.contexts:
            context.close()


def axe_faults(page: Page) -> list[str]:
    """What axe-core finds: rule and element, one text each."""
    if not page.evaluate("!!window.axe"):
        page.evaluate(AXE.read_text())
    result: dict[str, Any] = page.evaluate("tags => axe.run(document, {runOnly: tags})", RULES)
    return [f"{fault['id']}: {node['target']}" for fault in result["violations"] for node in fault["nodes"]]


def body_of(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def link_in(message: EmailMessage, path: str) -> str:
    """The first link in a mail whose path begins so."""
    found = re.search(rf"https?://\S*{re.escape(path)}\S*", body_of(message))
    assert found, body_of(message)
    return found.group().rstrip(".)>")


def attachments_of(message: EmailMessage) -> list[tuple[str, bytes]]:
    return [(part.get_filename() or "", part.get_payload(decode=True)) for part in message.iter_attachments()]  # type: ignore[misc]


@contextmanager
def in_company(number: int = 0) -> Iterator[None]:
    """The scope of a company of this test's database."""
    with company_scope(all_company_ids()[number]):
        yield
