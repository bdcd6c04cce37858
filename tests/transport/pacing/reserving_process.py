"""Reserves slots of one account without waiting for them: `python -m tests.transport.pacing.reserving_process`.

Orders are JSON on stdin: the store's URL, how many slots, the interval, and by how many seconds this process's clocks
are ahead. It says "ready", waits for a line, and prints the moment of each slot by the server's clock, in
microseconds. Where it is to be killed it says "reserved" once it has its last slot, and waits.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from smsgate import RedisPaceStore

PATIENCE = 1e6
"""Seconds; no slot is too late."""


def main() -> None:
    orders: dict[str, Any] = json.loads(sys.stdin.readline())
    for name in ("time", "monotonic"):
        clock = getattr(time, name)
        setattr(time, name, lambda clock=clock: clock() + orders["ahead"])
    Path("host").write_text("each host has a folder of its own", encoding="utf-8")
    store = RedisPaceStore(orders["url"], timeout=60.0)
    say("ready")
    sys.stdin.readline()
    slots = [reserve(store, orders["interval"]) for _ in range(orders["slots"])]
    if orders["killed"]:
        say("reserved")
        sys.stdin.readline()
    say(json.dumps(slots))


def reserve(store: RedisPaceStore, interval: float) -> int:
    wait = store.reserve("acme/sales", interval, PATIENCE)
    _, _, now = store._known["acme/sales"]
    return now + round(wait * 1_000_000)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
