"""One account's rate over four processes on two hosts: how often its vendor is asked, by each place for the slots.

`python -m benchmarks.pacing` starts a Valkey server and, for each limiter, two hosts (folders) with two processes of
two threads that ask as often as they may. The wall clock of one host is 20 seconds ahead, and one process is killed in
the middle, while it waits. All limiters run side by side, as all of them mostly wait; a request is a line in a file
with the moment by a clock that all processes of this machine share.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

ROOT = Path(__file__).parent.parent
LIMIT, RATE = 60, "58/min"
"""What the vendor takes in a minute, and what the account is set to: the rest is for requests that leave late."""
PROCESSES, HOSTS, THREADS, AHEAD = 4, 2, 2, 20.0
LIMITERS = {
    "memory": "smsgate, in memory",
    "file": "smsgate, a file on each host",
    "one file": "smsgate, one file (as if it were one host)",
    "redis": "smsgate, `pace_store` on a server",
    "limits fixed window": "limits, fixed window on a server",
    "limits moving window": "limits, moving window on a server",
}


def ask_for_ever(limiter: str, url: str, host: Path) -> None:
    """Ask as often as the limiter allows, on several threads."""
    asking = limits_asking if limiter.startswith("limits") else smsgate_asking
    ask = asking(limiter, url, host)

    def repeat() -> None:
        while True:
            ask()

    threads = [Thread(target=repeat, daemon=True) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def record(host: Path) -> None:
    line = f"{time.monotonic():.6f}\n".encode()
    file = os.open(host / "requests", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(file, line)  # whole or not at all
    os.close(file)


def smsgate_asking(limiter: str, url: str, host: Path) -> Callable[[], object]:
    from benchmarks.http_engine import Vendor  # noqa: PLC0415 - after the clock was set
    from smsgate import Answer, Message, Provider, Request, Settings  # noqa: PLC0415
    from smsgate.testing import answer  # noqa: PLC0415

    class Recorded:
        def ask(self, request: Request, headers: Mapping[str, str]) -> Answer:
            record(host)
            return answer(json={"id": "1"})

        def close(self) -> None:
            pass

    places = {"file": str(host / "pace.db"), "one file": str(host.parent / "pace.db"), "redis": url}
    settings = Settings(base_url="http://vendor", rate=RATE, pace_store=places.get(limiter))
    provider = Provider("sales", Vendor(settings, provider="sales"), Recorded())
    message = Message("+27821234567", "Your code is 4711")
    return lambda: provider.send(message, deadline=600.0)


def limits_asking(limiter: str, url: str, host: Path) -> Callable[[], object]:
    limits = import_module("limits")  # a peer, which may not be installed
    import_module("limits.strategies")
    storage = limits.storage.RedisStorage(url, key_prefix=limiter)
    kind = "FixedWindowRateLimiter" if "fixed" in limiter else "MovingWindowRateLimiter"
    strategy, rate = getattr(limits.strategies, kind)(storage), limits.parse("58/minute")

    def ask() -> None:
        while not strategy.hit(rate, "sales"):
            time.sleep(0.02)
        record(host)

    return ask


def start(limiter: str, url: str, folder: Path, running: ExitStack) -> list[subprocess.Popen[bytes]]:
    processes = []
    for place in range(PROCESSES):
        host = folder / limiter / f"host-{place * HOSTS // PROCESSES}"
        host.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "benchmarks.pacing", "--process", limiter, url, str(host)]
        ahead = AHEAD if host.name == "host-1" and limiter != "one file" else 0.0  # one host has one clock
        process = subprocess.Popen([*command, str(ahead)], cwd=ROOT)
        running.callback(process.wait)
        running.callback(process.kill)
        processes.append(process)
    return processes


def moments(folder: Path, limiter: str) -> list[float]:
    files = (folder / limiter).glob("host-*/requests")
    return sorted(float(line) for file in files for line in file.read_text(encoding="ascii").splitlines())


def most_in(seconds: float, asked: Sequence[float]) -> int:
    first, most = 0, 0
    for last, moment in enumerate(asked):
        while asked[first] <= moment - seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


def wait_for_first(folder: Path, limiters: Sequence[str]) -> float:
    """Wait until each limiter was used, as many processes take long to start; return the moment."""
    ends = time.monotonic() + 120
    while time.monotonic() < ends and not all(moments(folder, each) for each in limiters):
        time.sleep(0.1)
    return time.monotonic()


def summary(asked: Sequence[float], begin: float, end: float) -> dict[str, float]:
    asked = [moment for moment in asked if moment < end]
    per_minute = sum(moment >= begin for moment in asked) / (end - begin) * 60
    return {
        "requests": len(asked),
        "most_in_60_s": most_in(60, asked),
        "most_in_10_s": most_in(10, asked),
        "per_minute": round(per_minute, 2),
        "of_the_limit": round(per_minute / LIMIT, 4),
    }


def measure(seconds: float, limiters: Sequence[str]) -> dict[str, object]:
    from tests.valkey_server import running_valkey  # noqa: PLC0415 - not in each process

    with tempfile.TemporaryDirectory() as folder, running_valkey() as server, ExitStack() as running:
        processes = {each: start(each, server.url, Path(folder), running) for each in limiters}
        begin = wait_for_first(Path(folder), limiters)
        time.sleep(seconds / 2)
        for each in processes.values():
            each[-1].kill()
        time.sleep(seconds / 2)
        end = time.monotonic()
        results = {each: summary(moments(Path(folder), each), begin, end) for each in limiters}
    machine = {"cpus": os.cpu_count(), "python": platform.python_version(), "system": platform.system()}
    shape = {"processes": PROCESSES, "hosts": HOSTS, "threads": THREADS, "seconds": seconds, "clock_ahead": AHEAD}
    return {"machine": machine, **shape, "limit_per_minute": LIMIT, "rate": RATE, "limiters": results}


def table(result: Mapping[str, object]) -> str:
    limiters = result["limiters"]
    assert isinstance(limiters, dict)
    head = "| | most in any 60 s | most in any 10 s | requests a minute | of the limit |\n|---|---|---|---|---|\n"
    return head + "".join(
        f"| {LIMITERS[name]} | {one['most_in_60_s']} | {one['most_in_10_s']} | {one['per_minute']:.1f} "
        f"| {one['of_the_limit']:.1%} |\n"
        for name, one in limiters.items()
    )


def in_page(page: Path, text: str) -> None:
    """Put the table between the page's marks."""
    before, _, rest = page.read_text(encoding="utf-8").partition("<!-- table -->\n")
    after = rest.partition("<!-- end -->")[2]
    page.write_text(f"{before}<!-- table -->\n{text}<!-- end -->{after}", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=240.0)
    parser.add_argument("--json", type=Path, default=None)
    parser.add_argument("--page", type=Path, default=None)
    parser.add_argument("--process", nargs=4, metavar=("LIMITER", "URL", "HOST", "AHEAD"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.process:
        limiter, url, host, ahead = arguments.process
        true = time.time
        time.time = lambda: true() + float(ahead)  # before smsgate is imported
        ask_for_ever(limiter, url, Path(host))
        return
    with_peers = [each for each in LIMITERS if not each.startswith("limits") or find_spec("limits")]
    result = measure(arguments.seconds, with_peers)
    text = json.dumps(result, indent=2) + "\n"
    print(text)
    if arguments.json:
        arguments.json.write_text(text, encoding="utf-8")
    if arguments.page:
        in_page(arguments.page, table(result))


if __name__ == "__main__":
    main()
