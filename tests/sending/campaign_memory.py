"""A long campaign whose memory is measured, in a process of its own."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from contextlib import nullcontext
from multiprocessing.connection import Connection

import pytest

from smsgate import Answer, Gateway, Message, Provider, Request, Settings, SqliteJournal
from smsgate.testing import answer
from tests.engine.event_loop_face import on_event_loop
from tests.peak_memory import peak
from tests.plain_adapter import InBulk, Plain

OK = answer(json={})


class AcceptingTransport:
    """A transport that says yes and remembers nothing."""

    def ask(self, request: Request, headers: Mapping[str, str]) -> Answer:
        return OK

    def close(self) -> None:
        pass


class BulkOfHundreds(InBulk):
    """Takes a hundred messages a call."""

    bulk_size = 100


def stream(engine: str, count: int, adapter: type[Plain], path: str | None, reported: Connection) -> None:
    """Send so many messages; report by how many KiB the memory's peak rose after the first few thousand."""
    with pytest.MonkeyPatch.context() as patched, nullcontext() if engine == "threads" else on_event_loop(patched):
        reported.send(_stream(count, adapter, path))


def _stream(count: int, adapter: type[Plain], path: str | None) -> tuple[int, int]:
    provider = Provider("a", adapter(Settings(base_url="http://127.0.0.1"), provider="a"), AcceptingTransport())
    journal = None if path is None else SqliteJournal(path)
    with Gateway([provider], journal=journal) as gateway:
        messages = (Message("+27821234567", f"Your code is {each}") for each in range(count))
        before = done = 0
        for done, result in enumerate(gateway.send_bulk(messages, run=path and "campaign"), start=1):
            if result.error is not None:
                raise result.error
            if done == min(2000, count // 2):
                gc.collect()
                before = peak()
    return done, peak() - before
