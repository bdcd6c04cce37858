"""No request is given the answer of another, though a server answers twice, too early, or unasked."""

from __future__ import annotations

import multiprocessing
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

import pytest

from smsgate import Gateway, ProviderError, RejectedError, UnknownOutcomeError
from tests.transport.http.fault_server import Peer, Script, Serve, Truth, answer_to, http
from tests.transport.http.vendor import QUIET, message, open_gateway, warm_up

BIG = "x" * 6_000_000
LEFT_OVER = http(b'{"id": "id-of-another"}')


def _gateway(base_url: str, kind: str, ca_bundle: str, **settings: Any) -> Gateway:
    tls: dict[str, Any] = {"ca_bundle": ca_bundle} if kind == "https" else {}
    return open_gateway(base_url, reuse_within=30.0, **tls, **settings)


def _second(play: Callable[[Peer, Truth], object]) -> Callable[[Peer, Truth], None]:
    """Answer the first request of each connection well, and the second one as `play` does."""

    def both(peer: Peer, truth: Truth) -> None:
        peer.write(answer_to(*peer.read_request(truth)))
        play(peer, truth)
        peer.stall()

    return both


def _early(peer: Peer, truth: Truth) -> None:
    """Write a left-over as soon as the next request begins to arrive, then answer it."""
    peer.read(lambda data: len(data) > 0)
    peer.write(LEFT_OVER)
    peer.write(answer_to(*peer.read_request(truth)))


def _before_it_arrives(peer: Peer, _: Truth) -> None:
    """Write a left-over while most of the next request waits for room to arrive in."""
    peer.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    peer.sock.recv(1, socket.MSG_PEEK)
    peer.write(LEFT_OVER)


def _both(peer: Peer, truth: Truth) -> None:
    """Write a left-over together with the answer."""
    peer.write(LEFT_OVER + answer_to(*peer.read_request(truth)))


@pytest.mark.parametrize("kind", ["http", "https"])
def test_an_answer_that_comes_before_a_request_is_written_is_not_taken_for_its_answer(
    kind: str, serve: Serve, ca_bundle: str
) -> None:
    server = serve(kind)
    server.script = Script(request=_second(_early))
    with _gateway(server.base_url, kind, ca_bundle) as gateway:
        warm_up(gateway)
        with pytest.raises(UnknownOutcomeError, match="may be the answer to an earlier request"):
            gateway.send(message("b", pad=BIG))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell what was confirmed")
def test_an_answer_that_comes_before_a_request_has_arrived_is_not_taken_for_its_answer(serve: Serve) -> None:
    server = serve("http")
    server.script = Script(request=_second(_before_it_arrives))
    with _gateway(server.base_url, "http", "") as gateway:
        warm_up(gateway)
        with pytest.raises(UnknownOutcomeError, match="an answer came before the request had arrived"):
            gateway.send(message("b", pad="x" * 200_000))


@pytest.mark.parametrize("kind", ["http", "https"])
def test_of_two_answers_on_a_used_connection_none_is_taken(kind: str, serve: Serve, ca_bundle: str) -> None:
    server = serve(kind)
    server.script = Script(request=_second(_both))
    with _gateway(server.base_url, kind, ca_bundle) as gateway:
        warm_up(gateway)
        with pytest.raises(UnknownOutcomeError, match="two answers came on a connection that was used before"):
            gateway.send(message("b"))


def test_a_read_that_meets_two_answers_is_asked_again_on_another_connection(serve: Serve) -> None:
    server = serve("http")
    server.script = Script(request=_second(_both))
    with _gateway(server.base_url, "http", "", read_attempts=2) as gateway:
        warm_up(gateway)
        for message_id in ("a", "b", "c"):
            assert gateway.status(message_id).message_id == f"id-{message_id}"


@pytest.mark.parametrize("kind", ["http", "https"])
@pytest.mark.parametrize(
    "left_over",
    [LEFT_OVER, b"\r\n", http(b"", b"Connection: close", status=b"408 Request Timeout"), http(b"", status=b"400 Bad")],
    ids=["an answer", "an empty line", "408", "400"],
)
def test_what_comes_while_a_connection_is_idle_is_no_answer(
    left_over: bytes, kind: str, serve: Serve, ca_bundle: str
) -> None:
    written = threading.Event()

    def write_unasked(peer: Peer, truth: Truth) -> None:
        peer.write(answer_to(*peer.read_request(truth)))
        server.script = Script()
        peer.write(left_over)
        written.set()
        peer.stall()

    server = serve(kind)
    server.script = Script(request=write_unasked)
    with _gateway(server.base_url, kind, ca_bundle) as gateway:
        assert gateway.send(message("a")).message_id == "id-a"
        assert written.wait(10.0)
        time.sleep(QUIET)
        assert gateway.send(message("b")).message_id == "id-b"
    assert server.connections == 2


