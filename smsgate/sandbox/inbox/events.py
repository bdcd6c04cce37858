"""`/events`: the notice, to each page that is open, that something has changed (server-sent events, HTML Standard).

A notice says no more than that: the page then asks for the parts that it shows. A browser opens no more than six
connections to a server, so the oldest stream of a browser is ended where it has many; its page connects again, and
learns then what it has missed.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from time import monotonic

from aiohttp import web
from attrs import field, frozen

from smsgate.sandbox.inbox.whole_number import whole_number
from smsgate.sandbox.state import State

_PAUSE = 0.15
"""The least time between the notices of two changes, in seconds."""
_LONG_PAUSE = 0.5
"""The same while texts arrive faster than `_FAST`."""
_FAST = 20.0
"""Texts a second."""
_HEARTBEAT = 15.0
_ECHOES: tuple[float, ...] = (0.3, 0.7, 2.0, 7.0)
"""The pauses before further notices of the last change, in seconds: a text changes its state as time passes."""
_STREAMS = 4
"""How many streams a browser may have at once."""
_AGAIN = 2_000
"""After how many milliseconds a page connects again."""

Stops = frozenset[asyncio.Task[object]]


@frozen(eq=False)
class _Stream:
    """The stream of one page; `enough` ends it."""

    request: web.Request
    enough: asyncio.Event = field(factory=asyncio.Event)

    @property
    def browser(self) -> tuple[str | None, str | None]:
        return self.request.remote, self.request.headers.get("User-Agent")

    @property
    def is_open(self) -> bool:
        return _is_open(self.request) and not self.enough.is_set()


class Events:
    """The streams of the pages that are open; `closing` ends them."""

    def __init__(self, state: State, closing: asyncio.Event) -> None:
        self._state = state
        self._closing = closing
        self._streams: list[_Stream] = []

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer with a stream, which ends with the sandbox, or soon after the page was closed."""
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        stream = web.StreamResponse(headers=headers)
        seen = request.headers.get("Last-Event-ID") or request.query.get("after")
        async with self._stops(request) as stops:
            await stream.prepare(request)
            with suppress(ConnectionError):
                await stream.write(f"retry: {_AGAIN}\n\n".encode())
                await self._notify(request, stream, stops, whole_number(seen) or 0)
        return stream

    @asynccontextmanager
    async def _stops(self, request: web.Request) -> AsyncIterator[Stops]:
        """Give what ends a stream: the end of the sandbox, and too many streams after it."""
        stream = _Stream(request)
        self._streams.append(stream)
        of_browser = [one for one in self._streams if one.is_open and one.browser == stream.browser]
        for oldest in of_browser[:-_STREAMS]:
            oldest.enough.set()
        stops = frozenset(asyncio.create_task(_set(event)) for event in (self._closing, stream.enough))
        try:
            yield stops
        finally:
            self._streams.remove(stream)
            for stop in stops:
                stop.cancel()

    async def _notify(self, request: web.Request, stream: web.StreamResponse, stops: Stops, seen: int) -> None:
        """Write a notice of each change after `seen` changes, but not too often, and a comment while there is none."""
        feed, conversations = self._state.feed, self._state.network.conversations
        pauses, texts, then = iter(_ECHOES[:0]), conversations.newest, monotonic()
        seen = min(seen, feed.number)  # a page of another run of the sandbox may have seen more
        while _is_open(request):
            pause = next(pauses, None)
            changed = await self._change(seen, stops, _HEARTBEAT if pause is None else pause)
            if any(stop.done() for stop in stops):
                return
            if not changed and pause is None:
                await stream.write(b": nothing has changed\n\n")
                continue
            pauses = iter(_ECHOES) if changed else pauses
            seen, arrived, now = feed.number, conversations.newest - texts, monotonic()
            await stream.write(f"id: {seen}\nevent: changed\ndata: {seen}\n\n".encode())
            fast, texts, then = arrived > _FAST * (now - then), conversations.newest, now
            if changed:  # a change soon after an echo must not wait
                await _wait(stops, _LONG_PAUSE if fast else _PAUSE)

    async def _change(self, seen: int, stops: Stops, seconds: float) -> bool:
        """Wait for a change, but no longer than these seconds; say whether there was one."""
        change = asyncio.create_task(self._state.feed.after(seen))
        await _wait([change, *stops], seconds)
        try:
            return change.done()
        finally:
            change.cancel()


def _is_open(request: web.Request) -> bool:
    return request.transport is not None and not request.transport.is_closing()


async def _set(event: asyncio.Event) -> object:
    return await event.wait()


async def _wait(tasks: Iterable[asyncio.Task[object]], seconds: float) -> None:
    await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
