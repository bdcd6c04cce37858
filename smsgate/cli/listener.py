"""The server of `smsgate listen`: the standard library's, with a thread and a bounded time for each caller."""

from __future__ import annotations

from contextlib import suppress
from socketserver import ThreadingMixIn
from threading import Condition, Timer, get_ident
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

__all__ = ["Listener", "listener"]

READING_ENDS = 0


class Listener(ThreadingMixIn, WSGIServer):
    """Serves one application; its end waits for no slow caller, and a while for answers that must be given."""

    daemon_threads = True
    request_queue_size = 128
    silence = 10.0
    """Seconds that a caller may say nothing."""
    longest = 30.0
    """Seconds that a caller may take to say everything."""
    patience = 5.0
    """Seconds to wait at the end for answers that must be given."""

    def __init__(self, address: tuple[str, int], handler: type[WSGIRequestHandler]) -> None:
        self._awaited: set[int] = set()
        self._changed = Condition()
        super().__init__(address, handler)

    def await_answer(self) -> None:
        """Have the end wait for the answer to the call of this thread: what was shown is to count as taken."""
        with self._changed:
            self._awaited.add(get_ident())

    def has_answered(self) -> None:
        """Wait for the answer of this thread no more."""
        with self._changed:
            self._awaited.discard(get_ident())
            self._changed.notify_all()

    def server_close(self) -> None:
        """Listen no more; wait for answers that must be given."""
        super().server_close()
        with self._changed:
            self._changed.wait_for(lambda: not self._awaited, self.patience)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a caller went away."""


def listener(host: str, port: int, application: WSGIApplication) -> Listener:
    """Listen; raise `OSError` where that cannot be. Port 0 takes any free one."""
    return make_server(host, port, application, Listener, _Handler)


class _Handler(WSGIRequestHandler):
    server: Listener

    def setup(self) -> None:
        """Set how long a read may take."""
        super().setup()
        self.connection.settimeout(self.server.silence)

    def handle(self) -> None:
        """Answer one request; a caller that takes too long is cut off."""
        end = Timer(self.server.longest, self._cut_off)
        end.daemon = True
        end.start()
        try:
            super().handle()
        finally:
            end.cancel()
            self.server.has_answered()

    def _cut_off(self) -> None:
        with suppress(OSError):  # the caller has gone
            self.connection.shutdown(READING_ENDS)

    def get_environ(self) -> dict[str, object]:
        """Leave out headers that WSGI's names would mix up with others (X_Forwarded_For, which is no proxy's).

        Add the path and the query as they were called, which a signature may cover.
        """
        for name in {name for name in self.headers if "_" in name}:
            del self.headers[name]
        return {**super().get_environ(), "REQUEST_URI": self.path}

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Log nothing: the line has the secret in it."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """Answer what is no HTTP, without repeating it."""
        super().send_error(code)
