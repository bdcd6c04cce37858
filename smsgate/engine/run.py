"""Runs the core in a thread: no coroutine of it suspends there, so that one step runs it to its end."""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Generator, Iterator
from contextlib import contextmanager
from typing import NoReturn, ParamSpec, Protocol, TypeVar, cast

__all__ = ["iterate", "run", "run_next", "run_work"]

P = ParamSpec("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class _Step(Protocol[T_co]):
    """A coroutine, or the step of an asynchronous generator."""

    def send(self, value: None, /) -> object: ...
    def close(self) -> object: ...
    def __await__(self) -> Generator[object, object, T_co]: ...


def run(step: _Step[T]) -> T:
    """Run what never suspends to its end, in this thread, and return its result."""
    try:
        step.send(None)
    except StopIteration as end:
        return cast("T", end.value)
    return _suspended(step)


def run_work(work: Callable[P, Coroutine[object, object, T]], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run what `work` makes, as `run` does; it is made in the thread in which it runs."""
    step = work(*args, **kwargs)
    try:
        step.send(None)
    except StopIteration as end:
        return cast("T", end.value)
    return _suspended(step)


def run_next(steps: AsyncIterator[T]) -> T:
    """Return the next of what an asynchronous iterator gives that never suspends; `StopIteration` at its end."""
    try:
        with _no_event_loop():
            return run(cast("_Step[T]", anext(steps)))
    except StopAsyncIteration:
        raise StopIteration from None


def iterate(steps: AsyncGenerator[T, None]) -> Generator[T, None, None]:
    """Give what an asynchronous generator gives that never suspends."""
    try:
        while True:
            try:
                item = run_next(steps)
            except StopIteration:
                return
            yield item
    finally:
        run(steps.aclose())


def _suspended(step: _Step[object]) -> NoReturn:
    step.close()
    raise RuntimeError("the core waits for an event loop in a thread; give it an engine of its own")


@contextmanager
def _no_event_loop() -> Iterator[None]:
    """Keep an event loop that runs in this thread from taking the generator for one of its own."""
    hooks = sys.get_asyncgen_hooks()
    if hooks == (None, None):
        yield
        return
    sys.set_asyncgen_hooks(None, None)
    try:
        yield
    finally:
        sys.set_asyncgen_hooks(*hooks)
