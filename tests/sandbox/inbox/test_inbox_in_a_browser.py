"""What only a browser shows: pages that change while they are read, and that work by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from smsgate.sandbox import DeliveryOutcome, Sandbox
from tests.browser import LOOKS, grave_problems
from tests.sandbox.conftest import Ask
from tests.sandbox.listener import Listener

ANN, BEN = "+27821234567", "+27821234568"
SECONDS = 20_000
"""How long a page may take on a busy machine, in milliseconds."""


@pytest.fixture(autouse=True)
def patience(page: Page) -> None:
    page.set_default_timeout(SECONDS)
    expect.set_options(timeout=SECONDS)


def connected(page: Page, path: str) -> None:
    """Open a page, and wait until it listens for changes."""
    with page.expect_response(lambda answer: "/events" in answer.url):
        page.goto(path)


@pytest.mark.slow
def test_a_text_appears_in_the_list_and_in_its_conversation(page: Page, send: Ask) -> None:
    connected(page, f"/phones/{ANN}")
    expect(page.get_by_text("No texts on this phone.")).to_be_visible()
    send(ANN, "Your code is 4711")
    expect(page.locator(".bubble")).to_contain_text("Your code is 4711")
    expect(page.locator(".phone-items .last")).to_have_text("Your code is 4711")
    expect(page.locator("#totals")).to_have_text("1 text")
    expect(page.get_by_role("status")).to_have_text(f"New text to {ANN}: Your code is 4711")


def test_a_reply_reaches_the_application_and_the_page_stays(
    page: Page, send: Ask, sandbox: Sandbox, listener: Listener
) -> None:
    sandbox.call_back("zoomconnect", listener.url(), kind="reply")
    send(ANN, "Coming?")
    connected(page, f"/phones/{ANN}")
    page.evaluate("window.mark = 1")
    page.get_by_label("Text of the person").fill("Yes, at six")
    page.get_by_role("button", name="Reply", exact=True).click()
    assert "Yes, at six" in listener.next().body
    expect(page.locator(".from-person")).to_contain_text("Yes, at six")
    expect(page.get_by_label("Text of the person")).to_have_value("")
    expect(page.get_by_label("Text of the person")).to_be_focused()
    page.get_by_role("button", name="STOP").click()
    assert '"STOP"' in listener.next().body
    expect(page.locator(".from-person").last).to_contain_text("STOP")
    assert page.evaluate("window.mark") == 1


def test_what_is_typed_selected_and_in_focus_stays_as_texts_arrive(page: Page, send: Ask) -> None:
    send(ANN, "first")
    connected(page, f"/phones/{ANN}")
    typed = page.get_by_label("Text of the person")
    typed.fill("half a sentence")
    typed.evaluate("element => element.setSelectionRange(2, 5)")
    send(ANN, "second")
    expect(page.locator(".bubble").last).to_contain_text("second")
    expect(typed).to_have_value("half a sentence")
    expect(typed).to_be_focused()
    assert typed.evaluate("element => [element.selectionStart, element.selectionEnd]") == [2, 5]
    page.locator("#text-1-link").focus()
    page.locator(".segment").first.evaluate("({firstChild: node}) => getSelection().setBaseAndExtent(node, 0, node, 5)")
    send(ANN, "third")
    expect(page.locator(".bubble").last).to_contain_text("third")
    expect(page.locator("#text-1-link")).to_be_focused()
    assert page.evaluate("getSelection().toString()") == "first"


def test_a_conversation_begins_at_its_end_and_stays_where_it_is_read(page: Page, sandbox: Sandbox) -> None:
    for place in range(120):
        sandbox.receive("zoomconnect", ANN, f"text {place}")
    connected(page, f"/phones/{ANN}")
    expect(page.get_by_text("text 119", exact=True).last).to_be_in_viewport()
    texts = page.locator("#texts")
    texts.evaluate("element => { element.scrollTop = -element.scrollHeight }")
    expect(page.locator(".bubble")).to_have_count(100)
    texts.evaluate("element => { element.scrollTop = -element.scrollHeight }")
    expect(page.locator(".bubble")).to_have_count(120)
    page.locator("#text-5").scroll_into_view_if_needed()
    before = place_of(page, "#text-5")
    sandbox.receive("zoomconnect", ANN, "text 120")
    expect(page.get_by_text("text 120", exact=True).last).to_be_attached()
    assert place_of(page, "#text-5") == pytest.approx(before, abs=1)


def place_of(page: Page, selector: str) -> float:
    """Return how far below the top of the window an element is, in pixels."""
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box["y"]


@pytest.mark.slow
def test_more_phones_come_as_the_list_is_scrolled_and_choosing_one_keeps_them(page: Page, sandbox: Sandbox) -> None:
    for place in range(120):
        sandbox.receive("zoomconnect", f"+2783{place:07d}", "hi")
    connected(page, "/")
    expect(page.locator(".phone-items li")).to_have_count(50)
    for count in (100, 120):
        page.locator(".list").evaluate("element => { element.scrollTop = element.scrollHeight }")
        expect(page.locator(".phone-items li")).to_have_count(count)
    page.get_by_role("link", name="+27830000005").click()
    expect(page.get_by_role("heading", name="+27830000005")).to_be_focused()
    expect(page.locator(".phone-items li")).to_have_count(120)
    expect(page.locator('[aria-current="true"]')).to_contain_text("+27830000005")
    expect(page).to_have_title(re.compile(r"\+27830000005 "))
    assert page.url.endswith("/phones/+27830000005")
    page.get_by_role("link", name="+27830000006").click()
    expect(page.locator('[aria-current="true"]')).to_contain_text("+27830000006")
    page.go_back()
    expect(page.get_by_role("heading", name="+27830000005")).to_be_visible()


@pytest.mark.slow
def test_a_fault_is_set_with_one_click_met_and_seen(page: Page, send: Ask) -> None:
    connected(page, "/vendors/zoomconnect")
    page.get_by_role("button", name="429").click()
    expect(page.locator(".ordered")).to_contain_text("rate limited")
    assert send(ANN).status_code == 429
    expect(page.get_by_text("None: requests are answered as the vendor documents.")).to_be_visible()
    expect(page.locator(".request-table")).to_contain_text("rate limited")
    page.get_by_label("until cancelled").check()
    page.get_by_role("button", name="Stall", exact=True).click()
    expect(page.locator(".ordered")).to_contain_text("until cancelled")
    page.get_by_role("button", name="Cancel stall before").click()
    expect(page.locator(".ordered")).to_have_count(0)


def test_a_text_is_ended_by_its_button(page: Page, send: Ask, sandbox: Sandbox, listener: Listener) -> None:
    sandbox.end_texts("zoomconnect", DeliveryOutcome.STAYS_SENT)
    sandbox.call_back("zoomconnect", listener.url())
    send(ANN)
    connected(page, f"/phones/{ANN}")
    page.get_by_role("button", name="failed").click()
    assert "FAILED" in listener.next().body
    expect(page.locator(".word")).to_have_text("FAILED")


def test_what_cannot_be_done_is_said_without_leaving_the_page(page: Page) -> None:
    connected(page, "/vendors/zoomconnect")
    page.get_by_label("URL on this machine").fill("http://example.com/")
    page.get_by_role("button", name="Set", exact=True).last.click()
    expect(page.get_by_role("alert")).to_contain_text("must be on this machine")
    expect(page.get_by_label("URL on this machine")).to_have_value("http://example.com/")


@pytest.mark.slow
def test_it_works_by_keyboard_alone(page: Page, send: Ask) -> None:
    send(ANN, "hello")
    connected(page, "/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(5):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip().startswith(ANN):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=ANN)).to_be_focused()
    page.get_by_label("Text of the person").focus()
    page.keyboard.type("typed")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".from-person")).to_contain_text("typed")


@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_no_page_has_a_grave_problem_or_is_wider_than_the_window(
    page: Page, send: Ask, sandbox: Sandbox, listener: Listener, *, width: int, scheme: str
) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 800})
    sandbox.call_back("zoomconnect", listener.url("/" + "x" * 300))
    send(ANN, "w" * 400 + " 😀 {€} \u202e")
    listener.next()
    sandbox.receive("zoomconnect", ANN, "STOP")
    paths = [
        "/",
        f"/phones/{ANN}",
        "/texts/1",
        "/requests",
        "/requests/1",
        "/vendors",
        "/vendors/zoomconnect",
        "/clear",
    ]
    for path in [*paths, "/?q=w"]:
        page.goto(path)
        assert (path, grave_problems(page)) == (path, [])
        assert (path, page.evaluate("document.documentElement.scrollWidth")) == (path, width)


def test_at_380_pixels_a_conversation_takes_the_place_of_the_list(page: Page, send: Ask) -> None:
    page.set_viewport_size({"width": 380, "height": 800})
    send(ANN, "hello")
    connected(page, "/")
    expect(page.get_by_role("heading", name="Phones")).to_be_visible()
    page.get_by_role("link", name=ANN).click()
    expect(page.get_by_role("heading", name="Phones")).to_be_hidden()
    expect(page.locator(".bubble")).to_be_in_viewport()
    page.get_by_role("link", name="← Phones").click()
    expect(page.get_by_role("heading", name="Phones")).to_be_visible()


@pytest.mark.slow
def test_without_script_every_action_works(page: Page, send: Ask, sandbox: Sandbox) -> None:
    send(ANN, "hello")
    assert page.context.browser is not None
    context = page.context.browser.new_context(java_script_enabled=False, base_url=f"http://127.0.0.1:{sandbox.port}")
    try:
        plain = context.new_page()
        plain.goto("/")
        plain.get_by_role("link", name=ANN).click()
        plain.get_by_label("Text of the person").fill("Yes")
        plain.get_by_role("button", name="Reply", exact=True).click()
        expect(plain.locator(".from-person")).to_contain_text("Yes")
        plain.goto("/vendors/zoomconnect")
        plain.get_by_role("button", name="429").click()
        expect(plain.locator(".ordered")).to_contain_text("rate limited")
        plain.get_by_role("button", name="Cancel rate limited").click()
        expect(plain.locator(".ordered")).to_have_count(0)
        plain.get_by_role("link", name="Clear").click()
        plain.get_by_role("button", name="Clear everything").click()
        expect(plain.get_by_text("No texts yet.")).to_be_visible()
    finally:
        context.close()
