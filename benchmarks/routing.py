"""What a dead first provider costs the messages that another one sends: while it is found out, and from then on.

Three gateways send to the same healthy vendor, which has a process of its own and does nothing but answer: one has no
other provider, one has first a provider that refuses connections, one first a provider that never answers a connection
(its queue is full). They are timed in turn, a block of sends each, so that whatever else the machine does weighs on
all; a ratio is the median of the blocks' ratios.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import socket
import statistics
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from benchmarks.http_engine import Vendor, serve
from smsgate import BreakerSettings, BreakerState, Gateway, Message, Provider, Settings
from smsgate.transport.http import HttpTransport

RESULT = Path(__file__).parent.parent / "docs" / "benchmarks" / "routing.json"
MESSAGE = Message("+27821234567", "Your code is 4711")
BREAKER = BreakerSettings(rest=3600)
CONNECT_TIMEOUT = 0.25
THREADS = 8


@contextmanager
def refusing() -> Iterator[str]:
    """Return an address where no server listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/api"


@contextmanager
def silent() -> Iterator[str]:
    """Give the address of a server whose queue of connections is full, so that no further one comes about."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        with suppress(TimeoutError):
            for _ in range(16):
                stack.enter_context(socket.create_connection(listener.getsockname(), timeout=CONNECT_TIMEOUT))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/api"


def gateway(*urls: str) -> Gateway:
    providers = []
    for place, url in enumerate(urls):
        settings = Settings(base_url=url, reuse_within=30.0, connect_timeout=CONNECT_TIMEOUT)
        name = f"provider-{place}"
        providers.append(Provider(name, Vendor(settings, provider=name), HttpTransport(settings)))
    return Gateway(providers, breaker=BREAKER)


def seconds(opened: Gateway, times: int) -> float:
    """Return seconds for one send."""
    clock = time.perf_counter()
    for _ in range(times):
        opened.send(MESSAGE)
    return (time.perf_counter() - clock) / times


def find_out(opened: Gateway) -> list[float]:
    """Send until the first provider's breaker opens; return the milliseconds of each message."""
    took = []
    while opened.breaker("provider-0") is BreakerState.CLOSED:
        took.append(round(seconds(opened, 1) * 1e3, 2))
    return took


def throughput(opened: Gateway, sends: int) -> float:
    with ThreadPoolExecutor(THREADS) as pool:
        start = time.perf_counter()
        list(pool.map(lambda _: opened.send(MESSAGE), range(sends)))
        return round(sends / (time.perf_counter() - start), 1)


def compare(alone: Gateway, dead: Mapping[str, Gateway], *, blocks: int, block: int) -> dict[str, object]:
    found_out = {name: find_out(opened) for name, opened in dead.items()}
    seconds(alone, block)
    times = [
        (seconds(alone, block), {name: seconds(each, block) for name, each in dead.items()}) for _ in range(blocks)
    ]
    result: dict[str, object] = {
        "alone_microseconds": round(statistics.median(base for base, _ in times) * 1e6, 1),
        f"alone_sends_per_second_{THREADS}_threads": throughput(alone, blocks * block),
    }
    for name, opened in dead.items():
        ratios = [beside[name] / base for base, beside in times]
        result[name] = {
            "milliseconds_until_left_alone": found_out[name],
            "microseconds": round(statistics.median(beside[name] for _, beside in times) * 1e6, 1),
            "ratio": round(statistics.median(ratios), 3),
            "ratio_quartiles": [round(quartile, 3) for quartile in statistics.quantiles(ratios)],
            f"sends_per_second_{THREADS}_threads": throughput(opened, blocks * block),
        }
    return result


def measure(url: str, *, blocks: int, block: int) -> dict[str, object]:
    with ExitStack() as stack:
        dead = {"refuses_connections": stack.enter_context(refusing()), "silent": stack.enter_context(silent())}
        gateways = {name: stack.enter_context(gateway(address, url)) for name, address in dead.items()}
        alone = stack.enter_context(gateway(url))
        return {
            "machine": {
                "cpus": os.cpu_count(),
                "python": platform.python_version(),
                "system": platform.system(),
            },
            "blocks": blocks,
            "sends_in_a_block": block,
            "connect_timeout_seconds": CONNECT_TIMEOUT,
            **compare(alone, gateways, blocks=blocks, block=block),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blocks", type=int, default=200)
    parser.add_argument("--block", type=int, default=20)
    arguments = parser.parse_args()
    processes = multiprocessing.get_context("spawn")
    ours, theirs = processes.Pipe()
    server = processes.Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    try:
        result = measure(f"http://127.0.0.1:{ours.recv()}/api", blocks=arguments.blocks, block=arguments.block)
    finally:
        server.terminate()
        server.join()
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    json.dump(result, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
