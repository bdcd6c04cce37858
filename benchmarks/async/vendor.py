"""A vendor on loopback, in a process of its own: it reads a request, waits as long as the network would, answers.

Each answer has an id of its own, as those of vendors have.
"""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from multiprocessing.connection import Connection

from .machine import allow_sockets

ANSWER = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{"id": "m%09d"}'


class _Answering(asyncio.Protocol):
    def __init__(self, seconds: float, numbers: Iterator[int]) -> None:
        self._seconds = seconds
        self._numbers = numbers
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        if end and len(body) >= int(length):
            self._received = b""
            asyncio.get_running_loop().call_later(self._seconds, self._transport.write, ANSWER % next(self._numbers))


async def _serve(pipe: Connection, seconds: float) -> None:
    numbers, loop = count(1), asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Answering(seconds, numbers), "127.0.0.1", 0, backlog=1024)
    pipe.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


def _run(pipe: Connection, seconds: float) -> None:
    allow_sockets()
    asyncio.run(_serve(pipe, seconds))


@contextmanager
def vendor(seconds: float) -> Iterator[str]:
    """Give the base URL of a vendor so many seconds away."""
    processes = multiprocessing.get_context("spawn")
    ours, theirs = processes.Pipe()
    process = processes.Process(target=_run, args=(theirs, seconds), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}/api"
    finally:
        process.kill()
        process.join()
