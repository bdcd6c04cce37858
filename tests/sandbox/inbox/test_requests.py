from __future__ import annotations

import re

import pytest

from smsgate.sandbox import Fault, Sandbox
from tests.sandbox.conftest import Ask
from tests.sandbox.inbox.conftest import Visit

ANN = "+27821234567"


def shown(html: str) -> list[int]:
    return [int(number) for number in re.findall(r'<tr id="request-(\d+)">', html)]


def test_requests_are_listed_the_newest_first_also_those_that_sent_nothing(
    visit: Visit, send: Ask, ask: Ask, sandbox: Sandbox
) -> None:
    send(ANN)
    sandbox.misbehave("zoomconnect", Fault.RATE_LIMITED)
    send(ANN)
    ask("GET", "nothing/here")
    page = visit("/requests").text
    assert shown(page) == [3, 2, 1]
    rows = re.split(r"<tr id=", page)[1:]
    assert [re.findall(r">(\d{3})</strong>", row) for row in rows] == [["404"], ["429"], ["200"]]
    assert ["rate limited" in row for row in rows] == [False, True, False]


def test_requests_are_paged(visit: Visit, ask: Ask) -> None:
    for _ in range(60):
        ask("GET", "account/balance")
    page = visit("/requests").text
    assert shown(page) == [*range(60, 10, -1)]
    [earlier] = re.findall(r'href="(/requests\?before=\d+)"', page)
    assert shown(visit(earlier).text) == [*range(10, 0, -1)]
    assert 'hx-trigger="sse:' not in visit(earlier).text.split('id="requests"')[1]  # an old page does not change
    assert shown(visit("/requests?part=requests", part=True).text) == [*range(60, 10, -1)]


def test_a_request_shows_its_fault_and_the_texts_that_it_sent(visit: Visit, send: Ask, sandbox: Sandbox) -> None:
    sandbox.misbehave("zoomconnect", Fault.ERROR_AFTER)
    send(ANN)
    page = visit("/requests/1").text
    assert "error after" in page
    assert f'<a href="/texts/1">text 1 to {ANN}</a>' in page
    assert "<b>500 " in page
    assert "recipientNumber" in page


def test_a_request_that_sent_nothing_says_so(visit: Visit, ask: Ask) -> None:
    ask("GET", "account/balance")
    assert re.search(r"<dt>Sent</dt><dd>nothing</dd>", visit("/requests/1").text)


@pytest.mark.parametrize("number", ["7", "x", "9" * 40])
def test_a_request_that_there_is_not_has_a_page_that_says_so(visit: Visit, number: str) -> None:
    answer = visit(f"/requests/{number}")
    assert (answer.status_code, f"there is no request {number}" in answer.text) == (404, True)


def test_nothing_was_asked_yet(visit: Visit) -> None:
    assert "No requests yet." in visit("/requests").text
