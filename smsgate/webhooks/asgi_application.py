"""The receiver for servers and frameworks that speak ASGI (3.0)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar, copy_context
from inspect import isawaitable
from typing import cast

from smsgate.adapter.webhook import LARGEST_BODY
from smsgate.blocking.gateway import Gateway
from smsgate.config.webhooks import WebhookSettings
from smsgate.gateway import AsyncGateway
from smsgate.model.event import Event
from smsgate.runtime.fork import notice_forks
from smsgate.webhooks.admission import Admitted
from smsgate.webhooks.answer import WebhookAnswer
from smsgate.webhooks.blocking_receiver import Receiver
from smsgate.webhooks.receiver import AsyncReceiver
from smsgate.webhooks.request import WebhookRequest

__all__ = ["AsgiApplication", "asgi", "request_of"]

AT_A_TIME = 16
"""Calls that are worked on; others wait. The loop's own threads are left to the application, which may need them."""

Scope = MutableMapping[str, object]
Receive = Callable[[], Awaitable[MutableMapping[str, object]]]
Send = Callable[[MutableMapping[str, object]], Awaitable[None]]
AsgiApplication = Callable[[Scope, Receive, Send], Awaitable[None]]


def asgi(
    gateway: Gateway | AsyncGateway, on_event: Callable[[Event], object], settings: WebhookSettings | None = None
) -> AsgiApplication:
    """Return an ASGI application that takes vendors' calls.

    `on_event` may be a coroutine function, which is awaited on the server's loop. A plain function is called in a
    thread; with an `AsyncGateway` on the loop, so that it must not block. Raises `ConfigError`, as `Receiver` does.
    """
    if isinstance(gateway, AsyncGateway):
        return _Application(AsyncReceiver(gateway, on_event, settings))
    return _ThreadedApplication(gateway, on_event, settings)


class _Application:
    """Works on a call in the task that the server has for it."""

    def __init__(self, receiver: AsyncReceiver) -> None:
        self._receiver = receiver

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        match scope["type"]:
            case "http":
                await self._http(scope, receive, send)
            case "lifespan":
                await _live(receive, send)
            case "websocket":
                await receive()
                await send({"type": "websocket.close", "code": 1000})
            case other:
                raise ValueError(f"an ASGI scope of type {other!r} is not known here")

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = request_of(scope)
        answer = self._receiver.admit(request)
        if not isinstance(answer, WebhookAnswer):
            body = await _read(receive)
            if body is None:
                return
            answer = await self._take(answer, body)
        await _send(send, answer, with_body=request.method != "HEAD")

    async def _take(self, admitted: Admitted, body: bytes) -> WebhookAnswer:
        return await self._receiver.take(admitted, body)


class _ThreadedApplication(_Application):
    """Works on a call in a thread."""

    def __init__(self, gateway: Gateway, on_event: Callable[[Event], object], settings: WebhookSettings | None) -> None:
        self._blocking = Receiver(gateway, self._call, settings)
        super().__init__(self._blocking.core)
        self._on_event = on_event
        self._threads = _threads()
        notice_forks(self)

    def after_fork_in_child(self) -> None:
        """Start afresh: the parent's threads are not there."""
        self._threads = _threads()

    async def _take(self, admitted: Admitted, body: bytes) -> WebhookAnswer:
        loop, context = asyncio.get_running_loop(), copy_context()
        context.run(_LOOP.set, loop)
        return await loop.run_in_executor(self._threads, context.run, self._blocking.take, admitted, body)

    def _call(self, event: Event) -> None:
        """Call the application in this thread, and if it returned a coroutine, have that awaited on the loop."""
        result = self._on_event(event)
        if isawaitable(result):
            asyncio.run_coroutine_threadsafe(_finish(result), _LOOP.get()).result()


def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_A_TIME, thread_name_prefix="smsgate-webhooks")


_LOOP: ContextVar[asyncio.AbstractEventLoop] = ContextVar("_LOOP")
"""The loop of the server that a call came through."""


async def _finish(result: Awaitable[object]) -> None:
    await result


async def _live(receive: Receive, send: Send) -> None:
    """Say that there is nothing to be started or ended."""
    while True:
        event = (await receive())["type"]
        await send({"type": f"{event}.complete"})
        if event == "lifespan.shutdown":
            return


def request_of(scope: Scope) -> WebhookRequest:
    """Return a request without its body."""
    lines = cast("Iterable[tuple[bytes, bytes]]", scope["headers"])
    client = cast("tuple[str, int] | None", scope.get("client"))
    return WebhookRequest(
        method=str(scope["method"]),
        path=str(scope["path"]),
        raw_path=cast("bytes", scope.get("raw_path") or b"").decode("latin-1"),
        query=cast("bytes", scope.get("query_string") or b"").decode("latin-1"),
        headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in lines],
        peer=client[0] if client else "",
    )


async def _read(receive: Receive) -> bytes | None:
    """Read the body until it ends or is too long; None if the caller went away."""
    body, more = b"", True
    while more and len(body) <= LARGEST_BODY:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += cast("bytes", message.get("body", b""))
        more = bool(message.get("more_body", False))
    return body[: LARGEST_BODY + 1]


async def _send(send: Send, answer: WebhookAnswer, *, with_body: bool) -> None:
    lowered = [(name.lower().encode(), value.encode()) for name, value in answer.framed]
    await send({"type": "http.response.start", "status": answer.status, "headers": lowered})
    await send({"type": "http.response.body", "body": answer.text.encode() if with_body else b""})
