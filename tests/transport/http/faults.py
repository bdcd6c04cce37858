"""Every fault of the table, as what a server does, with the verdicts that it must lead to.

A verdict of a send is that of the message; of a read it is "ok", "no" (the vendor said so) or "lost".
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.transport.http.fault_server import PATIENCE, Peer, Play, Script, Truth, answer_to, http

ACCEPTED, REJECTED, NOT_SENT, UNKNOWN = "accepted", "rejected", "not sent", "unknown"
OK, NO, LOST, UNREACHED = "ok", "no", "lost", "unreached"

FRESH_AND_REUSED = ("fresh", "reused")
FRESH = ("fresh",)
KINDS = ("http", "https", "connect")
TLS = ("https", "connect")
QUICK = 0.15
"""Seconds; for faults that end when the client loses patience."""


@dataclass(frozen=True)
class Fault:
    """One row."""

    name: str
    script: Script
    send: str = UNKNOWN
    read: str = LOST
    kinds: tuple[str, ...] = KINDS
    states: tuple[str, ...] = FRESH_AND_REUSED
    settings: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)


FAULTS: list[Fault] = []


def _at_request(
    name: str, play: Play, send: str = UNKNOWN, read: str = LOST, kinds: tuple[str, ...] = KINDS, **more: Any
) -> None:
    FAULTS.append(Fault(name, Script(request=play), send, read, kinds, **more))


def _before(name: str, script: Script, kinds: tuple[str, ...], send: str = NOT_SENT, **settings: Any) -> None:
    read = UNREACHED if send == NOT_SENT else LOST
    FAULTS.append(Fault(name, script, send, read, kinds, FRESH, settings))


# What ends a conversation -------------------------------------------------------------------------------------------


def fin(peer: Peer, _: Truth) -> None:
    peer.fin()


def rst(peer: Peer, _: Truth) -> None:
    peer.rst()


def stall(peer: Peer, _: Truth) -> None:
    peer.stall()


def garbage(peer: Peer, _: Truth) -> None:
    peer.write_raw(b"\x00\x17garbage\xff\r\n" * 4)
    peer.fin()


def drip(peer: Peer, _: Truth) -> None:
    peer.drip(b"H" * 400, 0.02)


def after(read: Callable[[Peer, Truth], object], end: Play) -> Play:
    def play(peer: Peer, truth: Truth) -> None:
        read(peer, truth)
        end(peer, truth)

    return play


def _first_byte(peer: Peer, _: Truth) -> None:
    peer.read(lambda data: len(data) >= 1)


def _part_of_headers(peer: Peer, _: Truth) -> None:
    peer.read(lambda data: len(data) >= 40)


def _headers(peer: Peer, _: Truth) -> None:
    peer.read_head()


def _all(peer: Peer, truth: Truth) -> None:
    peer.read_request(truth)


def says(wire: bytes | Callable[[bytes], bytes], end: Play = fin) -> Play:
    """Read it all, write some bytes (or some of the good answer's), and end."""

    def play(peer: Peer, truth: Truth) -> None:
        good = answer_to(*peer.read_request(truth))
        data = wire(good) if callable(wire) else wire
        peer.write(data)
        truth.answered = good in data
        end(peer, truth)

    return play


def _body(good: bytes) -> bytes:
    return good.partition(b"\r\n\r\n")[2]


def _chunked(good: bytes, end: bytes = b"0\r\n\r\n", size: bytes | None = None) -> bytes:
    body = _body(good)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + (b"%x" % len(body) if size is None else size) + b"\r\n" + body + b"\r\n" + end


def _encoded(good: bytes, body: bytes, encoding: bytes = b"gzip") -> bytes:
    del good
    return http(body, b"Content-Encoding: " + encoding)


def _headed(good: bytes, *headers: bytes) -> bytes:
    return http(_body(good), *headers)


def _until_close(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + body


# Before a connection is made ------------------------------------------------------------------------------------------

for _name, _end in {"FIN": fin, "RST": rst, "garbage": garbage}.items():
    _before(f"{_name} after accept", Script(accept=_end), TLS)
    _before(f"{_name} instead of a tunnel", Script(tunnel=_end), ("connect",))
    _before(f"{_name} instead of a handshake", Script(handshake=_end), TLS)
    _before(f"{_name} in the handshake", Script(handshake=after(_first_byte, _end)), TLS)
for _name, _end in {"silence": stall, "drip": drip}.items():
    _before(f"{_name} after accept", Script(accept=_end), TLS, connect_timeout=QUICK)
    _before(f"{_name} instead of a tunnel", Script(tunnel=_end), ("connect",), connect_timeout=QUICK)
    _before(f"{_name} in the handshake", Script(handshake=_end), TLS, connect_timeout=QUICK)
for _status in (b"400 Bad Request", b"403 Forbidden", b"407 Proxy Authentication Required", b"502 Bad Gateway"):
    _refusal = b"HTTP/1.1 " + _status + b"\r\nContent-Length: 0\r\n\r\n"

    def _refuse(peer: Peer, truth: Truth, wire: bytes = _refusal) -> None:
        peer.write(wire)
        fin(peer, truth)

    _before(f"the proxy says {_status.decode()}", Script(tunnel=_refuse), ("connect",))

# http has no handshake that an early end could break: bytes are handed over before it is noticed.
_before("FIN after accept, http", Script(accept=fin), ("http",), UNKNOWN)
_before("garbage after accept, http", Script(accept=garbage), ("http",), UNKNOWN)
_before("silence after accept, http", Script(accept=stall), ("http",), UNKNOWN, read_timeout=QUICK)

# While the request goes out -------------------------------------------------------------------------------------------

for _name, _end in {"FIN": fin, "RST": rst}.items():
    _at_request(f"{_name} as the bytes arrive", _end)
    _at_request(f"{_name} after a part of the headers", after(_part_of_headers, _end))
    _at_request(f"{_name} after the headers", after(_headers, _end))
    _at_request(f"{_name} after the whole request", after(_all, _end))
_BIG = {"pad": "x" * 6_000_000}
_at_request("RST in a big body", after(_headers, rst), extra=_BIG, states=FRESH)


def leave_unread(peer: Peer, _: Truth) -> None:
    peer.released.wait(PATIENCE)


_at_request("a big body is not read", leave_unread, settings={"read_timeout": QUICK}, extra=_BIG, states=FRESH)

# Instead of an answer -------------------------------------------------------------------------------------------------

for _name, _end in {"FIN": fin, "RST": rst}.items():
    _at_request(f"{_name} in the status line", says(b"HTTP/1.1 20", _end))
    _at_request(f"{_name} after the status line", says(b"HTTP/1.1 200 OK\r\n", _end))
    _at_request(f"{_name} in the headers", says(lambda good: good[:40], _end))
    _at_request(f"{_name} before the headers' end", says(lambda good: good[: good.index(b"\r\n\r\n") + 2], _end))
    _at_request(f"{_name} before the body", says(lambda good: good[: -len(_body(good))], _end))
    _at_request(f"{_name} in the body", says(lambda good: good[:-3], _end))
    _at_request(f"{_name} in a chunk", says(lambda good: _chunked(good)[:-12], _end))
    _at_request(f"{_name} before the last chunk", says(lambda good: _chunked(good, end=b""), _end))
_SLOW = {"read_timeout": QUICK}
_at_request("silence", says(b"", stall), settings=_SLOW)
_at_request("silence in the status line", says(b"HTTP/1.1 2", stall), settings=_SLOW)
_at_request("silence in the headers", says(lambda good: good[:60], stall), settings=_SLOW)
_at_request("silence in the body", says(lambda good: good[:-3], stall), settings=_SLOW)
_at_request("silence in a chunk", says(lambda good: _chunked(good)[:-9], stall), settings=_SLOW)
_at_request("a drip", says(b"HTTP/1.1 200 OK\r\nX-Slow: ", drip), settings={"deadline": 6 * QUICK})
_at_request("garbage below TLS", after(_all, garbage))
_at_request("a body that ends with the connection, cut", says(lambda good: _until_close(_body(good)[:-3])))
_at_request("not HTTP", says(b"220 smtp.example.com ESMTP\r\n"))
_at_request("binary instead of HTTP", says(bytes(range(256))))
_at_request("a status that is no number", says(b"HTTP/1.1 abc OK\r\n\r\n"))
_at_request("HTTP/2", says(lambda good: good.replace(b"HTTP/1.1", b"HTTP/2.0")))
_at_request("an over-long header", says(lambda good: _headed(good, b"X: " + b"x" * 70_000)))
_at_request("over 100 headers", says(lambda good: _headed(good, *[b"X-%d: y" % n for n in range(120)])))
_at_request("two lengths", says(lambda good: _headed(good, b"Content-Length: 7")))
_at_request("two lengths in a line", says(lambda good: good.replace(b"h: ", b"h: 1, ")))
_at_request("a length that is no number", says(lambda good: good.replace(b"Length: ", b"Length: 0x")))
_at_request("a negative length", says(lambda good: good.replace(b"Length: ", b"Length: -")))
_at_request("a bad chunk size", says(lambda good: _chunked(good, size=b"zz")))
_at_request("a chunk that is too long", says(lambda good: _chunked(good, size=b"ffff")))
_at_request("bad gzip", says(lambda good: _encoded(good, b"no gzip at all")))
_at_request("cut gzip", says(lambda good: _encoded(good, gzip.compress(_body(good))[:20])))
_at_request("an unknown encoding", says(lambda good: _encoded(good, zlib.compress(_body(good))[3:], b"zip")))
_at_request("101", says(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n"))
_at_request("102 before the answer", says(lambda good: b"HTTP/1.1 102 Processing\r\n\r\n" + good))
_at_request("103 before the answer", says(lambda good: b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + good))
_at_request("too large an answer", says(http(b" " * 3000)), settings={"max_answer_bytes": 2048})
_at_request("an empty 200", says(http(b"")))
_at_request("a web page", says(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi"))
_at_request("JSON without an id", says(http(b'{"ok": true}')))
_at_request("JSON of another shape", says(http(b'{"id": 7}')))
_at_request("a redirect to nowhere", says(http(b"", b"Location: http://[", status=b"302 Found")), UNKNOWN, NO)
_at_request("a redirect with bytes", says(http(b"", b"Location: \xff\xfe", status=b"301 Moved")), UNKNOWN, NO)

# Statuses -----------------------------------------------------------------------------------------------------------

_RARE = (431, 451, 501, 505, 511)
_VERDICTS = {
    NOT_SENT: (307, 308, *range(401, 408), 410, 411, 412, *range(414, 418), 421, *range(424, 427), 428, 429, *_RARE),
    REJECTED: (400, 413, 422),
    UNKNOWN: (300, 301, 302, 303, 304, 408, 409, 418, 500, 502, 503, 504, 520, 522, 524, 599, 999),
}
for _verdict, _statuses in _VERDICTS.items():
    for _number in _statuses:
        _wire = http(b"" if _number == 304 else b"{}", status=b"%d Whatever" % _number)
        _at_request(f"status {_number}", says(_wire), _verdict, NO, states=FRESH, kinds=("http", "connect"))

# What is well, however it looks -------------------------------------------------------------------------------------

for _name, _wire_of in {
    "a plain answer": lambda good: good,
    "an answer in chunks": _chunked,
    "an answer in gzip": lambda good: _encoded(good, gzip.compress(_body(good))),
    "an answer in deflate": lambda good: _encoded(good, zlib.compress(_body(good)), b"deflate"),
    "an answer that closes": lambda good: _headed(good, b"Connection: close"),
    "an answer until the close": lambda good: _until_close(_body(good)),
    "a 100 before the answer": lambda good: b"HTTP/1.1 100 Continue\r\n\r\n" + good,
    "an answer of HTTP/1.0": lambda good: good.replace(b"HTTP/1.1", b"HTTP/1.0"),
    "the same length twice": lambda good: _headed(good, b"Content-Length: %d" % len(_body(good))),
    "status 201": lambda good: good.replace(b"200 OK", b"201 Created"),
    "status 202": lambda good: good.replace(b"200 OK", b"202 Accepted"),
}.items():

    def _says_it(peer: Peer, truth: Truth, wire_of: Callable[[bytes], bytes] = _wire_of) -> None:
        good = answer_to(*peer.read_request(truth))
        peer.write(wire_of(good))
        truth.answered = True
        peer.fin()

    _at_request(_name, _says_it, ACCEPTED, OK)


def _with_more(good: bytes) -> bytes:
    return good + b"HTTP/1.1 200 OK\r\n"


# On a connection that was used before, the first of two answers may be the one that an earlier request left behind.
_at_request("bytes after the answer", says(_with_more), ACCEPTED, OK, states=FRESH)
_at_request("bytes after the answer, reused", says(_with_more), states=("reused",))


def _answers_early(peer: Peer, _: Truth) -> None:
    """Refuse a request whose body is still on its way, and close."""
    peer.read_head()
    peer.write(http(b"{}", b"Connection: close", status=b"413 Content Too Large"))
    peer.fin()


_at_request("a refusal before the body is read", _answers_early, REJECTED, NO, extra=_BIG, states=FRESH)


def cells() -> list[tuple[Fault, str, str, str]]:
    """Return each row with each kind of connection, fresh and reused, for a send and a read."""
    return [
        (fault, kind, state, effect)
        for fault in FAULTS
        for kind in fault.kinds
        for state in fault.states
        for effect in ("send", "read")
        if not (effect == "read" and fault.extra)
    ]
