"""Somebody with Debian's Chromium in front of the console, who notes whatever a page should not do."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    Request,
    expect,
    sync_playwright,
)

WIDE, NARROW = (1280, 800), (390, 844)
LIMIT_MS = 20_000
# Chromium says so of each answer of 400 and more: the page itself says why.
_REFUSED = re.compile(r"Failed to load resource: the server responded with a status of (400|403|404|409)")
_WATCH_POLICY = """
addEventListener("securitypolicyviolation", (one) => reportViolation(`${one.violatedDirective} ${one.blockedURI}`));
"""


@dataclass
class Visitor:
    """``page`` is where it looks; ``troubles`` are scripts that ran, errors, refused loads, requests to elsewhere."""

    url: str
    page: Page
    troubles: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """The page of that path. A page with a live view never falls silent, so nothing waits for that."""
        self.page.goto(self.url + path, wait_until="load")
        return self.page

    def sees(self, text: str | re.Pattern[str]) -> None:
        """Waits for that text on the page."""
        expect(self.page.locator("body")).to_contain_text(text)

    def scripts(self) -> list[str]:
        """What of the page could run: the console's one script, and no more."""
        found = self.page.evaluate(
            """() => [
              ...[...document.scripts].map((one) => one.src || one.text),
              ...[...document.querySelectorAll("*")].flatMap((one) => one.getAttributeNames()
                .filter((name) => name.startsWith("on")).map((name) => `${one.tagName} ${name}`)),
              ...[...document.querySelectorAll("img, iframe, object, embed, [style], [href^='javascript:' i]")]
                .map((one) => one.tagName),
            ]"""
        )
        return [str(one) for one in found]

    def unfold(self) -> None:
        """Everything that a page shows on a click."""
        self.page.evaluate(
            "() => document.querySelectorAll('details').forEach((one) => { one.open = true; })"
        )

    def fields_of(self, label: str) -> str:
        return self.page.get_by_label(label).input_value()

    def _tell(self, what: str) -> None:
        self.troubles.append(f"{self.page.url}: {what}")

    def _dialog(self, dialog: Dialog) -> None:
        self._tell(f"dialog {dialog.message}")
        dialog.dismiss()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not _REFUSED.match(message.text):
            self._tell(message.text)

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.url}/", "data:")):
            self._tell(f"asked {request.url}")

    def watch(self, context: BrowserContext) -> None:
        context.on("request", self._request)
        context.expose_binding("reportViolation", lambda _, told: self._tell(f"policy {told}"))
        context.add_init_script(_WATCH_POLICY)
        self.page.on("dialog", self._dialog)
        self.page.on("pageerror", lambda error: self._tell(str(error)))
        self.page.on("console", self._console)


Visit = Callable[..., Visitor]
"""What makes a visitor, with the options of ``visiting``."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Fails where there is none: no browser is downloaded."""
    path = shutil.which("chromium")
    assert path, "There is no chromium on the PATH: `apt-get install chromium` on Debian."
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=["--disable-dev-shm-usage"])
        try:
            yield running
        finally:
            running.close()


@contextmanager
def visiting(
    browser: Browser,
    url: str,
    *,
    scheme: str = "light",
    size: tuple[int, int] = WIDE,
    zone: str = "Europe/Amsterdam",
) -> Iterator[Visitor]:
    """A visitor with cookies of its own. Fails in the end if there was any trouble."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        timezone_id=zone,
        locale="en-GB",
        reduced_motion="reduce",
    )
    context.set_default_timeout(LIMIT_MS)
    expect.set_options(timeout=LIMIT_MS)
    visitor = Visitor(url, context.new_page())
    visitor.watch(context)
    try:
        yield visitor
    finally:
        context.close()
    assert visitor.troubles == []
