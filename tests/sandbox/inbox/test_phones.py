from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from smsgate.sandbox import Fault, Sandbox
from tests.sandbox.conftest import Ask
from tests.sandbox.inbox.conftest import Visit

ANN, BEN = "+27821234567", "+27821234568"


def words(html: str) -> str:
    return " ".join(re.sub(r"<(?!/?bdi)[^>]+>", " ", html).split())


def shown_phones(html: str) -> list[str]:
    return re.findall(r'<span class="number"><bdi>([^<]+)', html)


def shown_texts(html: str) -> list[str]:
    return re.findall(
        r'<li class="(?:sent|from-person)(?: found)?" id="text-\d+">.*?<span class="segment">([^<]*)<', html, re.DOTALL
    )


def test_an_empty_sandbox_says_how_to_begin(visit: Visit, sandbox: Sandbox) -> None:
    page = visit("/").text
    assert "Send a text to one of the vendors: it appears here." in words(page)
    for vendor in sandbox.vendors:
        assert f'href="/vendors/{vendor}"' in page


def test_the_phones_are_listed_with_their_last_texts_the_newest_first(visit: Visit, send: Ask) -> None:
    for to, text in ((ANN, "first"), (BEN, "second"), (ANN, "third")):
        send(to, text)
    page = visit("/")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert shown_phones(page.text) == [ANN, BEN]
    assert "third" in page.text
    assert "first" not in page.text.split("</section>")[0].split('id="phones"')[1]
    assert re.search(r"2<span[^>]*> texts", page.text)


def test_a_conversation_shows_both_sides_the_newest_last(visit: Visit, send: Ask, sandbox: Sandbox) -> None:
    send(ANN, "Is it you?")
    sandbox.receive("zoomconnect", ANN, "Yes")
    send(BEN, "to another")
    page = visit(f"/phones/{ANN}").text
    assert shown_texts(page) == ["Is it you?", "Yes"]
    assert re.findall(r'<li class="(sent|from-person)"', page) == ["sent", "from-person"]
    assert 'aria-current="true"' in page
    assert "GSM-7 · 10/160 septets · 1 segment" in words(page)


def test_a_phone_without_texts_has_a_page_to_wait_on(visit: Visit) -> None:
    page = visit(f"/phones/{ANN}")
    assert (page.status_code, "No texts on this phone." in page.text) == (200, True)


def test_segments_are_drawn_apart_and_what_costs_is_marked(visit: Visit, send: Ask) -> None:
    send(ANN, "x" * 155 + "€" + "y" * 20)
    page = visit(f"/phones/{ANN}").text
    assert re.findall(r"(\d/\d · \d+/153)", page) == ["1/2 · 153/153", "2/2 · 24/153"]
    assert re.findall(r'<mark class="(\w+)" title="([^"]+)">€</mark>', page) == [
        ("doubles", "two septets each in GSM-7")
    ]
    send(ANN, "Hi 😀")
    assert (
        '<mark class="forces" title="not in GSM-7: the whole text is UCS-2">😀</mark>' in visit(f"/phones/{ANN}").text
    )


def test_a_very_long_text_is_drawn_in_part_and_its_page_draws_all(visit: Visit, sandbox: Sandbox, send: Ask) -> None:
    send(ANN, "seed")
    sandbox.receive("zoomconnect", ANN, "x" * 153_000)
    page = visit(f"/phones/{ANN}").text
    assert (page.count('class="segment several"'), "988 more segments" in page) == (12, True)
    assert len(page) < 60_000
    assert visit("/texts/2").text.count('class="segment several"') == 1_000


def test_phones_are_paged(visit: Visit, sandbox: Sandbox) -> None:
    for place in range(120):
        sandbox.receive("zoomconnect", f"+2782{place:07d}", "hi")
    found: list[str] = []
    path = "/"
    for _ in range(3):
        page = visit(path).text
        found += shown_phones(page)
        path = "".join(re.findall(r'href="(/\?before=\d+)"', page))
    assert found == [f"+2782{place:07d}" for place in reversed(range(120))]
    assert path == ""


