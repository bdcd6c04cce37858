"""How a class of the core becomes one for threads: one line a method."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Iterator
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from smsgate.engine import iterate, run, run_next
from smsgate.model.page import AsyncListing, HasId

__all__ = ["Face", "Listing", "blocking", "direct", "generating", "listing"]

P = ParamSpec("P")
T = TypeVar("T")
I = TypeVar("I", bound=HasId)  # noqa: E741 - an item
C = TypeVar("C")
C_co = TypeVar("C_co", covariant=True)


class Face(Protocol[C_co]):
    """Has the object of the core that it calls."""

    @property
    def core(self) -> C_co:
        """The object of the core."""


class Listing(Iterator[I]):
    """The items of all pages, each id once; a page is fetched when its first item is asked for."""

    def __init__(self, core: AsyncListing[I]) -> None:
        self._core = core

    @property
    def skipped(self) -> int:
        """Entries so far that could not be read; the log of `smsgate` says why."""
        return self._core.skipped

    def __next__(self) -> I:
        return run_next(self._core)


def blocking(
    method: Callable[Concatenate[C, P], Coroutine[object, object, T]],
) -> Callable[Concatenate[Face[C], P], T]:
    """Make a method that returns once the core's has come to its end."""

    @wraps(method)
    def call(self: Face[C], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return run(method(self.core, *args, **kwargs))

    return call


def direct(method: Callable[Concatenate[C, P], T]) -> Callable[Concatenate[Face[C], P], T]:
    """Make a method that calls the core's, which waits for nothing."""

    @wraps(method)
    def call(self: Face[C], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return method(self.core, *args, **kwargs)

    return call


def listing(method: Callable[Concatenate[C, P], AsyncListing[I]]) -> Callable[Concatenate[Face[C], P], Listing[I]]:
    """Make a method that gives the items of a list in pages."""

    @wraps(method)
    def call(self: Face[C], /, *args: P.args, **kwargs: P.kwargs) -> Listing[I]:
        return Listing(method(self.core, *args, **kwargs))

    return call


def generating(
    method: Callable[Concatenate[C, P], AsyncGenerator[T, None]],
) -> Callable[Concatenate[Face[C], P], Generator[T, None, None]]:
    """Make a method that gives what the core's generates, each as it is asked for."""

    @wraps(method)
    def call(self: Face[C], /, *args: P.args, **kwargs: P.kwargs) -> Generator[T, None, None]:
        return iterate(method(self.core, *args, **kwargs))

    return call
