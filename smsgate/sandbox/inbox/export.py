"""`/export.json`: all that the inbox shows, for other programs."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from aiohttp import web
from attrs import asdict, frozen

from smsgate.sandbox.callbacks.call import Call
from smsgate.sandbox.inbox.bubbles import word_of
from smsgate.sandbox.inbox.masked_url import masked_url
from smsgate.sandbox.state import State

_AT_ONCE = 100
"""After how many items other requests have their chance."""


@frozen
class Export:
    """Write texts, requests and calls as JSON, in pure ASCII."""

    state: State

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer with a file to keep."""
        headers = {
            "Content-Type": "application/json",
            "Content-Disposition": 'attachment; filename="smsgate-sandbox.json"',
        }
        answer = web.StreamResponse(headers=headers)
        await answer.prepare(request)
        await answer.write(b"{")
        for place, (name, items) in enumerate(self._lists().items()):
            await answer.write(f'{"," if place else ""}\n"{name}": ['.encode())
            await _write(answer, items)
            await answer.write(b"]")
        await answer.write(b"\n}\n")
        return answer

    def _lists(self) -> Mapping[str, Iterable[Mapping[str, object]]]:
        return {
            "texts": self._texts(),
            "scheduled": map(asdict, self.state.network.scheduled()),
            "requests": map(asdict, reversed(self.state.requests.latest(1_000_000))),
            "calls": [_call(call) for each in self.state.callbacks.values() for call in each.calls],
        }

    def _texts(self) -> Iterator[Mapping[str, object]]:
        for text in [*self.state.network.conversations.after(0)]:
            yield {**asdict(text), "state": word_of(self.state, text)}


async def _write(answer: web.StreamResponse, items: Iterable[Mapping[str, object]]) -> None:
    first = True
    for some in _batches(items):
        lines = ",\n".join(json.dumps(item, default=_shown) for item in some)
        await answer.write(f"{'' if first else ','}\n{lines}".encode())
        first = False


def _batches(items: Iterable[Mapping[str, object]]) -> Iterator[list[Mapping[str, object]]]:
    some: list[Mapping[str, object]] = []
    for item in items:
        some.append(item)
        if len(some) == _AT_ONCE:
            yield some
            some = []
    if some:
        yield some


def _call(call: Call) -> Mapping[str, object]:
    return {**asdict(call), "url": masked_url(call.url)}


def _shown(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
