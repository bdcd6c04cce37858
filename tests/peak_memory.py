"""The most memory that a process ever had."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

__all__ = ["peak"]


def peak() -> int:
    """Return it for this process, in KiB.

    On Linux `ru_maxrss` is at least what the process that started this one had, so a leak would be hidden there.
    """
    if (status := Path("/proc/self/status")).exists():
        [line] = [line for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
        return int(line.split()[1])
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most // 1024 if sys.platform == "darwin" else most
