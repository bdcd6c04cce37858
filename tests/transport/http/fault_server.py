"""A server on raw sockets that misbehaves on cue, and knows what it was given and what it said.

It speaks http, https, or https behind a CONNECT on the same port. Each connection has a thread; nothing waits longer
than `PATIENCE`.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing import SimpleQueue
from typing import Self

PATIENCE = 20.0


@dataclass
class Truth:
    """What the server knows of one request."""

    whole: bool = False
    """It has read every byte of it."""
    answered: bool = False
    """It has written every byte of an answer that accepts it."""
    connection: int = 0
    head: bytes = b""


class ClosingSocket(ssl.SSLSocket):
    """CPython leaves a socket that is reset while it is wrapped to the garbage collector, which warns."""

    def __del__(self) -> None:
        self.close()


Whole = Callable[[bytes, bytes], object] | None


class HangupError(Exception):
    """The client is gone."""


class Peer:
    """One connection, seen from the server."""

    def __init__(self, sock: socket.socket, number: int, released: threading.Event, whole: Whole = None) -> None:
        self.sock = sock
        self.whole = whole
        self.released = released
        self.number = number
        self.greets = False
        """Whether the connection stands, and requests are what comes."""
        self.received = bytearray()

    def read(self, enough: Callable[[bytes], bool]) -> bytes:
        """Read until there is enough; the rest stays for later."""
        while not enough(bytes(self.received)):
            try:
                chunk = self.sock.recv(65536)
            except OSError:
                raise HangupError from None
            if not chunk:
                raise HangupError
            self.received += chunk
        return bytes(self.received)

    def read_head(self) -> bytes:
        data = self.read(lambda data: b"\r\n\r\n" in data)
        end = data.index(b"\r\n\r\n") + 4
        del self.received[:end]
        return data[:end]

    def read_request(self, truth: Truth) -> tuple[bytes, bytes]:
        truth.head = head = self.read_head()
        length = next(
            (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
        )
        body = self.read(lambda data: len(data) >= length)[:length]
        del self.received[:length]
        truth.whole = True
        if self.whole is not None:
            self.whole(head, body)
        return head, body

    def write(self, data: bytes) -> None:
        try:
            self.sock.sendall(data)
        except OSError:
            raise HangupError from None

    def write_raw(self, data: bytes) -> None:
        """Write below TLS, if there is any."""
        with contextlib.suppress(OSError), socket.socket(fileno=os.dup(self.sock.fileno())) as raw:
            raw.settimeout(PATIENCE)
            raw.sendall(data)

    def fin(self) -> None:
        """Say no more, and read on: closing with unread bytes would reset."""
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_WR)
        self.stall()

    def rst(self) -> None:
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def stall(self) -> None:
        """Do nothing until the client gives up."""
        with contextlib.suppress(OSError, ValueError):
            while self.sock.recv(65536):
                pass

    def drip(self, data: bytes, pause: float) -> None:
        """Write a byte at a time until the client gives up."""
        gone = threading.Event()
        for byte in data:
            self.write(bytes([byte]))
            gone.wait(pause)


Play = Callable[[Peer, Truth], None]


@dataclass
class Script:
    """What to do instead of behaving; a stage without a play behaves."""

    accept: Play | None = None
    tunnel: Play | None = None
    handshake: Play | None = None
    request: Play | None = None


@dataclass
class FaultServer:
    """Listens until it is closed. A changed `script` is used from the next request or connection."""

    kind: str
    context: ssl.SSLContext | None = None
    script: Script = field(default_factory=Script)
    truths: list[Truth] = field(default_factory=list)
    heard: Callable[[bytes], object] = len
    """Called with the head of each request and CONNECT."""
    busy: Callable[[], object] = bool
    """Called between reading a request and answering it."""
    whole: Whole = None
    """Called with the head and the body of each request that was read whole."""
    answer: Callable[[bytes, bytes], bytes] = field(default_factory=lambda: answer_to)
    """Answers a request, where the script does not."""
    once: bool = False
    """Whether the script is over with the first play of it."""

    def __post_init__(self) -> None:
        self.connections = 0
        self._lock = threading.Lock()
        self._accepted = threading.Condition(self._lock)
        self._released = threading.Event()
        self._open: dict[int, socket.socket] = {}
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self._closing = False
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api" if self.kind == "http" else f"https://localhost:{self.port}/api"

    @property
    def proxy(self) -> str | None:
        return f"http://127.0.0.1:{self.port}" if self.kind == "connect" else None

    @property
    def open_connections(self) -> int:
        with self._lock:
            return len(self._open)

    def close(self) -> None:
        self._closing = True
        self._released.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            left = list(self._open.values())
        for sock in left:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        self._join(self._acceptor, *self._threads)

    def wait_until_left(self, connections: int = 0) -> None:
        """Return once as many connections as this were accepted, and all of them closed by the client."""
        self._released.set()
        with self._accepted:
            assert self._accepted.wait_for(lambda: self.connections >= connections, PATIENCE)
            threads = list(self._threads)
        self._join(*threads)

    def forget(self) -> None:
        """Drop what is over, for servers that live long."""
        with self._lock:
            self.truths.clear()
            self._threads = [thread for thread in self._threads if thread.is_alive()]
            self._released.clear()

    def _join(self, *threads: threading.Thread) -> None:
        for thread in threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            sock.settimeout(PATIENCE)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._accepted:
                self.connections += 1
                number = self.connections
                self._open[number] = sock
                thread = threading.Thread(target=self._serve, args=(sock, number), daemon=True)
                thread.start()
                self._threads.append(thread)
                self._accepted.notify_all()

    def _serve(self, sock: socket.socket, number: int) -> None:
        peer = Peer(sock, number, self._released, self.whole)
        with contextlib.suppress(HangupError, OSError, ValueError, LookupError, TypeError):  # garbled requests, too
            self._play(peer)
        with self._lock:
            self._open.pop(number, None)
        with contextlib.suppress(OSError):
            peer.sock.close()
        sock.close()

    def _play(self, peer: Peer) -> None:
        if play := self._next_play("accept"):
            return play(peer, Truth())
        if self.kind == "connect" and not self._tunnel(peer):
            return None
        if self.context is not None:
            if play := self._next_play("handshake"):
                return play(peer, Truth())
            with self._lock:
                if self._closing:
                    return None
                peer.sock = self.context.wrap_socket(peer.sock, server_side=True, do_handshake_on_connect=False)
                self._open[peer.number] = peer.sock
            peer.sock.do_handshake()
        peer.greets = True
        while True:
            self._converse(peer)

    def _tunnel(self, peer: Peer) -> bool:
        head = peer.read_head()
        self.heard(head)
        if not head.startswith(b"CONNECT "):
            return False
        if play := self._next_play("tunnel"):
            play(peer, Truth())
            return False
        peer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        return True

    def _converse(self, peer: Peer) -> None:
        peer.read(lambda data: len(data) > 0)
        truth = Truth(connection=peer.number)
        self.truths.append(truth)
        if play := self._next_play("request"):
            play(peer, truth)
            raise HangupError
        head, body = peer.read_request(truth)
        self.heard(head)
        self.busy()
        peer.write(self.answer(head, body))
        truth.answered = True

    def _next_play(self, stage: str) -> Play | None:
        play: Play | None = getattr(self.script, stage)
        if play and self.once:
            self.script = Script()
        return play


def answer_to(head: bytes, body: bytes) -> bytes:
    """Accept what was asked, and echo its reference as the id."""
    reference = json.loads(body)["reference"] if body else head.split(b" ")[1].decode().rpartition("/")[2]
    return http(json.dumps({"id": f"id-{reference}"}).encode())


def http(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    lines = [b"HTTP/1.1 " + status, b"Content-Type: application/json", b"Content-Length: %d" % len(body), *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def answer_until_killed(kind: str, pem: str, urls: SimpleQueue[str]) -> None:
    """Serve in a process of its own; `pem` is the file with its key and certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with FaultServer(kind, None if kind == "http" else context) as server:
        urls.put(server.base_url)
        threading.Event().wait()


Serve = Callable[..., FaultServer]
