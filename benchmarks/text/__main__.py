"""Measure smsgate.text beside its peers: ``python -m benchmarks.text`` (see the Makefile's target ``bench``).

Adds this interpreter's results to docs/benchmarks/text.json and draws the page and the plot anew.
"""

import json
import platform
import subprocess
import sys
import tracemalloc
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.text import report
from benchmarks.text.peers import Peer, peers
from benchmarks.text.stopwatch import ROUNDS, SECONDS, nanoseconds
from benchmarks.text.workloads import WORKLOADS, campaign, cases, over_and_over
from smsgate import text

ROOT = Path(__file__).parents[2]
MILLION = 1_000_000


def main() -> None:
    subjects = peers()
    counting = {name: _count(name, subjects, texts) for name, texts in WORKLOADS.items()}
    operating = {name: _operate(name, subjects) for name in ("encode", "decode", "pack", "unpack")}
    javascript = _javascript()
    result = {
        "interpreter": f"{platform.python_implementation()} {platform.python_version()}",
        "node": javascript["node"],
        "versions": {peer.package: peer.version for peer in subjects}
        | {name: found["version"] for name, found in javascript["peers"].items()},
        "right": _marks(subjects, javascript["peers"]),
        "nanoseconds": {
            workload: times
            | {name: round(found["nanoseconds"][workload], 1) for name, found in javascript["peers"].items()}
            for workload, times in counting.items()
        },
        "operations": operating,
        "million": _million(subjects),
    }
    report.write(ROOT / "docs/benchmarks", result)


def _count(workload: str, subjects: list[Peer], texts: list[str]) -> dict[str, float]:
    print(f"{workload} ...", file=sys.stderr, flush=True)
    able = {peer.package: peer.count for peer in subjects if peer.count and peer.counted(texts[0])}
    return nanoseconds({report.YARDSTICK: None} | able, texts)


def _operate(operation: str, subjects: list[Peer]) -> dict[str, float]:
    """Time an operation on 160 plain characters: 160 septets, 140 octets."""
    print(f"{operation} ...", file=sys.stderr, flush=True)
    texts = WORKLOADS["160 ASCII"]
    inputs: list[Any] = texts
    if operation != "encode":
        inputs = [text.encode(message) for message in texts]
    if operation == "unpack":
        inputs = [text.pack(septets) for septets in inputs]
    return nanoseconds(
        {peer.package: peer.operations[operation] for peer in subjects if operation in peer.operations}, inputs
    )


def _javascript() -> dict[str, Any]:
    print("JavaScript ...", file=sys.stderr, flush=True)
    asked = {
        "workloads": WORKLOADS,
        "cases": [message for message, _, _ in cases()],
        "seconds": SECONDS,
        "rounds": ROUNDS,
    }
    command = ["node", "bench.js"]
    done = subprocess.run(
        command, input=json.dumps(asked), cwd=ROOT / "benchmarks/node", check=True, capture_output=True, text=True
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _marks(subjects: list[Peer], javascript: dict[str, Any]) -> dict[str, list[int]]:
    """Return for each library how many texts it counts right, and of how many; the empty text does not matter."""
    expected = cases()
    marks = {}
    for peer in subjects:
        marks[peer.package] = [peer.counted(message) == (encoding, n) for message, encoding, n in expected if message]
    for name, found in javascript.items():
        pairs = zip(found["counted"], expected, strict=True)
        marks[name] = [answer == [encoding, n] for answer, (message, encoding, n) in pairs if message]
    return {name: [sum(right), len(right)] for name, right in marks.items()}


def _million(subjects: list[Peer]) -> dict[str, Any]:
    print("a million ...", file=sys.stderr, flush=True)
    messages = campaign(100_000)
    seconds = min(_seconds(messages, MILLION // len(messages)) for _ in range(3))
    sample = messages[:3_000]
    able = {peer.package: peer.count for peer in subjects if peer.count and peer.package != "smsgate"}
    return {
        "messages": MILLION,
        "nanoseconds": {
            "smsgate": round(seconds / MILLION * 1e9, 1),
            report.YARDSTICK: nanoseconds({"": None}, sample)[""],
        }
        | {name: nanoseconds({name: count}, sample)[name] for name, count in able.items()},
        "peak octets": {f"{count:,} messages": _peak(messages, count) for count in (1_000, 100_000)},
    }


def _seconds(messages: list[str], times: int) -> float:
    start = perf_counter()
    totals = text.analyse_many(over_and_over(messages, times)).totals()
    seconds = perf_counter() - start
    if totals.messages != MILLION:
        raise RuntimeError(f"{totals.messages} messages were counted")
    return seconds


def _peak(messages: list[str], count: int) -> int:
    tracemalloc.start()
    text.analyse_many(islice(messages, count)).totals()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


if __name__ == "__main__":
    main()
