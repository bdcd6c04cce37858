"""Clients timed in turn, a block of messages each, so that whatever else the machine does weighs on all."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from contextlib import ExitStack

from attrs import frozen

from .clients import MOST, SLOW
from .process import Block, sending
from .vendor import vendor


@frozen
class Row:
    """One client at one vendor; `in_flight` is what was asked for, `sent_at_once` what the client can do."""

    away: float
    in_flight: int
    client: str
    sent_at_once: int
    messages: int
    kibibytes: float | None
    blocks: list[Block]

    @property
    def per_second(self) -> float:
        return statistics.median(block.per_second for block in self.blocks)

    @property
    def cpu_milliseconds(self) -> float:
        return statistics.median(block.cpu_milliseconds for block in self.blocks)

    def speed_over(self, other: Row) -> float:
        """Return the median of the ratios of messages a second, block by block."""
        pairs = zip(self.blocks, other.blocks, strict=True)
        return statistics.median(mine.per_second / its.per_second for mine, its in pairs)

    def cpu_over(self, other: Row) -> float:
        """Return the median of the ratios of processor time."""
        pairs = zip(self.blocks, other.blocks, strict=True)
        return statistics.median(mine.cpu_milliseconds / its.cpu_milliseconds for mine, its in pairs)


def compare(away: float, in_flight: int, clients: Sequence[str], messages: int, blocks: int) -> list[Row]:
    at_once = {name: min(in_flight, MOST.get(name, in_flight)) for name in clients}
    counts = {name: min(messages, max(SLOW.get(name, messages), in_flight)) for name in clients}
    with vendor(away) as base_url, ExitStack() as stack:
        opened = {
            name: stack.enter_context(sending(name, base_url, at_once[name], first=messages // 16)) for name in clients
        }
        times = [{name: each.block(counts[name]) for name, each in opened.items()} for _ in range(blocks)]
        memory = {name: each.memory() for name, each in opened.items()}
    return [
        Row(away, in_flight, name, at_once[name], counts[name], memory[name], [block[name] for block in times])
        for name in clients
    ]