@pytest.mark.parametrize("kind", ["http", "https"])
def test_what_comes_while_a_proved_connection_is_idle_is_no_answer(kind: str, serve: Serve, ca_bundle: str) -> None:
    idle, written = threading.Event(), threading.Event()

    def write_unasked(peer: Peer, truth: Truth) -> None:
        for _ in range(2):
            peer.write(answer_to(*peer.read_request(truth)))
        server.script = Script()
        assert idle.wait(10.0)
        peer.write(LEFT_OVER)
        written.set()
        peer.stall()

    server = serve(kind)
    server.script = Script(request=write_unasked)
    with _gateway(server.base_url, kind, ca_bundle) as gateway:
        warm_up(gateway)
        assert gateway.send(message("a")).message_id == "id-a"
        idle.set()
        assert written.wait(10.0)
        assert gateway.send(message("b")).message_id == "id-b"
        time.sleep(QUIET)
        assert gateway.send(message("c")).message_id == "id-c"
    assert server.connections == 3, "no connection is used twice any more"


def test_after_a_server_wrote_more_than_it_was_asked_each_request_has_its_own_connection(serve: Serve) -> None:
    def write_more(peer: Peer, truth: Truth) -> None:
        peer.write(answer_to(*peer.read_request(truth)) + b"\r\n")
        server.script = Script()
        peer.stall()

    server = serve("http")
    server.script = Script(request=write_more)
    with _gateway(server.base_url, "http", "") as gateway:
        for reference in "abcde":
            assert gateway.send(message(reference)).message_id == f"id-{reference}"
            time.sleep(QUIET)
        assert gateway.status("f").message_id == "id-f"
    assert server.connections == 6


def test_a_connection_with_a_request_that_was_not_written_to_its_end_has_no_other(serve: Serve) -> None:
    def refuse_early(peer: Peer, _: Truth) -> None:
        peer.read_head()
        peer.write(http(b"{}", status=b"413 Content Too Large"))
        peer.released.wait(10.0)

    server = serve("http")
    server.script = Script(request=refuse_early)
    with _gateway(server.base_url, "http", "") as gateway:
        with pytest.raises(RejectedError):
            gateway.send(message("a", pad=BIG))
        time.sleep(QUIET)
        server.script = Script()
        assert gateway.send(message("b")).message_id == "id-b"
    assert server.connections == 2


def test_a_server_that_writes_once_keeps_its_connection_over_tls_too(serve: Serve, ca_bundle: str) -> None:
    server = serve("https")
    with _gateway(server.base_url, "https", ca_bundle) as gateway:
        warm_up(gateway)
        for reference in "abcde":
            assert gateway.send(message(reference)).message_id == f"id-{reference}"
    assert server.connections == 1, "TLS's own messages (session tickets) are no answer"


def _serve_twice(pipe: Connection) -> None:
    """Answer each request twice, one write after the other."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        pipe.send(listener.getsockname()[1])
        while True:
            sock = listener.accept()[0]
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=_answer_twice, args=(sock,), daemon=True).start()


def _answer_twice(sock: socket.socket) -> None:
    peer = Peer(sock, 0, threading.Event())
    with sock, suppress(Exception):
        while True:
            answer = answer_to(*peer.read_request(Truth()))
            peer.write(answer)
            peer.write(answer)


@pytest.mark.slow
def test_a_server_that_answers_each_request_twice_gives_no_message_the_id_of_another() -> None:
    processes = multiprocessing.get_context("spawn")
    ours, theirs = processes.Pipe()
    server = processes.Process(target=_serve_twice, args=(theirs,), daemon=True)
    server.start()
    try:
        ends = _ends(f"http://127.0.0.1:{ours.recv()}/api", 300)
    finally:
        server.kill()
        server.join()
    wrong = [end for end in ends if end[1] not in {f"id-{end[0]}", "unknown"}]
    assert wrong == []
    assert len(ends) == 300


def _ends(base_url: str, sends: int) -> list[tuple[str, str]]:
    ends = []
    with open_gateway(base_url, reuse_within=30.0) as gateway:
        for number in range(sends):
            try:
                ends.append((f"{number}", gateway.provider("test").send(message(f"{number}")).message_id))
            except ProviderError:
                ends.append((f"{number}", "unknown"))
    return ends
