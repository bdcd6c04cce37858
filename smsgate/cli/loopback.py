"""The one page that a login needs: where the vendor sends the person back to, on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, Queue
from threading import Thread
from urllib.parse import urlsplit

from smsgate.adapter.authorization import Authorization
from smsgate.model.errors import AuthenticationError, ConfigError

__all__ = ["is_loopback", "listening"]

_HOSTS = {"127.0.0.1", "localhost"}


def is_loopback(redirect_uri: str) -> bool:
    """Whether an address leads back to this machine, without TLS and to a port of its own."""
    parts = urlsplit(redirect_uri)
    return parts.scheme == "http" and parts.hostname in _HOSTS and parts.port is not None


@contextmanager
def listening(authorization: Authorization) -> Iterator[Callable[[float], str]]:
    """Listen at a loopback redirect_uri; give a function that waits for the code, for so many seconds.

    A request with another state is refused and does not end the wait: any web page can send a browser here.
    """
    queries: Queue[str] = Queue()
    port = urlsplit(authorization.redirect_uri).port or 0
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), _page(authorization, queries))
    except OSError as error:
        where = authorization.redirect_uri
        reason = f"cannot listen at {where} ({error.strerror}); name another --redirect-uri, or use --paste"
        raise ConfigError(reason) from None
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield lambda seconds: authorization.code_in(_wait(queries, seconds))
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _wait(queries: Queue[str], seconds: float) -> str:
    try:
        return queries.get(timeout=seconds)
    except Empty:
        raise AuthenticationError(f"no login within {seconds:.0f} seconds; begin the login again") from None


def _page(authorization: Authorization, queries: Queue[str]) -> type[BaseHTTPRequestHandler]:
    path = urlsplit(authorization.redirect_uri).path or "/"

    class Page(BaseHTTPRequestHandler):
        timeout = 5  # seconds; browsers open connections that they do not use

        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            if asked.path != path:
                self._say(HTTPStatus.NOT_FOUND, "Not found.")
            elif not authorization.sent(asked.query):
                self._say(
                    HTTPStatus.BAD_REQUEST, "This is not the login that smsgate waits for; open the URL that it shows."
                )
            else:
                self._say(HTTPStatus.OK, "Login complete. You can close this window.")
                queries.put(asked.query)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Log nothing: the line has the code in it."""

        def _say(self, status: HTTPStatus, text: str) -> None:
            body = f"{text}\n".encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("Referrer-Policy", "no-referrer")
            self.send_header("X-Content-Type-Options", "nosniff")
            self.end_headers()
            self.wfile.write(body)

    return Page
