"""An answer may be neither larger nor slower than the settings allow, whatever the vendor does."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from smsgate import MalformedAnswerError, ProviderError, UnknownOutcomeError
from tests.transport.http.fault_server import PATIENCE, Peer, Play, Script, Serve, Truth, http
from tests.transport.http.faults import says
from tests.transport.http.turns import by_turns
from tests.transport.http.vendor import message, open_gateway

MIB = 1024 * 1024
SLACK = 0.25
"""Seconds that a deadline may be missed by."""


@cache
def _zeros(mebibytes: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join([packer.compress(bytes(MIB)) for _ in range(mebibytes)]) + packer.flush()


def _gzipped(body: bytes, encoding: bytes, **how: Any) -> bytes:
    return http(body, b"Content-Encoding: " + encoding, **how)


BOMBS: dict[str, Callable[[], bytes]] = {
    "gzip": lambda: _gzipped(_zeros(32), b"gzip"),
    "gzip twice": lambda: _gzipped(gzip.compress(_zeros(128)), b"gzip, gzip"),
    "deflate": lambda: _gzipped(zlib.compress(bytes(32 * MIB)), b"deflate"),
    "redirect": lambda: _gzipped(_zeros(32), b"gzip", status=b"302 Found\r\nLocation: /elsewhere"),
    "refusal": lambda: _gzipped(_zeros(32), b"gzip", status=b"400 Bad Request"),
    "many members": lambda: _gzipped(gzip.compress(b"") * 100_000 + _zeros(32), b"gzip"),
}
ENDLESS = {
    "body": (b"HTTP/1.1 200 OK\r\n\r\n", b" " * 65536),
    "chunks": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b" " * 65536 + b"\r\n"),
    "chunk": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n", b" " * 65536),
    "tiny chunks": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 8192),
    "trailers": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n" * 8192),
    "members": (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", gzip.compress(b"") * 4096),
    "status line": (b"HTTP/1.1 200 ", b"x" * 65536),
    "headers": (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 8192),
    "100s": (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 2048),
}
MEASURE = """
import json, sys
from tests.peak_memory import peak
from tests.transport.http.turns import by_turns
from tests.transport.http.vendor import message, open_gateway
from smsgate import ProviderError

with open_gateway(sys.argv[1], reuse_within=0.0) as gateway:
    gateway.send(message("warm-up"))
    grown = {}
    for name in json.loads(sys.argv[2]):
        before = peak()
        try:
            gateway.provider("test").send(message(name))  # the gateway would leave it alone after some failures
        except ProviderError as error:
            grown[name] = [type(error).__name__, peak() - before]
