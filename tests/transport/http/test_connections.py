"""Which connection a request uses: none that may be stale, none with another request's answer in it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest

from smsgate import Request, Settings, UnknownOutcomeError
from smsgate.transport.http.transport import HttpTransport
from tests.transport.http.fault_server import Peer, Script, Serve, Truth, answer_to, http
from tests.transport.http.faults import rst, says
from tests.transport.http.vendor import message, open_gateway, warm_up

IDLE = 0.05
"""Seconds until the server closes an idle connection."""


def _closes_when_idle(peer: Peer, truth: Truth) -> None:
    while True:
        peer.write(answer_to(*peer.read_request(truth)))
        peer.sock.settimeout(IDLE)
        peer.read(lambda data: len(data) > 0)  # or the time-out ends the thread, which closes


def _send_with_pauses(worker: int, sends: int, base_url: str, settings: dict[str, Any]) -> int:
    """Return how many were accepted; anything else raises."""
    chance, clock = Random(worker), threading.Event()
    with open_gateway(base_url, **settings) as gateway:
        for number in range(sends):
            reference = f"{worker}-{number}"
            assert gateway.send(message(reference)).message_id == f"id-{reference}"
            clock.wait(IDLE * chance.uniform(0.8, 1.2))
    return sends


@pytest.mark.slow
@pytest.mark.parametrize("sends", [25, pytest.param(250, marks=pytest.mark.soak)])
@pytest.mark.parametrize("kind", ["http", "https"])
def test_no_outcome_is_unknown_where_the_server_closes_idle_connections(
    kind: str, sends: int, serve: Serve, ca_bundle: str
) -> None:
    server = serve(kind)
    server.script = Script(request=_closes_when_idle)
    tls: dict[str, Any] = {"ca_bundle": ca_bundle} if kind == "https" else {}
    with ThreadPoolExecutor(10) as pool:
        accepted = sum(pool.map(lambda worker: _send_with_pauses(worker, sends, server.base_url, tls), range(10)))
    assert accepted == 10 * sends


def test_a_send_takes_no_connection_that_was_idle_for_long(serve: Serve) -> None:
    server = serve("http")
    with open_gateway(server.base_url, reuse_within=0.0) as gateway:
        warm_up(gateway)
        gateway.send(message())
        assert [truth.connection for truth in server.truths] == [1, 2]
        gateway.status("m1")
        assert server.truths[-1].connection == 2, "a read may have any connection"


def test_connections_that_may_be_stale_do_not_pile_up(serve: Serve) -> None:
    server = serve("http")
    with open_gateway(server.base_url, reuse_within=0.0) as gateway:
        for _ in range(20):
            gateway.send(message())
        assert server.connections == 20
        assert server.open_connections <= 2, "the last one, and one that the server has not yet seen closed"


@pytest.mark.parametrize("transport", ["requests"], indirect=True)
def test_a_closed_transport_has_no_open_connection_though_its_pool_is_referred_to(serve: Serve) -> None:
    """As the traceback of an error may, which the application keeps."""
    server = serve("http")
    transport = HttpTransport(Settings(base_url=server.base_url))
    transport.ask(Request("GET", "status/m1"), {})
    manager = transport._session.get().adapters["https://"].poolmanager  # type: ignore[attr-defined]
    pools = [manager.pools.get(key) for key in manager.pools.keys()]  # noqa: SIM118 - it cannot be iterated
    transport.close()
    server.wait_until_left()
    assert len(pools) == 1


def test_sends_one_after_the_other_share_a_connection(serve: Serve) -> None:
    server = serve("http")
    with open_gateway(server.base_url, reuse_within=30.0) as gateway:
        warm_up(gateway)
        for _ in range(20):
            gateway.send(message())
    assert server.connections == 1


def test_a_read_on_a_connection_that_was_closed_is_asked_again(serve: Serve) -> None:
    def close_after_one(peer: Peer, truth: Truth) -> None:
        peer.write(answer_to(*peer.read_request(truth)))
        peer.read(lambda data: len(data) > 0)  # close while the next request arrives
        server.script = Script()

    server = serve("http")
    server.script = Script(request=close_after_one)
    with open_gateway(server.base_url, read_attempts=2) as gateway:
        warm_up(gateway)
        assert gateway.status("m1").message_id == "id-m1"
        assert gateway.status("m2").message_id == "id-m2"


@pytest.mark.parametrize("kind", ["http", "https"])
@pytest.mark.parametrize("surplus", [b"x", http(b'{"id": "of nobody"}'), b"\r\n"])
def test_a_connection_with_more_than_an_answer_in_it_is_not_used_again(
    surplus: bytes, kind: str, serve: Serve, ca_bundle: str
) -> None:
    def say_more(peer: Peer, truth: Truth) -> None:
        peer.write(answer_to(*peer.read_request(truth)) + surplus)
        server.script = Script()
        while True:
            peer.write(answer_to(*peer.read_request(truth)))

    server = serve(kind)
    server.script = Script(request=say_more)
    tls: dict[str, Any] = {"ca_bundle": ca_bundle} if kind == "https" else {}
    with open_gateway(server.base_url, reuse_within=30.0, **tls) as gateway:
        assert gateway.send(message("a")).message_id == "id-a"
        assert gateway.send(message("b")).message_id == "id-b"
    assert server.connections == 2


def test_an_answer_in_chunks_that_names_a_length_too_is_the_last_on_its_connection(serve: Serve) -> None:
    def say_both(peer: Peer, truth: Truth) -> None:
        body = answer_to(*peer.read_request(truth)).partition(b"\r\n\r\n")[2]
        lengths = b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n"
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        peer.write(head + lengths + b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n")
        server.script = Script()
        peer.stall()

    server = serve("http")
    with open_gateway(server.base_url, reuse_within=30.0) as gateway:
        warm_up(gateway)
        server.script = Script(request=say_both)
        assert gateway.send(message("a")).message_id == "id-a"
        assert gateway.send(message("b")).message_id == "id-b"
    assert server.connections == 2


def test_the_end_of_tls_is_the_end_of_an_answer_that_names_no_length(serve: Serve, ca_bundle: str) -> None:
    def end_tls(peer: Peer, truth: Truth) -> None:
        body = answer_to(*peer.read_request(truth)).partition(b"\r\n\r\n")[2]
        peer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + body)
        peer.sock.settimeout(0.0)
        with suppress(OSError):  # it does not wait for the client's end
            peer.sock.unwrap()  # type: ignore[attr-defined] # of an SSLSocket
        peer.released.wait(10.0)  # without an end of TCP

    server = serve("https")
    server.script = Script(request=end_tls)
    with open_gateway(server.base_url, ca_bundle=ca_bundle, read_timeout=5.0) as gateway:
        assert gateway.send(message()).message_id == "id-r1"


def test_an_early_hint_does_not_give_a_message_the_id_of_another(serve: Serve) -> None:
    def hint(peer: Peer, truth: Truth) -> None:
        while True:
            good = answer_to(*peer.read_request(truth))
            peer.write(b"HTTP/1.1 103 Early Hints\r\n\r\n" + good)

    server = serve("http")
    server.script = Script(request=hint)
    with open_gateway(server.base_url, reuse_within=30.0) as gateway:
        for reference in ("a", "b", "c"):
            with pytest.raises(UnknownOutcomeError):
                gateway.send(message(reference))


def _threads() -> set[threading.Thread]:
    """Return the threads that run; a thread whose last step asks for its name stays in the list as a dummy."""
    return {each for each in threading.enumerate() if not isinstance(each, threading._DummyThread)}


def _sockets() -> int:
    return sum(1 for entry in Path("/proc/self/fd").iterdir() if _is_socket(entry))


def _is_socket(entry: Path) -> bool:
    try:
        return str(entry.readlink()).startswith("socket:")
    except OSError:
        return False


@pytest.mark.slow
@pytest.mark.parametrize("sends", [500, pytest.param(5_000, marks=pytest.mark.soak)])
@pytest.mark.parametrize("kind", ["http", "https"])
def test_eight_threads_share_a_gateway_and_nothing_is_mixed_up_or_left(
    kind: str, sends: int, serve: Serve, ca_bundle: str
) -> None:
    server = serve(kind)
    tls: dict[str, Any] = {"ca_bundle": ca_bundle} if kind == "https" else {}
    threads, counts_sockets = _threads(), Path("/proc/self/fd").exists()
    before = _sockets() if counts_sockets else 0
    with open_gateway(server.base_url, **tls) as gateway, ThreadPoolExecutor(8) as pool:
        references = [f"r{number}" for number in range(sends)]
        ids = list(pool.map(lambda reference: gateway.send(message(reference)).message_id, references))
    assert ids == [f"id-{reference}" for reference in references]
    assert len(server.truths) == sends
    server.wait_until_left()
    assert server.open_connections == 0
    assert _threads() == threads
    assert (_sockets() if counts_sockets else 0) == before


def test_what_is_under_way_while_the_gateway_closes_leaves_no_connection(serve: Serve) -> None:
    asked, may_answer = threading.Event(), threading.Event()

    def wait_for_it() -> None:
        asked.set()
        may_answer.wait(10.0)

    server = serve("http")
    server.busy = wait_for_it
    gateway = open_gateway(server.base_url)
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(gateway.send, message())
        assert asked.wait(10.0)
        gateway.close()
        may_answer.set()
        assert sending.result().message_id == "id-r1"
    server.wait_until_left()
    assert server.open_connections == 0


def test_a_message_is_handed_over_once_whatever_happens(serve: Serve) -> None:
    server = serve("http")
    server.script = Script(request=says(b"", rst))
    with open_gateway(server.base_url, read_attempts=4) as gateway, pytest.raises(UnknownOutcomeError):
        gateway.send(message())
    assert len(server.truths) == 1


def test_a_redirect_is_not_followed_nor_are_the_credentials_sent_along(serve: Serve) -> None:
    other, server = serve("http"), serve("http")
    location = f"Location: http://127.0.0.1:{other.port}/api/send".encode()
    for status in (301, 302, 303, 307, 308):
        wire = http(b"{}", location, status=b"%d Moved" % status)
        server.script = Script(request=says(wire))
        with open_gateway(server.base_url) as gateway:
            with pytest.raises(Exception, match=f"answered {status}"):
                gateway.send(message())
            with pytest.raises(Exception, match=f"answered {status}"):
                gateway.status("m1")
    assert other.connections == 0
