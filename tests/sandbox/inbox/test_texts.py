from __future__ import annotations

import re

import pytest
import requests

from smsgate.sandbox import DeliveryOutcome, Fault, Sandbox
from tests.sandbox.conftest import Ask
from tests.sandbox.inbox.conftest import Visit
from tests.sandbox.listener import Listener

ANN = "+27821234567"


def test_the_page_of_a_text_says_by_which_route_it_came(visit: Visit, send: Ask, sandbox: Sandbox) -> None:
    send(ANN, "Pay €20", campaign="spring")
    page = visit("/texts/1").text
    assert 'href="/vendors/zoomconnect"' in page
    assert sandbox.texts[0].message_id in page
    assert re.search(r'<a href="/requests/1">1</a>: <code>POST /zoomconnect\S*/sms/send</code>', page)
    assert 'class="path"' in page
    assert f'href="/phones/{ANN}#text-1"' in page


def test_it_lists_each_character_that_costs_with_its_reason(visit: Visit, send: Ask) -> None:
    send(ANN, "[€€]")
    send(ANN, "é ж 😀")
    row = (
        r'<bdi>([^<]+)</bdi></td><td><code>([^<]+)</code></td><td>([^<]+)</td><td class="figure">(\d+)</td><td>([^<]+)<'
    )
    extension = "2 septets: it is in the extension table of GSM-7"
    assert re.findall(row, visit("/texts/1").text) == [
        ("[", "U+005B", "LEFT SQUARE BRACKET", "1", extension),
        ("€", "U+20AC", "EURO SIGN", "2", extension),
        ("]", "U+005D", "RIGHT SQUARE BRACKET", "1", extension),
    ]
    outside = "it is not in GSM-7, so that the whole text is UCS-2"
    assert re.findall(row, visit("/texts/2").text) == [
        ("ж", "U+0436", "CYRILLIC SMALL LETTER ZHE", "1", f"1 UTF-16 unit: {outside}"),
        ("😀", "U+1F600", "GRINNING FACE", "1", f"2 UTF-16 units: {outside}"),
    ]


def test_a_plain_text_costs_nothing_more(visit: Visit, send: Ask) -> None:
    send(ANN, "plain")
    assert "None: each character is one septet." in visit("/texts/1").text


def test_it_shows_the_request_and_the_answer_as_they_were_on_the_wire(visit: Visit, send: Ask) -> None:
    send(ANN, 'with "quotes"')
    page = visit("/texts/1").text
    assert re.search(r"<b>POST /zoomconnect\S*/sms/send</b>", page)
    assert '<span class="name">Content-Type:</span> application/json' in page
    assert "with \\&#34;quotes\\&#34;" in page
    assert "<b>200 OK</b>" in page
    assert '<span class="name">token:</span> ****' in page
    assert "zoomconnect-sandbox-token" not in page


def test_it_shows_the_calls_and_how_the_application_answered(
    visit: Visit, send: Ask, sandbox: Sandbox, listener: Listener
) -> None:
    listener.answers.append(503)
    sandbox.call_back("zoomconnect", listener.url("/hook?key=secret"))
    send(ANN)
    listener.next()
    sandbox.settle()
    page = visit("/texts/1").text
    assert f"http://127.0.0.1:{listener.port}/hook?key=****" in page
    assert "secret" not in page
    assert '<strong class="wrong">503</strong>' in page
    assert '<span class="tag">report</span>' in page
    assert sandbox.texts[0].message_id in page.split('id="calls"')[1].split('id="wire"')[0]


def test_a_text_that_was_sent_although_the_client_cannot_know_it_shows_no_answer(
    visit: Visit, send: Ask, sandbox: Sandbox
) -> None:
    sandbox.misbehave("zoomconnect", Fault.DROP_AFTER)
    with pytest.raises(requests.ConnectionError):
        send(ANN)
    assert "No answer: the connection was closed" in visit("/texts/1").text


def test_the_part_that_changes_comes_alone(visit: Visit, send: Ask) -> None:
    send(ANN)
    part = visit("/texts/1?part=text", part=True).text
    assert ("<html" in part, 'id="facts"' in part) == (False, True)


def test_a_button_ends_a_text(visit: Visit, send: Ask, sandbox: Sandbox, listener: Listener) -> None:
    sandbox.end_texts("zoomconnect", DeliveryOutcome.STAYS_SENT)
    sandbox.call_back("zoomconnect", listener.url())
    send(ANN)
    answer = visit("/texts/1/ends", {"outcome": "failed", "page": "phone"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/phones/{ANN}#text-1")
    assert "FAILED" in listener.next().body
    page = visit("/texts/1").text
    assert "<strong>FAILED</strong>" in page
    assert '<strong class="word">FAILED</strong>' in visit(f"/phones/{ANN}").text


def test_the_script_is_answered_with_a_notice_only(visit: Visit, send: Ask) -> None:
    send(ANN)
    answer = visit("/texts/1/ends", {"outcome": "delivered"}, part=True)
    assert (answer.status_code, answer.text, answer.headers["HX-Trigger"]) == (200, "", "changed")


@pytest.mark.parametrize("part", [True, False])
def test_an_end_that_there_is_not_is_refused_with_a_reason(visit: Visit, send: Ask, *, part: bool) -> None:
    send(ANN)
    answer = visit("/texts/1/ends", {"outcome": "eaten"}, part=part)
    assert answer.status_code == (200 if part else 422)
    assert "&#39;eaten&#39; is not a valid DeliveryOutcome" in answer.text


@pytest.mark.parametrize("path", ["/texts/7", "/texts/x", "/texts/" + "9" * 40, "/texts/-1"])
def test_a_text_that_there_is_not_has_a_page_that_says_so(visit: Visit, path: str) -> None:
    answer = visit(path)
    assert (answer.status_code, "there is no text" in answer.text) == (404, True)
    assert visit(f"{path}/ends", {"outcome": "failed"}).status_code == 404
