"""Debian's Chromium, driven by Playwright, for tests of pages; it reaches nothing but this machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_OPTIONS = ("--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
_GRAVE = {"serious", "critical"}
LOOKS = [
    *(("dark", 380), ("light", 1600)),
    *(pytest.param(scheme, width, marks=pytest.mark.soak) for scheme, width in (("light", 380), ("dark", 1600))),
]
"""Schemes of colours with widths in pixels; `make test` has each of both once."""


@contextmanager
def browsing() -> Iterator[Browser]:
    """Start the browser; where there is none the test is skipped, and fails in CI."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        missing = f"no browser ({', '.join(_NAMES)}); on Debian: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_OPTIONS)
        try:
            yield browser
        finally:
            browser.close()


def grave_problems(page: Page) -> list[str]:
    """Return what axe-core calls serious or critical on a page: the rule, and the first element that breaks it."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in _GRAVE]
