"""Fork server processes with a warm gateway: `-m tests.runtime.forkserver_processes REPORT COUNT SEED [repeat]`."""

from __future__ import annotations

import multiprocessing
import random
import sys
from pathlib import Path

from tests.runtime.forking_application import append


def send_some(report: Path, texts: list[str]) -> None:
    from tests.runtime import preloaded_gateway

    for text in texts:
        append(report, preloaded_gateway.send(text))


def main() -> None:
    extra = 2 if sys.argv[4:] else 0  # texts of others, under the same keys
    report, count, dice = Path(sys.argv[1]), int(sys.argv[2]), random.Random(int(sys.argv[3]))
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.runtime.preloaded_gateway"])
    texts = [f"{each} by the fork server's" for each in range(count)]
    processes = [
        context.Process(target=send_some, args=(report, [text, *dice.sample(texts, extra)]), daemon=True)
        for text in texts
    ]
    for some in (processes[each : each + 4] for each in range(0, count, 4)):
        for process in some:
            process.start()
        for process in some:
            process.join(60)
    sys.exit(any(process.exitcode != 0 for process in processes))


if __name__ == "__main__":
    main()
