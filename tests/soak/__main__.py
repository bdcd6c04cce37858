"""Plays histories of real processes: ``python -m tests.soak FIRST [LAST] [references|plain|postgres]``.

It tells their figures. With `postgres` the journal is on a server, which crashes meanwhile.
"""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack

from tests.postgres_server import PostgresServer
from tests.soak.history import Played
from tests.soak.plan import SoakPlan
from tests.soak.playing import play_each
from tests.soak.server import SoakServer


def main() -> int:
    """Play the histories of some seeds, with `references` as it says, else as each seed says."""
    numbers = [int(each) for each in sys.argv[1:] if each.isdigit()]
    references = {"references": True, "plain": False}.get(sys.argv[-1])
    plans = (SoakPlan.of(seed, references=references) for seed in range(numbers[0], numbers[-1] + 1))
    began, ended, failed = time.monotonic(), list[Played](), 0
    with ExitStack() as stack:
        server = None
        if sys.argv[-1] == "postgres":
            server = SoakServer(stack.enter_context(PostgresServer()), numbers[0], 1 + numbers[-1] - numbers[0])
        for _, played in play_each(plans, server):
            if isinstance(played, str):
                failed += 1
                sys.stdout.write(played + "\n")
            else:
                ended.append(played)
    sys.stdout.write(
        f"{len(ended) + failed} histories in {time.monotonic() - began:.0f} s, {failed} failed; "
        f"{sum(each.messages for each in ended)} messages, {sum(each.killed for each in ended)} kills, "
        f"{sum(each.unknown for each in ended)} unknown, {sum(each.still_unknown for each in ended)} after asking\n"
    )
    return failed


if __name__ == "__main__":
    sys.exit(main())
