"""A real browser in front of the shop: Chromium, driven by Playwright, found on this machine."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, sync_playwright

WAIT_MS = 10_000
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def find_chromium() -> str:
    """Return the browser's path; without one skip, or fail where it is required."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is not None:
        return found
    reason = f"NO BROWSER: none of {', '.join(NAMES)} is on PATH, so no page was seen by one."
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(f"{reason} REQUIRE_BROWSER=1 asks for it.")
    pytest.skip(reason)


@contextmanager
def chromium() -> Iterator[Browser]:
    path = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


class Visit:
    """One shopper's browser: its page, and whatever the browser complained about."""

    def __init__(self, browser: Browser, base_url: str, *, width: int, scripts: bool) -> None:
        self._context = browser.new_context(
            base_url=base_url,
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            locale="en-US",
        )
        self._context.set_default_timeout(WAIT_MS)
        self.complaints: list[str] = []
        self.page: Page = self._context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("response", self._check)

    def close(self) -> None:
        self._context.close()

    def go(self, path: str) -> Page:
        self.page.goto(path)
        return self.page

    def overflow(self) -> int:
        """Return by how many pixels the page is wider than the window."""
        width: int = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return width

    def _hear(self, message: ConsoleMessage) -> None:
        # Breaches of the content security policy are told as errors too.
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _check(self, response: Response) -> None:
        if response.status >= 400:
            self.complaints.append(f"{response.status} {response.url}")
