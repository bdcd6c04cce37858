"""The browser that tests use is a real one, and finds what it is there to find."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import browsing, grave_problems


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "problems"),
    [("<main><h1>Texts</h1></main>", []), ("<main><h1>Texts</h1><input></main>", ["label: <input>"])],
)
def test_a_field_without_a_label_is_a_grave_problem(browser: Browser, body: str, problems: list[str]) -> None:
    page = browser.new_page()
    page.set_content(f'<!DOCTYPE html><html lang="en"><title>Inbox</title>{body}</html>')
    assert grave_problems(page) == problems
    page.close()


def test_without_a_browser_a_test_is_skipped_and_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.setattr(os, "environ", {})
    with pytest.raises(pytest.skip.Exception, match="apt-get install chromium"), browsing():
        pass
    monkeypatch.setattr(os, "environ", {"CI": "true"})
    with pytest.raises(pytest.fail.Exception, match="apt-get install chromium"), browsing():
        pass
