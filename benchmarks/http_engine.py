"""What a send costs over a bare requests.Session.post to the same server, and what eight threads get through.

The server has a process of its own and does nothing but answer. The two are timed in turn, a block of sends each, so
that whatever else the machine does weighs on both; the ratio is the median of the blocks' ratios.
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
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib.metadata import version
from multiprocessing.connection import Connection
from pathlib import Path

import requests
from attrs import frozen

from smsgate import Accepted, Adapter, Conversation, Effect, Gateway, Message, Provider, Request, Settings, Submission
from smsgate.transport.http import HttpTransport

RESULT = Path(__file__).parent.parent / "docs" / "benchmarks" / "http.json"
BODY = {"to": "+27821234567", "text": "Your code is 4711"}
HEADERS = {"Authorization": "Bearer token"}
ANSWER = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{"id": "m1"}'


def _answer(sock: socket.socket) -> None:
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    received = b""
    with sock, suppress(OSError):
        while chunk := sock.recv(65536):
            received += chunk
            head, end, body = received.partition(b"\r\n\r\n")
            length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
            if end and len(body) >= int(length):
                received = b""
                closes = b"connection: close" in head.lower()
                sock.sendall(ANSWER.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n") if closes else ANSWER)
                if closes:
                    return


def serve(pipe: Connection) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        pipe.send(listener.getsockname()[1])
        while True:
            threading.Thread(target=_answer, args=(listener.accept()[0],), daemon=True).start()


@frozen
class Reply:
    id: str


class Vendor(Adapter[Settings]):
    name = "bench"
    Settings = Settings

    def headers(self) -> Mapping[str, str]:
        return HEADERS

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        answer = yield Request("POST", "send", json={"to": message.to, "text": message.text}, effect=Effect.SENDS)
        return Accepted(message_id=answer.read(Reply).id)


def _gateway(url: str, reuse_within: float) -> Gateway:
    settings = Settings(base_url=url, reuse_within=reuse_within)
    return Gateway([Provider("bench", Vendor(settings, provider="bench"), HttpTransport(settings))])


def _seconds(act: Callable[[], object], times: int) -> tuple[float, float]:
    """Return seconds for one, by the clock and of this process's own work."""
    clock, work = time.perf_counter(), time.process_time()
    for _ in range(times):
        act()
    return (time.perf_counter() - clock) / times, (time.process_time() - work) / times


def _compare(url: str, *, fresh: bool, blocks: int, block: int) -> dict[str, object]:
    """Time both in turn; `fresh` opens a connection for each request, on both sides."""
    message = Message(BODY["to"], BODY["text"])
    with requests.Session() as session, _gateway(url, 0.0 if fresh else 30.0) as gateway:
        session.trust_env = False  # as ours: reading the environment is no part of the comparison
        headers = HEADERS | ({"Connection": "close"} if fresh else {})

        def bare() -> object:
            return session.post(f"{url}/send", json=BODY, headers=headers, timeout=30).json()["id"]

        def ours() -> object:
            return gateway.send(message).message_id

        _seconds(bare, block), _seconds(ours, block)
        times = [(_seconds(bare, block), _seconds(ours, block)) for _ in range(blocks)]
    result: dict[str, object] = {}
    for index, name in enumerate(("clock", "cpu")):
        ratios = [after[index] / before[index] for before, after in times]
        result |= {
            f"{name}_bare_microseconds": round(statistics.median(before[index] for before, _ in times) * 1e6, 1),
            f"{name}_smsgate_microseconds": round(statistics.median(after[index] for _, after in times) * 1e6, 1),
            f"{name}_ratio": round(statistics.median(ratios), 3),
            f"{name}_ratio_quartiles": [round(quartile, 3) for quartile in statistics.quantiles(ratios)],
        }
    return result


def _throughput(url: str, *, reuse_within: float, threads: int, sends: int) -> float:
    message = Message(BODY["to"], BODY["text"])
    with _gateway(url, reuse_within) as gateway, ThreadPoolExecutor(threads) as pool:
        start = time.perf_counter()
        list(pool.map(lambda _: gateway.send(message), range(sends)))
        return round(sends / (time.perf_counter() - start), 1)


def measure(url: str, *, blocks: int, block: int) -> dict[str, object]:
    sends = blocks * block
    return {
        "machine": {
            "cpus": os.cpu_count(),
            "python": platform.python_version(),
            "system": platform.system(),
            "requests": version("requests"),
            "urllib3": version("urllib3"),
        },
        "blocks": blocks,
        "sends_in_a_block": block,
        "keep_alive": _compare(url, fresh=False, blocks=blocks, block=block),
        "fresh_connections": _compare(url, fresh=True, blocks=blocks, block=block),
        "sends_per_second_8_threads": _throughput(url, reuse_within=0.025, threads=8, sends=sends),
        "sends_per_second_8_threads_fresh": _throughput(url, reuse_within=0.0, threads=8, sends=sends),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blocks", type=int, default=400)
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
