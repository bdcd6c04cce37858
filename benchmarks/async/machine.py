"""The memory of this process, and how many sockets it may have."""

from __future__ import annotations

import resource
from pathlib import Path


def allow_sockets() -> None:
    """Allow as many open files as the system does."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def resident() -> int | None:
    """Return the KiB of memory that the process has now; None where the system is not Linux."""
    return _status("VmRSS")


def peak() -> int | None:
    """Return the most KiB that it ever had."""
    return _status("VmHWM")


def _status(name: str) -> int | None:
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return None
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))
