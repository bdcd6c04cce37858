"""The most memory that a piece of work takes at once."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

__all__ = ["traced_peak"]

TRIES = 5


def traced_peak(work: Callable[[], object]) -> int:
    """Return its bytes, the least of five tries: what other threads of the process take is measured too."""
    return min(_peak(work) for _ in range(TRIES))


def _peak(work: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
