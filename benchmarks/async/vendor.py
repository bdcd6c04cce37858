"""A vendor on loopback, in a process of its own: it reads a request, waits as long as the network would, answers."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

ANSWER = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{"id": "m1"}'


class _Answering(asyncio.Protocol):
    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
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
            asyncio.get_running_loop().call_later(self._seconds, self._transport.write, ANSWER)


async def _serve(pipe: Connection, seconds: float) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: _Answering(seconds), "127.0.0.1", 0, backlog=1024)
    pipe.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


def _run(pipe: Connection, seconds: float) -> None:
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
