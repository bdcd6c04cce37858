"""Measure smsgate.text beside its peers: ``python -m benchmarks.text`` (see the Makefile's target ``bench``).

Adds this interpreter's results to docs/benchmarks/text.json and draws the page and the plot anew.
"""

import json
import platform
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

from benchmarks.text import report
from benchmarks.text.peers import Peer, peers
from benchmarks.text.stopwatch import ROUNDS, SECONDS, Workload, nanoseconds
from benchmarks.text.workloads import WORKLOADS, campaign, cases, over_and_over
from smsgate import text

ROOT = Path(__file__).parents[2]
MILLION = 1_000_000
MILLION_MIXED = "a million mixed"
OPERATIONS = ("encode", "decode", "pack", "unpack")


def main() -> None:
    subjects = peers()
    sample = Workload(_counters(subjects), campaign(3_000))
    print("Python ...", file=sys.stderr, flush=True)
    counting = {name: Workload(_counters(subjects), texts) for name, texts in WORKLOADS.items()}
    operating = {name: _operators(name, subjects) for name in OPERATIONS}
    times = nanoseconds(counting | operating | {MILLION_MIXED: sample})
    print("JavaScript ...", file=sys.stderr, flush=True)
    javascript = _javascript()
    for name, found in javascript["peers"].items():
        for workload in WORKLOADS:
            times[workload][name] = round(found["nanoseconds"][workload], 1)
    print("a million messages ...", file=sys.stderr, flush=True)
    result = {
        "interpreter": f"{platform.python_implementation()} {platform.python_version()}",
        "node": javascript["node"],
        "versions": {peer.package: peer.version for peer in subjects}
        | {name: found["version"] for name, found in javascript["peers"].items()},
        "right": _marks(subjects, javascript["peers"]),
        "nanoseconds": {workload: times[workload] for workload in WORKLOADS},
        "operations": {operation: times[operation] for operation in OPERATIONS},
        "million": {
            "nanoseconds": times[MILLION_MIXED] | {"smsgate": _million()},
            "peak octets": {f"{count:,} messages": _peak(count) for count in (1_000, 100_000)},
        },
    }
    report.write(ROOT / "docs/benchmarks", result)


def _counters(subjects: list[Peer]) -> dict[str, Callable[[Any], Any] | None]:
    return {report.YARDSTICK: None} | {peer.package: peer.count for peer in subjects}


def _operators(operation: str, subjects: list[Peer]) -> Workload:
    """Return an operation on 160 plain characters: 160 septets, 140 octets."""
    texts = WORKLOADS["160 ASCII"]
    inputs: list[Any] = texts
    if operation != "encode":
        inputs = [text.encode(message) for message in texts]
    if operation == "unpack":
        inputs = [text.pack(septets) for septets in inputs]
    return Workload(
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


def _million() -> float:
    """Return the nanoseconds a message that the totals of a million take."""
    messages = campaign(100_000)
    return round(min(_seconds(messages, MILLION // len(messages)) for _ in range(5)) / MILLION * 1e9, 1)


def _seconds(messages: list[str], times: int) -> float:
    start = process_time()
    totals = text.analyse_many(over_and_over(messages, times)).totals()
    seconds = process_time() - start
    if totals.messages != MILLION:
        raise RuntimeError(f"{totals.messages} messages were counted")
    return seconds


def _peak(count: int) -> int:
    messages = campaign(count)
    tracemalloc.start()
    text.analyse_many(messages).totals()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


if __name__ == "__main__":
    main()
