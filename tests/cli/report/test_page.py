"""The page of a report is complete in one file, and fit for every reader, screen and printer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from attrs import evolve
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from smsgate import DeliveryTimes, Outcome, Refusal, RunGroup, RunReport, State, Status
from smsgate.cli.report.page import page_of
from tests.browser import browsing

pytestmark = pytest.mark.threads  # no engine is in it

NAME = "spring <b>&\u202e"
WORDS = f"<script>alert('x')</script> {'long' * 60}"


def group(state: State, messages: int, status: Status | None = None, cost: str | None = None) -> RunGroup:
    return RunGroup(
        country="ZA",
        provider="zoom",
        state=state,
        status=status,
        unit=None if cost is None else "ZAR",
        messages=messages,
        segments=messages if state is State.ACCEPTED else 0,
        cost=None if cost is None else Decimal(cost),
    )


REPORT = RunReport(
    run=NAME,
    at=datetime(2026, 11, 30, 12, tzinfo=UTC),
    groups=(
        *(group(State.ACCEPTED, 10, status, "2.50") for status in Status),
        *(group(state, 3) for state in State if state is not State.ACCEPTED),
    ),
    refusals=(
        Refusal(outcome=Outcome.REJECTED, provider="zoom", code="2", reason=WORDS, messages=2),
        Refusal(outcome=Outcome.NOT_SENT, provider=None, code=None, reason="no connection", messages=1),
    ),
    other_refusals=3,
    began=datetime(2026, 11, 30, 8, tzinfo=UTC),
    ended=datetime(2026, 11, 30, 9, 30, tzinfo=UTC),
    delivery_times=DeliveryTimes({0.5: 1, 4.0: 400, 90.0: 3, 100_000.0: 2}),
)


@pytest.fixture(scope="module", name="browser")
def _browser() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


@pytest.fixture(name="file")
def _file(tmp_path: Path) -> str:
    file = tmp_path / "report.html"
    file.write_text(page_of(REPORT), encoding="utf-8")
    return file.as_uri()


def test_every_word_of_others_is_escaped_and_nothing_is_loaded() -> None:
    page = page_of(REPORT)
    assert "<script" not in page
    assert "spring &lt;b&gt;&amp;\ufffd" in page
    assert "&lt;script&gt;alert(&#39;x&#39;)" in page
    assert re.findall(r'(?:src|href|action)="([^"]*)"', page) == ["data:,"]
    assert "url(" not in page
    assert "@import" not in page


def test_a_run_without_an_end_has_a_page_too() -> None:
    empty = evolve(
        REPORT, groups=(), refusals=(), other_refusals=0, began=None, ended=None, delivery_times=DeliveryTimes({})
    )
    page = page_of(empty)
    assert "<table" not in page
    assert "duration" not in page


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_asks_for_nothing_fits_its_screen_and_has_no_barrier(browser: Browser, file: str, scheme: str) -> None:
    context = browser.new_context(color_scheme="dark" if scheme == "dark" else "light")
    page = context.new_page()
    wrong: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    for width in (380, 1_280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(file)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert Axe().run(page).response["violations"] == []
    assert {*asked} == {file}
    assert wrong == []
    assert tables(page) == ["Outcomes", "Deliveries of accepted messages", "Time to delivery", *BELOW]
    context.close()


BELOW = ["Messages and cost by country and provider", "Refusals by reason"]


def tables(page: Page) -> list[str]:
    """Return the names of the tables that a screen reader finds."""
    return [each.locator("caption").inner_text() for each in page.get_by_role("table").all()]


def test_it_is_printed_on_white_with_its_bars_and_within_the_paper(browser: Browser, file: str) -> None:
    page = browser.new_page(color_scheme="dark", viewport={"width": 700, "height": 900})
    page.emulate_media(media="print")
    page.goto(file)
    colours = page.evaluate(
        "[document.body, document.querySelector('section')].map(e => getComputedStyle(e).backgroundColor)"
    )
    assert colours == ["rgb(255, 255, 255)"] * 2
    assert page.evaluate("document.documentElement.scrollWidth") == 700
    bars = page.evaluate("[...document.querySelectorAll('.stack rect')].map(e => getComputedStyle(e).fill)")
    assert bars[0] != "rgb(255, 255, 255)"
    page.close()
