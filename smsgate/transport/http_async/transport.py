"""One account's requests on asyncio, each asked once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from smsgate.adapter.request import Answer, Request
from smsgate.adapter.settings import Settings
from smsgate.model.errors import ConfigError, NotSentError
from smsgate.model.errors.interruption import interruption
from smsgate.transport.http.session import AccountSession
from smsgate.transport.http.verdict import interrupted, verdict
from smsgate.transport.http.watch import Handed, Watch
from smsgate.transport.http.writing import RequestWriter, WrittenRequest, closed
from smsgate.transport.http_async.answer import Answering, as_text
from smsgate.transport.http_async.connection import Connection
from smsgate.transport.http_async.connections import Connections

__all__ = ["AsyncHttpTransport"]

_REDIRECTS = {301, 302, 303, 307, 308}


class AsyncHttpTransport:
    """Asks one account's vendor as `HttpTransport` does, on the event loop that runs.

    Each loop and each forked child has connections of its own. A cancelled request closes its connection, and what it
    proves goes with the `CancelledError` (`smsgate.model.errors.interruption`). Raises `ConfigError` if `ca_bundle` has
    no certificates.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._writer = RequestWriter(settings)
        self._session = AccountSession(settings, Connections)
        self._closed = False

    async def ask(self, request: Request, headers: Mapping[str, str]) -> Answer:
        """Return the whole answer, whatever its status; raise `ProviderError` if there is none."""
        written = closed(request) if self._closed else self._writer.write(request, headers)
        del headers  # they have credentials, and a traceback shows the values of its frames
        if isinstance(written, NotSentError):
            raise written
        watch = Watch(request, self._settings)
        watch.handed = Handed.NOTHING
        failure: BaseException
        try:
            return await self._asked(written, watch)
        except ConfigError as error:  # of a forked child
            failure = NotSentError(f"{request}: {error}")
        except Exception as error:  # noqa: BLE001 - what it proves does not depend on its kind
            failure = verdict(request, error, watch, self._settings)
        except BaseException as error:  # noqa: BLE001 - raised again below
            failure = interruption(error, interrupted(request, watch))
        del written, watch
        raise failure.with_traceback(None)  # after its cause, so that it shows none of that

    async def close(self) -> None:
        """Let go of every connection; what is asked afterwards is not sent."""
        self._closed = True
        if self._session.current is not None:
            await self._session.current.close()

    def __reduce__(self) -> NoReturn:
        raise TypeError("a transport has secrets and connections and cannot be pickled")

    async def _asked(self, written: WrittenRequest, watch: Watch) -> Answer:
        account = self._session.get()
        connections = await account.of_this_loop()
        connection = connections.take(written.origin)
        try:
            while True:
                watch.reused = connection is not None
                connection = connection or await account.connect(written, watch)
                asking = await self._begun(connection, written, watch, account)
                if asking is not None:
                    break
                connections.note(connection, written.origin)  # stale: nothing was written
                connection.close()
                connection = None
            answer, in_step = await self._answer(asking, watch)
        except BaseException:
            if connection is not None:
                connection.close()
            raise
        connections.put(connection, written.origin, in_step=in_step and not self._closed)
        watch.check_step()
        return answer

    async def _begun(
        self, connection: Connection, written: WrittenRequest, watch: Watch, account: Connections
    ) -> Answering | None:
        """Write a request; return None, with nothing written, if the connection is not to be used.

        Whether it may be used is decided last: a busy machine may have kept us waiting since it was chosen.
        """
        asking, wire = Answering(connection, written.method), account.in_bytes(written)
        if watch.reused:
            within = watch.reuse_within
            if (within is not None and connection.idle_for >= within) or not await connection.is_still():
                return None
        watch.check_time()
        connection.watch = watch
        watch.handed = Handed.SOME  # from here on, nothing proves any more that the vendor has not seen it
        connection.write(wire)
        return asking

    async def _answer(self, asking: Answering, watch: Watch) -> tuple[Answer, bool]:
        head = await asking.head()
        headers = as_text(head)
        if head.status_code in _REDIRECTS and "location" in headers:
            return Answer(head.status_code, headers, b"", asked=str(watch.request)), False  # its body may be a bomb
        body = await asking.body(headers.get("content-encoding"), self._settings.max_answer_bytes)
        return Answer(head.status_code, headers, body, asked=str(watch.request)), await asking.ended()
