"""The segment calculator in a browser."""

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from smsgate.sandbox import Sandbox
from tests.browser import LOOKS, grave_problems

TEXT = "It’s 5 € [today] 👍 e\u0301 \u202eabc\u200b"


def figures(page: Page) -> Locator:
    return page.locator(".figures .value")


@pytest.mark.slow
def test_what_is_typed_is_counted_as_it_is_typed(page: Page) -> None:
    page.goto("/segments")
    page.locator("#text").press_sequentially("5 € x")
    expect(figures(page)).to_have_text(["GSM-7", "6", "1", "154"])
    expect(page.locator(".cell")).to_have_count(5)
    expect(page.locator("#summary")).to_have_text("GSM-7, 1 segment, 154 left")
    expect(page.locator("#text")).to_be_focused()
    page.locator("#text").press_sequentially("’")
    expect(figures(page)).to_have_text(["UCS-2", "6", "1", "64"])
    assert page.url.endswith("/segments")


def test_a_character_says_what_it_is_to_a_pointer_and_to_the_keyboard(page: Page) -> None:
    page.goto("/segments")
    page.locator("#text").fill("a’")
    cells = page.locator(".cell")
    expect(cells).to_have_count(2)
    said = "el => getComputedStyle(el, '::after').display"
    assert [cell.evaluate(said) for cell in cells.all()] == ["none", "none"]
    cells.last.hover()
    assert [cell.evaluate(said) for cell in cells.all()] == ["none", "block"]
    page.locator("h2").first.hover()
    cells.first.focus()
    page.keyboard.press("ArrowRight")
    expect(cells.last).to_be_focused()
    assert [cell.evaluate(said) for cell in cells.all()] == ["none", "block"]
    expect(cells.last).to_have_accessible_name(
        "’ U+2019 RIGHT SINGLE QUOTATION MARK, 1 UTF-16 unit, forces UCS-2, cheaper: ’ → '"
    )


def test_one_press_applies_the_cheaper_text(page: Page) -> None:
    page.goto("/segments")
    page.locator("#text").fill("It’s " + "x" * 100)
    page.get_by_role("button", name="Use the cheaper text").press("Enter")
    expect(page.locator("#text")).to_have_value("It's " + "x" * 100)
    expect(figures(page)).to_have_text(["GSM-7", "105", "1", "55"])
    expect(page.locator("#text")).to_be_focused()
    page.locator("#text").press_sequentially("!")
    expect(figures(page)).to_have_text(["GSM-7", "106", "1", "54"])


def test_the_options_and_the_number_count_at_once(page: Page) -> None:
    page.goto("/segments")
    page.locator("#text").fill("ş" * 80)
    page.get_by_label("National tables").select_option("turkish")
    expect(figures(page)).to_have_text(["GSM-7", "80", "1", "75"])
    page.get_by_label("To, for the price").press_sequentially("+27831234567")
    expect(page.locator("caption")).to_have_text("To +27831234567 (South Africa)")
    page.get_by_label("Suggest plain letters too").check()
    expect(page.locator(".cell").first).to_have_accessible_name(
        "ş U+015F LATIN SMALL LETTER S WITH CEDILLA, 1 septet, cheaper: ş → s"
    )


def test_what_changes_while_an_answer_is_awaited_is_asked_for_after_it(page: Page) -> None:
    page.goto("/segments")
    waiting: list[Route] = []
    page.route("**/segments", lambda route: route.continue_() if waiting else waiting.append(route))
    with page.expect_request("**/segments"):
        page.locator("#text").fill("a" * 161)
    page.get_by_label("Reference number").select_option("16")
    for _ in range(500):  # the browser's request may be seen before it is stopped
        if waiting:
            break
        page.wait_for_timeout(10)
    waiting[0].continue_()
    expect(figures(page)).to_have_text(["GSM-7", "161", "2", "143"])


@pytest.mark.slow
def test_the_segments_of_a_long_text_are_reached_by_the_keyboard(page: Page) -> None:
    page.goto("/segments")
    page.locator("#text").fill("a" * 153 * 12)
    expect(page.locator(".characters")).to_have_count(10)
    page.get_by_role("button", name="Later").press("Enter")
    expect(page.get_by_role("radiogroup", name="Segment 12")).to_be_visible()
    page.locator("#text").press_sequentially("b")
    expect(page.get_by_role("radiogroup", name="Segment 13")).to_be_visible()
    page.get_by_role("button", name="Earlier").press("Enter")
    expect(page.get_by_role("radiogroup", name="Segment 1", exact=True)).to_be_visible()


@pytest.mark.slow
def test_it_works_without_a_script(browser: Browser, sandbox: Sandbox) -> None:
    context = browser.new_context(base_url=f"http://127.0.0.1:{sandbox.port}", java_script_enabled=False)
    page = context.new_page()
    page.goto("/segments")
    page.locator("#text").fill("It’s\n" + "x" * 1600)
    page.get_by_role("button", name="Calculate").click()
    expect(figures(page)).to_have_text(["UCS-2", "1,605", "24", "3"])
    page.get_by_role("button", name="Later").click()
    expect(page.locator(".pager p")).to_have_text("Segments 11 to 20 of 24")
    page.get_by_role("button", name="Use the cheaper text").click()
    expect(figures(page)).to_have_text(["GSM-7", "1,605", "11", "78"])
    expect(page.locator("#text")).to_have_value("It's\n" + "x" * 1600)
    context.close()


@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_it_has_no_grave_problem_and_fits(page: Page, scheme: str, width: int) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/segments")
    assert grave_problems(page) == []
    page.locator("#text").fill(TEXT * 5)
    expect(page.locator(".cell")).to_have_count(len(TEXT) * 5)
    page.locator(".cell.forces").first.hover()
    assert grave_problems(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
