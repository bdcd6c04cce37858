"""Reads are asked again within the deadline; sends never are."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from typing import Any

import pytest

from smsgate import ProviderError, RateLimitedError, UnknownOutcomeError, UnreachableError
from tests.skipped_waits import skip_waits
from tests.transport.http.fault_server import Peer, Script, Serve, Truth, answer_to, http
from tests.transport.http.vendor import message, open_gateway

Wire = bytes | None


def _answers(wires: Iterable[Wire]) -> Script:
    """Answer each request with the next wire; with None, hang up; when there are no more, well."""
    left = iter(wires)
    lock = threading.Lock()

    def play(peer: Peer, truth: Truth) -> None:
        good = answer_to(*peer.read_request(truth))
        with lock:
            wire = next(left, good)
        if wire is not None:
            peer.write(wire)

    return Script(request=play)


BUSY = http(b"{}", status=b"503 Service Unavailable")


@pytest.mark.parametrize(
    "first",
    [
        None,
        BUSY,
        http(b"{}", status=b"502 Bad Gateway"),
        http(b"{}", status=b"504 Gateway Timeout"),
        http(b"{}", b"Retry-After: 0", status=b"429 Too Many Requests"),
        b"HTTP/1.1 2",
        b"nonsense",
    ],
)
def test_a_read_is_asked_again_until_it_is_answered(first: Wire, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    skip_waits(monkeypatch)
    server = serve("http")
    server.script = _answers([first, first, first])
    with open_gateway(server.base_url, read_attempts=4) as gateway:
        assert gateway.status("m1").message_id == "id-m1"
    assert len(server.truths) == 4


@pytest.mark.parametrize(
    "refusal",
    [
        http(b"{}", status=b"404 Not Found"),
        http(b"{}", status=b"500 Internal Server Error"),
        http(b"{}", status=b"429 Too Many Requests"),
        http(b"{}", b"Retry-After: 3600", status=b"429 Too Many Requests"),
        http(b"{}", b"Retry-After: 3600", status=b"503 Service Unavailable"),
    ],
)
def test_a_read_is_not_asked_again_where_that_would_not_help_in_time(refusal: bytes, serve: Serve) -> None:
    server = serve("http")
    server.script = _answers([refusal])
    with open_gateway(server.base_url, read_attempts=4, deadline=5.0) as gateway, pytest.raises(ProviderError):
        gateway.status("m1")
    assert len(server.truths) == 1


def test_a_vendors_retry_after_is_kept_to(serve: Serve) -> None:
    server = serve("http")
    server.script = _answers([http(b"{}", b"Retry-After: 1", status=b"429 Too Many Requests")])
    start = time.monotonic()
    with open_gateway(server.base_url, read_attempts=2) as gateway:
        gateway.status("m1")
    assert time.monotonic() - start >= 1.0


def test_the_last_failure_is_what_is_raised(serve: Serve) -> None:
    server = serve("http")
    server.script = _answers([None, BUSY, http(b"{}", b"Retry-After: 0", status=b"429 Too Many Requests")])
    with open_gateway(server.base_url, read_attempts=3) as gateway, pytest.raises(RateLimitedError):
        gateway.status("m1")
    assert len(server.truths) == 3


@pytest.mark.parametrize("answer", [None, BUSY])
def test_repetitions_share_one_deadline(answer: Wire, serve: Serve) -> None:
    server = serve("http")
    for _ in range(10):  # the machine may be busy with others
        server.script = _answers([answer] * 50)
        before, start = len(server.truths), time.monotonic()
        with open_gateway(server.base_url, read_attempts=10, deadline=0.6) as gateway, pytest.raises(ProviderError):
            gateway.status("m1")
        took, asked = time.monotonic() - start, len(server.truths) - before
        if took <= 0.6 + 0.25 and asked >= 2:
            break
    assert took <= 0.6 + 0.25
    assert 2 <= asked <= 4


def test_the_last_attempt_has_only_what_is_left_of_the_deadline(serve: Serve) -> None:
    def hang(peer: Peer, truth: Truth) -> None:
        peer.read_request(truth)
        peer.stall()

    server = serve("http")
    server.script = Script(request=hang)
    start = time.monotonic()
    settings: dict[str, Any] = {"read_attempts": 10, "read_timeout": 0.2, "deadline": 0.5}
    with open_gateway(server.base_url, **settings) as gateway, pytest.raises(ProviderError):
        gateway.status("m1")
    assert time.monotonic() - start <= 0.5 + 0.25


def test_a_read_is_asked_again_where_no_connection_came_about(serve: Serve) -> None:
    server = serve("https")
    attempts = []

    def hang_up(peer: Peer, _: Truth) -> None:
        attempts.append(peer.number)

    server.script = Script(handshake=hang_up)
    with open_gateway(server.base_url, read_attempts=3) as gateway, pytest.raises(UnreachableError):
        gateway.status("m1")
    server.wait_until_left()
    assert attempts == [1, 2, 3]


@pytest.mark.parametrize("answer", [None, BUSY, http(b"{}", b"Retry-After: 0", status=b"429 Too Many Requests")])
def test_a_send_is_asked_once(answer: Wire, serve: Serve) -> None:
    server = serve("http")
    server.script = _answers([answer])
    with (
        open_gateway(server.base_url, read_attempts=4) as gateway,
        pytest.raises((UnknownOutcomeError, RateLimitedError)),
    ):
        gateway.send(message())
    assert len(server.truths) == 1
