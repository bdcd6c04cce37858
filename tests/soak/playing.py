"""Plays histories of real processes, several at once, as most of each is waiting."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from multiprocessing.context import ForkServerContext
from pathlib import Path
from queue import Queue
from tempfile import TemporaryDirectory

from tests.soak.history import Played, SoakHistory
from tests.soak.plan import SoakPlan
from tests.soak.server import SoakServer
from tests.soak.vendors import Account, serving

LANES = 8
"""Histories that are played at the same time, each with two accounts of its own."""


def play_each(plans: Iterable[SoakPlan], server: SoakServer | None = None) -> Iterator[tuple[SoakPlan, Played | str]]:
    """Give what came of each: for one that broke a promise what a person reads, with its story."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["tests.soak.sender", "smsgate_zoomconnect", "smsgate.transport.http_async"])
    with serving(processes, 2 * LANES) as accounts, ThreadPoolExecutor(LANES) as threads:
        free: Queue[tuple[Account, Account]] = Queue()
        for lane in range(LANES):
            free.put((accounts[2 * lane], accounts[2 * lane + 1]))
        yield from threads.map(partial(_play, processes, free, server), plans)


def _play(
    processes: ForkServerContext, free: Queue[tuple[Account, Account]], server: SoakServer | None, plan: SoakPlan
) -> tuple[SoakPlan, Played | str]:
    accounts = free.get()
    with TemporaryDirectory() as folder:
        try:
            return plan, SoakHistory(plan, accounts, processes, Path(folder), server).play()
        except AssertionError as error:
            return plan, _report(plan, error, Path(folder))
        finally:
            free.put(accounts)


def _report(plan: SoakPlan, error: AssertionError, folder: Path) -> str:
    story = folder / "story"
    told = story.read_text(encoding="utf-8") if story.exists() else "(no process has begun)"
    return f"{error}\nseed {plan.seed}: python -m tests.soak {plan.seed}\n{plan.words}\n{told}"
