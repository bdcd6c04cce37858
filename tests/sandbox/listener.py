"""An application that a vendor calls: a real server on loopback, which keeps what it received."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Thread
from urllib.parse import parse_qs, urlsplit

from attrs import field, frozen


@frozen
class ReceivedCall:
    method: str
    path: str
    content_type: str | None
    body: str
    headers: Mapping[str, str] = field(factory=dict)

    @property
    def query(self) -> dict[str, str]:
        return {name: value for name, [value] in parse_qs(urlsplit(self.path).query, strict_parsing=True).items()}

    @property
    def form(self) -> dict[str, str]:
        return {name: value for name, [value] in parse_qs(self.body, strict_parsing=True).items()}


@frozen
class Listener:
    """Answers 200, or the statuses in `answers` first; `meanwhile` is done before each answer."""

    port: int
    received: Queue[ReceivedCall] = field(factory=Queue)
    answers: deque[int] = field(factory=deque)
    meanwhile: list[Callable[[], object]] = field(factory=list)

    def url(self, path: str = "/hook") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def next(self) -> ReceivedCall:
        """Wait for what must come."""
        return self.received.get(timeout=20)

    def all(self) -> list[ReceivedCall]:
        """Return what has come so far."""
        return [self.received.get_nowait() for _ in range(self.received.qsize())]


@contextmanager
def listening() -> Iterator[Listener]:
    class Page(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            for do in listener.meanwhile:
                do()
            listener.received.put(
                ReceivedCall(self.command, self.path, self.headers.get("Content-Type"), body, dict(self.headers))
            )
            self.send_response(listener.answers.popleft() if listener.answers else 200)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        do_GET = do_HEAD = do_POST  # noqa: N815 - as the server looks for them

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        listener = Listener(server.server_address[1])
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield listener
        finally:
            server.shutdown()
            thread.join()