def test_more_phones_are_loaded_after_those_that_are_shown(visit: Visit, sandbox: Sandbox) -> None:
    for place in range(120):
        sandbox.receive("zoomconnect", f"+2782{place:07d}", "hi")
    [loader] = re.findall(r'hx-get="(/\?part=more[^"]+)"', visit("/").text)
    more = visit(loader.replace("&amp;", "&"), part=True).text
    assert shown_phones(more)[0] == "+27820000069"
    [until] = re.findall(r'name="until" value="(\d+)"', more)
    sandbox.receive("zoomconnect", "+27830000000", "new")
    newest = visit(f"/?part=phones&until={until}", part=True).text
    assert shown_phones(newest)[0] == "+27830000000"
    assert "More phones" not in newest
    assert "Phones are left out here" in newest  # 51 that are newer than those below


def test_texts_are_paged(visit: Visit, sandbox: Sandbox) -> None:
    for place in range(120):
        sandbox.receive("zoomconnect", ANN, str(place))
    found: list[str] = []
    path = f"/phones/{ANN}"
    for _ in range(3):
        page = visit(path).text
        found = shown_texts(page) + found
        path = "".join(re.findall(rf'href="(/phones/\{ANN}\?before=\d+)"', page))
    assert found == [str(place) for place in range(120)]
    assert path == ""


def test_earlier_texts_are_loaded_before_those_that_are_shown(visit: Visit, sandbox: Sandbox) -> None:
    for place in range(60):
        sandbox.receive("zoomconnect", ANN, str(place))
    [loader] = re.findall(r'hx-get="([^"]+part=earlier[^"]+)"', visit(f"/phones/{ANN}").text)
    earlier = visit(loader.replace("&amp;", "&"), part=True).text
    assert shown_texts(earlier) == [str(place) for place in range(10)]
    [since] = re.findall(r'name="since" value="(\d+)"', earlier)
    assert len(shown_texts(visit(f"/phones/{ANN}?part=texts&since={since}", part=True).text)) == 50
    sandbox.receive("zoomconnect", ANN, "new")
    newest = visit(f"/phones/{ANN}?part=texts&since={since}", part=True).text
    assert (shown_texts(newest)[0], shown_texts(newest)[-1]) == ("11", "new")
    assert "Texts are left out here" in newest


def test_a_phone_is_found_by_its_texts(visit: Visit, send: Ask) -> None:
    send(ANN, "the code is 4711")
    send(BEN, "something else")
    page = visit("/?q=4711").text
    assert shown_phones(page) == [ANN]
    assert 'value="4711"' in page
    assert f"/phones/{ANN}?q=4711" in page
    assert "No phone has a text with these words." in visit("/?q=nothing").text


def test_what_is_searched_for_is_shown_where_it_is(visit: Visit, sandbox: Sandbox) -> None:
    for place in range(120):
        sandbox.receive("zoomconnect", ANN, "the Needle" if place in {10, 20} else str(place))
    page = visit("/?q=needle").text
    assert re.findall(r'<span class="last"[^>]*>(?:<span.*?</span>)?\s*([^<]*)<', page) == ["the Needle"]
    [path] = re.findall(rf'<a href="(/phones/\{ANN}[^"]*)"', page)
    around = visit(path.replace("&amp;", "&")).text
    assert shown_texts(around)[0] == "0"
    assert shown_texts(around)[-1] == "45"
    assert re.findall(r'found" id="(text-\d+)"', around) == ["text-11", "text-21"]
    assert f'href="/phones/{ANN}?q=needle&amp;before=47"' in page
    assert f'href="/phones/{ANN}?q=119"' in visit("/?q=119").text  # among the newest


