"""Messages a second, CPU and memory of sending on asyncio, beside threads and bare loops of other libraries.

`python -m benchmarks.async`. The vendor has a process of its own and answers after 50 ms; each client has one too. The
clients are timed in turn, a block of messages each, so that whatever else the machine does weighs on all; a ratio is
the median of the blocks' ratios to `AsyncGateway.send_bulk` without a journal.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sqlite3
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from attrs import asdict

from .clients import CLIENTS, NEXT_DOOR
from .comparison import Row, compare
from .report import in_page, tables


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--in-flight", type=int, nargs="*", default=[64, 256, 1000])
    parser.add_argument("--next-door", type=int, nargs="*", default=[8, 64, 256, 1000], metavar="IN_FLIGHT")
    parser.add_argument("--messages", type=int, default=1500, help="in a block")
    parser.add_argument("--blocks", type=int, default=5)
    parser.add_argument("--away", type=float, default=0.05, help="seconds until the vendor answers")
    parser.add_argument("--clients", nargs="+", default=[*CLIENTS], choices=CLIENTS)
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--page", type=Path, help="the page whose tables to write")
    return parser.parse_args(arguments)


def _measured(given: argparse.Namespace) -> list[Row]:
    near = [name for name in given.clients if name in NEXT_DOOR]
    cases = [(given.away, most, given.clients) for most in given.in_flight]
    cases += [(0.0, most, near) for most in given.next_door if near]
    rows: list[Row] = []
    for away, in_flight, clients in cases:
        found = compare(away, in_flight, clients, given.messages, given.blocks)
        print(tables(found), file=sys.stderr, flush=True)
        rows += found
    return rows


def _figures(given: argparse.Namespace, rows: Sequence[Row]) -> dict[str, object]:
    packages = ["h11", "urllib3", *({"aiohttp", "httpx"} & {*given.clients})]
    return {
        "machine": {"cpus": os.cpu_count(), "python": platform.python_version(), "system": platform.system()},
        "versions": {"sqlite": sqlite3.sqlite_version} | {name: version(name) for name in sorted(packages)},
        "rows": [asdict(row) for row in rows],
    }


def main(arguments: Sequence[str] | None = None) -> None:
    given = _options(arguments)
    rows = _measured(given)
    print(tables(rows))
    if given.json is not None:
        given.json.write_text(json.dumps(_figures(given, rows), indent=2) + "\n", encoding="utf-8")
    if given.page is not None:
        given.page.write_text(in_page(given.page.read_text(encoding="utf-8"), rows), encoding="utf-8")


if __name__ == "__main__":
    main()
