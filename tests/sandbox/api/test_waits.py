"""Requests that wait for a text, on real sockets."""

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep
from typing import Any

import pytest
import requests

from smsgate.sandbox import Sandbox
from tests.sandbox.conftest import Ask

ANN, BEN = "+27821234567", "+27821234568"
SOON = 30.0


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(64) as pool:
        yield pool


def _messages(sandbox: Sandbox, **query: object) -> dict[str, Any]:
    url = f"http://127.0.0.1:{sandbox.port}/_sandbox/messages"
    answer = requests.get(url, params={name: str(value) for name, value in query.items()}, timeout=90)
    assert answer.status_code == 200
    fields: dict[str, Any] = answer.json()
    return fields


def _waiting(sandbox: Sandbox) -> int:
    """Return how many requests wait for a text."""
    return sandbox._thread.call(lambda: len(sandbox._state.feed._changed._waiters))


def _until(true: Callable[[], bool]) -> None:
    end = monotonic() + SOON
    while not true():
        assert monotonic() < end
        sleep(0.005)


def test_a_text_that_is_sent_afterwards_from_another_thread_ends_the_wait(
    sandbox: Sandbox, send: Ask, pool: ThreadPoolExecutor
) -> None:
    waiting = pool.submit(_messages, sandbox, to=ANN, wait=60)
    _until(lambda: _waiting(sandbox) == 1)
    send(BEN, "another phone's")
    send(ANN, "Your code is 4711")
    answer = waiting.result(SOON)
    [text] = answer["messages"]
    assert (text["phone"], text["text"], text["codes"]) == (ANN, "Your code is 4711", ["4711"])
    assert (text["number"], answer["next"], answer["instead"]) == (2, 2, None)


def test_a_text_that_is_there_already_is_not_waited_for(sandbox: Sandbox, send: Ask) -> None:
    send(ANN)
    assert [text["number"] for text in _messages(sandbox, to=ANN, wait=60)["messages"]] == [1]


def test_a_wait_ends_at_its_time_and_says_what_came_instead(sandbox: Sandbox, send: Ask) -> None:
    for to in (BEN, BEN, "+27821234569", "+27821234560", "+27821234561"):
        send(to)
    began = monotonic()
    answer = _messages(sandbox, to=ANN, wait=0.2)
    assert monotonic() - began >= 0.2
    assert (answer["messages"], answer["next"]) == ([], 5)
    came = f"2 to {BEN} by zoomconnect, 1 to +27821234569 by zoomconnect, 1 to +27821234560 by zoomconnect, 1 more"
    last = "the last request, POST /zoomconnect/app/api/rest/v1/sms/send, was answered 200"
    assert answer["instead"] == f"texts that came: {came}; {last}"


def test_a_wait_in_vain_says_that_the_vendor_refused_the_request(sandbox: Sandbox, control: Ask, send: Ask) -> None:
    assert _messages(sandbox, wait=0.01)["instead"] == "no other text came; no vendor got a request"
    control("POST", "faults", json={"vendor": "zoomconnect", "fault": "unauthorized"})
    send(ANN)
    assert _messages(sandbox, wait=0.01)["instead"].endswith("sms/send, was answered 401")
    control("POST", "faults", json={"vendor": "zoomconnect", "fault": "drop_before"})
    with pytest.raises(requests.ConnectionError):
        send(ANN)
    assert _messages(sandbox, wait=0.01)["instead"].endswith("sms/send, got no answer")


def test_the_next_texts_come_after_those_of_the_last_answer(sandbox: Sandbox, send: Ask) -> None:
    for text in "abc":
        send(ANN, text)
    first = _messages(sandbox, to=ANN, limit=2)
    second = _messages(sandbox, to=ANN, after=first["next"])
    assert [text["text"] for text in (*first["messages"], *second["messages"])] == ["a", "b", "c"]
    assert _messages(sandbox, limit=0, wait=60) == {"messages": [], "next": 3, "instead": None}


def test_a_phone_is_found_however_its_plus_is_written(control: Ask, send: Ask) -> None:
    send(ANN)
    for written in ("%2B27821234567", "+27821234567", "27821234567"):  # a plus in a query is a blank
        assert len(control("GET", f"messages?to={written}").json()["messages"]) == 1


def test_texts_of_another_vendor_and_those_that_people_wrote_do_not_fit(sandbox: Sandbox, send: Ask) -> None:
    send(ANN)
    sandbox.receive("zoomconnect", ANN, "hi")
    assert _messages(sandbox, vendor="twilio")["messages"] == []
    assert [text["inbound"] for text in _messages(sandbox, vendor="zoomconnect")["messages"]] == [False]
    assert [text["inbound"] for text in _messages(sandbox, inbound="true")["messages"]] == [False, True]


def test_a_reset_does_not_end_a_wait_and_the_numbers_go_on(
    sandbox: Sandbox, send: Ask, pool: ThreadPoolExecutor
) -> None:
    send(ANN)
    waiting = pool.submit(_messages, sandbox, to=ANN, after=1, wait=60)
    _until(lambda: _waiting(sandbox) == 1)
    sandbox.reset()
    send(ANN, "after it")
    assert [(text["number"], text["text"]) for text in waiting.result(SOON)["messages"]] == [(2, "after it")]


def test_fifty_waits_at_once_get_their_own_texts(sandbox: Sandbox, send: Ask, pool: ThreadPoolExecutor) -> None:
    phones = [f"+278212345{place:02}" for place in range(50)]
    waiting = [pool.submit(_messages, sandbox, to=phone, wait=60) for phone in phones]
    _until(lambda: _waiting(sandbox) == 50)
    for phone in reversed(phones):
        send(phone, phone)
    answers = [one.result(SOON)["messages"] for one in waiting]
    assert [text["text"] for [text] in answers] == phones


def test_a_wait_ends_when_the_sandbox_closes(pool: ThreadPoolExecutor) -> None:
    with Sandbox() as sandbox:
        waiting = [pool.submit(_messages, sandbox, to=ANN, wait=60) for _ in range(3)]
        _until(lambda: _waiting(sandbox) == 3)
    for one in waiting:
        assert one.result(SOON)["messages"] == []


def test_a_wait_ends_when_its_client_goes_away(sandbox: Sandbox, send: Ask) -> None:
    with socket.create_connection(("127.0.0.1", sandbox.port)) as client:
        client.sendall(b"GET /_sandbox/messages?wait=60 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        _until(lambda: _waiting(sandbox) == 1)
    _until(lambda: _waiting(sandbox) == 0)
    assert send(ANN).status_code == 200


def test_a_connection_is_used_again_after_a_wait(control: Ask, send: Ask) -> None:
    for number in range(3):  # one session, one connection
        assert control("GET", f"messages?after={number}&wait=0.01").json()["messages"] == []
        send(ANN)
        assert len(control("GET", f"messages?after={number}&wait=60").json()["messages"]) == 1