print(json.dumps(grown))
"""


def _pours(start: bytes, more: bytes) -> Play:
    def play(peer: Peer, truth: Truth) -> None:
        peer.read_request(truth)
        peer.write(start)
        while True:  # until the client hangs up, which ends the thread
            peer.write(more)

    return play


def _bombs() -> dict[str, Play]:
    def explode(wire: bytes) -> Play:
        def play(peer: Peer, truth: Truth) -> None:
            peer.read_request(truth)
            peer.write(wire)
            peer.stall()

        return play

    plays = {f"bomb: {name}": explode(wire()) for name, wire in BOMBS.items()}
    return plays | {f"endless: {name}": _pours(*wire) for name, wire in ENDLESS.items()}


@pytest.mark.slow
def test_no_answer_takes_more_than_16_mebibytes(serve: Serve) -> None:
    plays, server = _bombs(), serve("http")
    names = iter(plays)

    def play_next(peer: Peer, truth: Truth) -> None:
        plays[next(names)](peer, truth)

    def arm() -> None:
        server.script = Script(request=play_next)

    server.busy = arm  # the warm-up is answered, everything after it is not
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, server.base_url, json.dumps(list(plays))],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    grown = json.loads(done.stdout)
    assert grown.keys() == plays.keys()
    assert {kind for kind, _ in grown.values()} == {"UnknownOutcomeError"}
    assert {name: kib for name, (_, kib) in grown.items() if kib > 16 * 1024} == {}


def test_the_limit_of_an_answer_is_a_setting(serve: Serve) -> None:
    server = serve("http")
    body = json.dumps({"id": "id-r1", "pad": "x" * 3000}).encode()
    server.script = Script(request=says(http(body)))
    with open_gateway(server.base_url, max_answer_bytes=4096) as gateway:
        assert gateway.send(message()).message_id == "id-r1"
    with open_gateway(server.base_url, max_answer_bytes=2048, read_attempts=4) as gateway:
        with pytest.raises(UnknownOutcomeError, match="larger than 2,048 bytes; see max_answer_bytes"):
            gateway.send(message())
        asked = len(server.truths)
        with pytest.raises(MalformedAnswerError, match="larger than 2,048 bytes"):
            gateway.status("m1")
    assert len(server.truths) == asked + 1, "asking again would not make it smaller"


def test_a_large_answer_within_the_limit_comes_whole(serve: Serve) -> None:
    server = serve("http")
    body = json.dumps({"id": "id-r1", "pad": "x" * 6 * MIB}).encode()
    server.script = Script(request=says(http(body)))
    with open_gateway(server.base_url, max_answer_bytes=8 * MIB) as gateway:
        assert gateway.send(message()).message_id == "id-r1"


def test_the_body_of_a_redirect_is_not_read(serve: Serve) -> None:
    server = serve("http")
    server.script = Script(request=says(BOMBS["redirect"]()))
    with open_gateway(server.base_url) as gateway, pytest.raises(ProviderError, match="answered 302"):
        gateway.send(message())


def _drips(start: bytes, again: bytes) -> Play:
    """Write something every 20 ms, so that no wait between two bytes is ever long."""

    def play(peer: Peer, truth: Truth) -> None:
        if peer.greets:
            peer.read_request(truth)
        peer.write(start)
        peer.drip(again * 2000, 0.02)

    return play


DRIPS = {
    "status line": (b"HTTP/1.1 ", b"2"),
    "headers": (b"HTTP/1.1 200 OK\r\n", b"X"),
    "100s": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "body": (b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b" "),
    "chunk size": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0"),
    "chunks": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "trailers": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"x"),
}


def _late(act: Any, deadline: float) -> float:
    """Return by how many seconds a deadline was missed, the best of ten: the machine may be busy with others."""
    late = []
    for _ in range(10):
        start = time.monotonic()
        with pytest.raises(ProviderError):
            act()
        late.append(time.monotonic() - start - deadline)
        if late[-1] <= SLACK:
            break
    return min(late)


@pytest.mark.parametrize(
    ("transport", "where", "kind"),
    by_turns(
        [pytest.param(where, kind, id=f"{where}-{kind}") for where in DRIPS for kind in ("http", "https", "connect")]
    ),
    indirect=["transport"],
)
def test_a_drip_does_not_outlast_the_deadline(where: str, kind: str, serve: Serve, ca_bundle: str) -> None:
    server = serve(kind)
    server.script = Script(request=_drips(*DRIPS[where]))
    tls: dict[str, Any] = {"ca_bundle": ca_bundle, "proxy": server.proxy} if kind != "http" else {}
    with open_gateway(server.base_url, deadline=0.3, read_attempts=4, **tls) as gateway:
        assert _late(lambda: gateway.send(message()), 0.3) <= SLACK
        assert _late(lambda: gateway.status("m1"), 0.3) <= SLACK


@pytest.mark.parametrize("stage", ["tunnel", "handshake"])
def test_a_drip_before_the_connection_is_made_does_not_outlast_connect_timeout(
    stage: str, serve: Serve, ca_bundle: str
) -> None:
    server = serve("connect")
    hello = b"\x16\x03\x03\x40\x00\x02"  # the start of a TLS record of 16 KiB
    drip = {"tunnel": _drips(b"HTTP/1.1 200", b"x"), "handshake": _drips(hello, b"\0")}[stage]
    server.script = Script(**{stage: drip})
    with open_gateway(server.base_url, ca_bundle=ca_bundle, proxy=server.proxy, connect_timeout=0.3) as gateway:
        assert _late(lambda: gateway.send(message()), 0.3) <= SLACK


def test_a_reader_that_sips_does_not_outlast_the_deadline(serve: Serve) -> None:
    def sip(peer: Peer, _: Truth) -> None:
        while peer.sock.recv(4096) and not peer.released.wait(0.02):
            pass

    server = serve("http")
    server.script = Script(request=sip)
    long = message(pad="x" * 12_000_000)  # more than the sockets' buffers take
    with open_gateway(server.base_url, deadline=0.4) as gateway:
        assert _late(lambda: gateway.send(long), 0.4) <= SLACK + 0.3


@pytest.mark.slow
def test_a_reader_that_goes_on_reading_may_take_longer_than_read_timeout(serve: Serve) -> None:
    def sip(peer: Peer, _: Truth) -> None:
        peer.read_head()
        left = 32 * MIB - len(peer.received)
        while left > 0:
            left -= len(peer.sock.recv(MIB // 4))
            if left > 12 * MIB:  # the rest may be in the kernel, so that the client waits for the answer already
                peer.released.wait(0.02)
        peer.write(http(b'{"id": "id-r1"}'))

    server = serve("http")
    server.script = Script(request=sip)
    start = time.monotonic()
    with open_gateway(server.base_url, read_timeout=1.5) as gateway:
        assert gateway.send(message(pad="x" * 32 * MIB)).message_id == "id-r1"
    assert time.monotonic() - start > 1.5


@pytest.mark.parametrize("where", ["before the answer", "in the body"])
def test_silence_ends_at_read_timeout(where: str, serve: Serve) -> None:
    def stop(peer: Peer, truth: Truth) -> None:
        peer.read_request(truth)
        peer.write(b"" if where == "before the answer" else http(b"{}")[:-1])
        peer.stall()

    server = serve("http")
    server.script = Script(request=stop)
    with open_gateway(server.base_url, read_timeout=0.3, deadline=PATIENCE) as gateway:
        assert _late(lambda: gateway.send(message()), 0.3) <= SLACK
