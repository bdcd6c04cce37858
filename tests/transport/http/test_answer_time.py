"""What connecting takes is not the answer's: a text is written with time for an answer, or not at all."""

from __future__ import annotations

import re
import threading
import time
from contextlib import closing
from typing import Any

import pytest

from smsgate import Effect, NotSentError, Request, Settings, UnknownOutcomeError
from smsgate.adapter.deadline import Deadline
from smsgate.transport.http.watch import TooLateError, Watch
from tests.transport.http.fault_server import Peer, Script, Serve, Truth, http
from tests.transport.http.faults import says
from tests.transport.http.vendor import QUIET, message, open_gateway, open_transport


def test_a_connection_that_is_made_late_sends_no_text(serve: Serve, ca_bundle: str) -> None:
    def dawdle(peer: Peer, truth: Truth) -> None:
        peer.read_request(truth)
        threading.Event().wait(1.7)
        peer.write(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")

    server = serve("connect")
    server.script = Script(tunnel=dawdle)
    tls: dict[str, Any] = {"ca_bundle": ca_bundle, "proxy": server.proxy}
    with open_gateway(server.base_url, **tls) as gateway, pytest.raises(NotSentError) as caught:
        gateway.send(message(), deadline=2.0)
    told = r"no connection within 1\.\d+ s \((1\.\d+ s of the )?deadline (of )?2 s, 0\.5 s of it for the answer\)"
    assert re.search(told, str(caught.value)), str(caught.value)


def test_a_silent_vendors_error_names_the_sends_own_deadline(serve: Serve) -> None:
    def listen(peer: Peer, truth: Truth) -> None:
        peer.read_request(truth)
        peer.stall()

    server = serve("http")
    server.script = Script(request=listen)
    with open_gateway(server.base_url) as gateway, pytest.raises(UnknownOutcomeError) as caught:
        gateway.send(message(), deadline=0.5)
    told = r"no whole answer in time \((0\.\d+ s of the )?deadline (of )?0\.5 s\); the message may have been sent"
    assert re.search(told, str(caught.value))


def test_a_short_deadline_sends_whatever_read_timeout_is(serve: Serve) -> None:
    server = serve("http")
    server.script = Script(request=says(http(b'{"id": "id-r1"}')))
    with open_gateway(server.base_url, read_timeout=30.0) as gateway:
        assert gateway.send(message(), deadline=5.0).message_id == "id-r1"


@pytest.mark.parametrize("settings", [{"deadline": 0.5}, {"deadline": 5.0, "read_timeout": 30.0}])
def test_an_account_whose_own_deadline_is_short_sends(settings: dict[str, Any], serve: Serve) -> None:
    server = serve("http")
    with open_gateway(server.base_url, **settings) as gateway:  # the gateway's deadline is a minute
        assert gateway.send(message()).message_id == "id-r1"


def test_a_watch_whose_answer_has_no_time_left_lets_no_byte_be_written() -> None:
    def watch(left: float) -> Watch:
        deadline = Deadline(60.0, time.monotonic() + left, answer=15.0)
        request = Request("POST", "send", effect=Effect.SENDS, deadline=deadline)
        return Watch(request, Settings(base_url="http://127.0.0.1"))

    watch(30.0).check_time()
    with pytest.raises(TooLateError):
        watch(14.0).check_time()


def test_a_connection_that_is_there_takes_no_request_that_is_too_late(serve: Serve) -> None:
    server = serve("http")
    late = Deadline(60.0, time.monotonic() + 14.0, answer=15.0)
    with closing(open_transport(Settings(base_url=server.base_url, reuse_within=30.0))) as transport:
        transport.ask(Request("GET", "messages/m1"), {})
        time.sleep(QUIET)
        with pytest.raises(NotSentError, match="deadline exceeded before POST send"):
            transport.ask(Request("POST", "send", json={}, effect=Effect.SENDS, deadline=late), {})
    assert len(server.truths) == 1
