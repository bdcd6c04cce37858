"""The clocks of a machine: one that people and time servers set, and one that nothing sets."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Self

from attrs import field, frozen

__all__ = ["Clock"]


def _uptime() -> float:
    """Return seconds that only go forward; on Linux those of the machine's sleep count."""
    boottime = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boottime is None else time.clock_gettime(boottime)


def _boot() -> str:
    """Name the start of the machine; where that has no name, something that no other process has.

    A time namespace shifts the uptime of its processes, so it is part of the name.
    """
    with suppress(OSError):
        if hasattr(time, "CLOCK_BOOTTIME"):
            return f"{Path('/proc/sys/kernel/random/boot_id').read_text().strip()} {_time_namespace()}"
    return secrets.token_hex(16)


def _time_namespace() -> str:
    try:
        return str(Path("/proc/self/ns/time").readlink())
    except FileNotFoundError:  # a kernel before time namespaces
        return ""


@frozen(kw_only=True)
class Clock:
    """What a process can tell of time."""

    wall: Callable[[], float] = time.time
    """Seconds since 1970; it may leap, forwards and backwards."""
    uptime: Callable[[], float] = _uptime
    """Seconds since some moment; it never leaps."""
    boot: str = field(factory=_boot)
    """Two uptimes can be compared if they have the same."""

    @classmethod
    def steady(cls, now: Callable[[], float]) -> Self:
        """Return a clock whose two times are one, for tests: all processes that use it are on one machine."""
        return cls(wall=now, uptime=now, boot="steady")
