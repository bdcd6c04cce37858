"""Plays histories, and says of one that breaks a promise which, with its story."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import TypeVar

from attrs import frozen

from tests.simulation.history import History
from tests.simulation.plan import Plan

T = TypeVar("T")
OBJECTS_OF_MANY_HISTORIES = 300_000


@frozen
class Failure:
    """A history in which a promise was broken."""

    plan: Plan
    error: AssertionError

    @property
    def kind(self) -> str:
        """Which promise; the rest says of which message."""
        return str(self.error).partition(":")[0]


def play(plan: Plan, story: list[str] | None = None, history: type[History] = History) -> Failure | None:
    """Play one history."""
    try:
        history(plan, story).play()
    except AssertionError as error:
        return Failure(plan, error)
    return None


def first_failure(
    seeds: Iterable[int], plan_of: Callable[[int], Plan] = Plan.of, play: Callable[[Plan], Failure | None] = play
) -> Failure | None:
    """Play the histories of seeds until one fails."""
    return next((failure for seed in seeds if (failure := play(plan_of(seed))) is not None), None)


def in_thread(call: Callable[[], T]) -> T:
    """Call a function in a thread of its own, without logging.

    In the main thread the core has other threads make some calls, because of signals; a simulation has no other thread.
    """
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(call())
        except BaseException as error:  # noqa: BLE001 - raised below
            errors.append(error)

    with _no_logging(), _rare_collections():
        thread = Thread(target=run, name="simulation")
        thread.start()
        thread.join()
    if errors:
        raise errors[0]
    return results[0]


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Have garbage collected rarely: much of a history is alive until it ends.

    What was there before is left frozen: the search through a process with thousands of tests takes seconds.
    """
    before = gc.get_threshold()
    gc.set_threshold(OBJECTS_OF_MANY_HISTORIES)
    gc.freeze()
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def _no_logging() -> Iterator[None]:
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
