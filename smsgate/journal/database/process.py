"""Which process has a lease, and how another one finds that it is gone."""

from __future__ import annotations

import os
import platform
from contextlib import suppress
from pathlib import Path
from typing import Self

from attrs import frozen

__all__ = ["Process"]


@frozen
class Process:
    """A process of some machine.

    A process id says something only within one PID namespace of one start of a machine: two containers of a host have
    the same host name and boot, and each has a process 7.
    """

    host: str
    pid: int
    boot: str | None = None
    """The start of the machine; None where the system does not say."""
    namespace: str | None = None
    """Within which the process id counts; None where the system does not say."""
    started: int | None = None
    """When it started, in ticks since the boot: process ids are used again. None where that is not known."""

    @classmethod
    def this(cls) -> Self:
        """Return this process."""
        return cls(platform.node(), os.getpid(), _boot(), _namespace(), _started(os.getpid()))

    def knows_gone(self, other: Process) -> bool:
        """Say whether this process can prove that another one has ended."""
        if None in {self.boot, self.namespace} or (self.boot, self.namespace) != (other.boot, other.namespace):
            return False
        try:
            os.kill(other.pid, 0)
        except ProcessLookupError:
            return True
        except OSError:
            pass
        now_there = None if other.started is None else _started(other.pid)
        return now_there is not None and now_there != other.started


def _boot() -> str | None:
    with suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return None


def _namespace() -> str | None:
    with suppress(OSError):
        return str(Path("/proc/self/ns/pid").readlink())
    return None


def _started(pid: int) -> int | None:
    """Return when a process started; None where /proc belongs to another namespace, and so has other numbers."""
    with suppress(OSError, ValueError, IndexError):
        if str(Path("/proc/self").readlink()) == str(os.getpid()):
            return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    return None
