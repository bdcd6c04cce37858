"""Messages a second and CPU a message on asyncio, beside bare loops of other libraries: `python -m benchmarks.async`.

The vendor has a process of its own and answers after 50 ms. The clients are timed in turn, a block of messages each, so
that whatever else the machine does weighs on all; a ratio is the median of the blocks' ratios to smsgate's.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
import statistics
import time
from contextlib import AsyncExitStack
from importlib.metadata import version
from pathlib import Path

from attrs import asdict, frozen

from .clients import CLIENTS, Ask
from .vendor import vendor

OURS = "smsgate"


@frozen
class Row:
    """One client with so many requests in flight."""

    in_flight: int
    client: str
    per_second: float
    cpu_milliseconds: float
    per_second_ratio: float
    cpu_ratio: float


async def _block(ask: Ask, in_flight: int, messages: int) -> tuple[float, float]:
    """Return messages a second, and milliseconds of this process's own work for each."""
    left = iter(range(messages))

    async def work() -> None:
        for _ in left:
            assert await ask() == "m1"

    clock, cpu = time.perf_counter(), time.process_time()
    async with asyncio.TaskGroup() as group:
        for _ in range(in_flight):
            group.create_task(work())
    return messages / (time.perf_counter() - clock), (time.process_time() - cpu) / messages * 1000


async def _compare(base_url: str, in_flight: int, messages: int, blocks: int, clients: list[str]) -> list[Row]:
    async with AsyncExitStack() as opened:
        asks = {name: await opened.enter_async_context(CLIENTS[name](base_url, in_flight)) for name in clients}
        for ask in asks.values():
            await _block(ask, in_flight, 2 * in_flight)
        times = [{name: await _block(ask, in_flight, messages) for name, ask in asks.items()} for _ in range(blocks)]
    return [_row(in_flight, name, times) for name in clients]


def _row(in_flight: int, name: str, times: list[dict[str, tuple[float, float]]]) -> Row:
    per_second, cpu = zip(*(block[name] for block in times), strict=True)
    ratios = [[block[name][side] / block[OURS][side] for block in times] for side in (0, 1)]
    return Row(in_flight, name, *(round(statistics.median(side), 3) for side in (per_second, cpu, *ratios)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--in-flight", type=int, nargs="+", default=[64, 256])
    parser.add_argument("--messages", type=int, default=2000, help="in a block")
    parser.add_argument("--blocks", type=int, default=5)
    parser.add_argument("--away", type=float, default=0.05, help="seconds until the vendor answers")
    parser.add_argument("--clients", nargs="+", default=[*CLIENTS], choices=CLIENTS)
    parser.add_argument("--json", type=Path, help="where to write the figures")
    given = parser.parse_args()
    rows: list[Row] = []
    with vendor(given.away) as base_url:
        for in_flight in given.in_flight:
            rows += asyncio.run(_compare(base_url, in_flight, given.messages, given.blocks, given.clients))
    print(f"{'in flight':>9}  {'client':8} {'messages/s':>10} {'CPU ms':>7} {'messages/s ratio':>17} {'CPU ratio':>10}")
    for row in rows:
        print(
            f"{row.in_flight:9}  {row.client:8} {row.per_second:10,.0f} {row.cpu_milliseconds:7.3f} "
            f"{row.per_second_ratio:17.2f} {row.cpu_ratio:10.2f}"
        )
    if given.json is not None:
        packages = [name for name in ("h11", "aiohttp", "httpx") if name in {"h11", *given.clients}]
        found = {"python": platform.python_version()} | {name: version(name) for name in packages}
        result = {"versions": found, "away": given.away, "rows": [asdict(row) for row in rows]}
        given.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
