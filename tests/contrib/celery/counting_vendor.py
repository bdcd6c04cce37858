"""A vendor on loopback that counts what it accepted by recipient, and says when it has so many."""

from __future__ import annotations

import json
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Event, Thread
from types import TracebackType
from typing import Self

__all__ = ["CountingVendor"]

LONGEST = 60.0


class CountingVendor:
    """Accepts every message once it may answer."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        """How long it takes for each message."""
        self.accepted: Counter[str] = Counter()
        self.answers = Event()
        """Set while it answers; a message that is accepted meanwhile waits for its answer."""
        self.answers.set()
        self._changed = Condition()
        self._unanswered = 0
        self._server = _Server(("127.0.0.1", 0), _handler_of(self))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def accept(self, to: str) -> None:
        """Accept a message."""
        with self._changed:
            self.accepted[to] += 1
            self._unanswered += 1
            self._changed.notify_all()
        time.sleep(self.seconds)
        self.answers.wait(LONGEST)
        with self._changed:
            self._unanswered -= 1

    def wait_for(self, count: int, longest: float = LONGEST) -> None:
        """Wait until it has accepted so many messages."""
        with self._changed:
            assert self._changed.wait_for(lambda: self.accepted.total() >= count, longest), self.accepted.total()

    def withhold(self) -> None:
        """Answer no more; return once a message waits for its answer."""
        self.answers.clear()
        with self._changed:
            assert self._changed.wait_for(lambda: self._unanswered, LONGEST)

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.answers.set()
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256  # a few more at once would wait a second for their connection


def _handler_of(vendor: CountingVendor) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            vendor.accept(asked["to"])
            answer = b"{}"
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:  # its client was killed
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    return Handler
