"""A client in a process of its own, so that its memory and processor time are its own too; it sends when asked to."""

from __future__ import annotations

import gc
import multiprocessing
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

from attrs import frozen

from .client import Send
from .clients import CLIENTS
from .machine import allow_sockets, peak, resident

FEW = 8
"""Messages in flight before the memory is looked at for the first time."""


@frozen
class Block:
    """How fast one block of messages went out."""

    per_second: float
    cpu_milliseconds: float
    """This process's own work for each, in all its threads."""


@frozen
class Sending:
    """The other end of such a process."""

    _pipe: Connection

    def block(self, messages: int) -> Block:
        self._pipe.send(messages)
        block = self._pipe.recv()
        assert isinstance(block, Block)
        return block

    def memory(self) -> float | None:
        """Return the KiB that each further message in flight added at most, and end the process."""
        self._pipe.send(0)
        kibibytes = self._pipe.recv()
        assert kibibytes is None or isinstance(kibibytes, float)
        return kibibytes


@contextmanager
def sending(client: str, base_url: str, in_flight: int, first: int) -> Iterator[Sending]:
    """Start a process with an open client; it has sent so many messages first, and its connections are open."""
    processes = multiprocessing.get_context("spawn")
    ours, theirs = processes.Pipe()
    process = processes.Process(target=_run, args=(theirs, client, base_url, in_flight, first), daemon=True)
    process.start()
    theirs.close()
    try:
        ours.recv()
        yield Sending(ours)
        process.join()
    finally:
        process.kill()
        process.join()


def _run(pipe: Connection, client: str, base_url: str, in_flight: int, first: int) -> None:
    allow_sockets()
    with CLIENTS[client](base_url, in_flight) as send:
        send(first, min(FEW, in_flight))  # what is loaded or made once is there then
        gc.collect()
        before = resident()
        send(in_flight, in_flight)
        pipe.send(None)
        while messages := pipe.recv():
            pipe.send(_block(send, messages, in_flight))
        most = peak()
        further = in_flight - FEW
        pipe.send((most - before) / further if most is not None and before is not None and further > 0 else None)


def _block(send: Send, messages: int, in_flight: int) -> Block:
    """Time a block; once more if a message was not accepted, as where the whole machine was halted meanwhile."""
    try:
        return _timed(send, messages, in_flight)
    except Exception as error:  # noqa: BLE001 - many libraries
        print(f"a block is measured once more: {error!r}", file=sys.stderr, flush=True)
        return _timed(send, messages, in_flight)


def _timed(send: Send, messages: int, in_flight: int) -> Block:
    clock, cpu = time.perf_counter(), time.process_time()
    send(messages, in_flight)
    seconds, work = time.perf_counter() - clock, time.process_time() - cpu
    return Block(messages / seconds, work / messages * 1000)