def test_a_phone_with_nothing_but_scheduled_texts_is_named(visit: Visit, send: Ask) -> None:
    at = datetime.now(UTC) + timedelta(days=2)  # the vendor's clock is two hours ahead: a day may still be today
    send(ANN, "later", dateToSend=at.strftime("%Y%m%d%H%M"))
    assert f'Scheduled: <a href="/phones/{ANN}">' in visit("/").text
    assert "No texts yet." not in visit("/").text
    send(ANN, "now")
    assert "Scheduled:" not in visit("/").text


def test_a_scheduled_text_is_shown_as_scheduled(visit: Visit, send: Ask) -> None:
    at = datetime.now(UTC) + timedelta(days=2)  # the vendor's clock is two hours ahead: a day may still be today
    send(ANN, "later", dateToSend=at.strftime("%Y%m%d%H%M"))
    page = words(visit(f"/phones/{ANN}").text)
    assert re.search(r"Scheduled later scheduled for \d{4}-\d\d-\d\d \d\d:\d\d zoomconnect", page)


def test_a_reply_is_received_and_the_page_comes_back(visit: Visit, send: Ask, sandbox: Sandbox) -> None:
    send(ANN, "Coming?")
    answer = visit(f"/phones/{ANN}/replies", {"vendor": "zoomconnect", "text": "Yes\r\nI am", "in_reply": "1"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/phones/{ANN}")
    page = visit(f"/phones/{ANN}").text
    assert shown_texts(page) == ["Coming?", "Yes\nI am"]
    assert sandbox.texts[0].message_id in visit("/texts/2").text


def test_the_script_gets_the_form_anew(visit: Visit, send: Ask) -> None:
    send(ANN)
    form = visit(f"/phones/{ANN}/replies", {"vendor": "zoomconnect", "text": "Yes"}, part=True)
    assert (form.status_code, "<form" in form.text, "<html" in form.text, "Yes" in form.text) == (
        200,
        True,
        False,
        False,
    )


def test_stop_is_one_button_and_leaves_what_is_typed(visit: Visit, send: Ask) -> None:
    send(ANN)
    fields = {"vendor": "zoomconnect", "text": "half a sent", "stop": "STOP"}
    assert "half a sent" in visit(f"/phones/{ANN}/replies", fields, part=True).text
    assert shown_texts(visit(f"/phones/{ANN}").text)[-1] == "STOP"


@pytest.mark.parametrize(
    ("vendor", "reason"), [("salesbox", "salesbox has no replies"), ("nothing", "the sandbox has no vendor")]
)
@pytest.mark.parametrize("part", [True, False])
def test_a_reply_that_a_vendor_cannot_receive_is_not_lost(visit: Visit, vendor: str, reason: str, part: bool) -> None:  # noqa: FBT001
    answer = visit(f"/phones/{ANN}/replies", {"vendor": vendor, "text": "my words"}, part=part)
    assert answer.status_code == (200 if part else 422)
    assert reason in answer.text
    assert re.search(r"<textarea[^>]*>\nmy words</textarea>", answer.text)


def test_the_status_counts_texts_and_faults_and_announces_the_newest(visit: Visit, send: Ask, sandbox: Sandbox) -> None:
    send(ANN, "Hello Ann")
    sandbox.misbehave("zoomconnect", Fault.HTML)
    status = visit("/?part=status", part=True).text
    assert words(status) == f"New text to {ANN}: Hello Ann 1 text · 1 fault on"
    assert "<html" not in status


@pytest.mark.parametrize(
    "query", ["before=x", "before=-1", "before=" + "9" * 30, "until=&q=", "part=nothing", "q=%00%ff"]
)
def test_a_query_that_makes_no_sense_is_no_error(visit: Visit, send: Ask, query: str) -> None:
    send(ANN)
    assert visit(f"/?{query}", part=True).status_code == 200
    assert visit(f"/phones/{ANN}?{query}", part=True).status_code == 200
