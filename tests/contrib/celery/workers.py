"""Celery's workers and beat as real processes, which end with the test."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

__all__ = ["Workers"]

LONGEST = 180.0
_APPLICATION = "tests.contrib.celery.application"


class Workers:
    """Processes of one application; each worker is the leader of a group that has its children."""

    def __init__(self, folder: Path, environment: Mapping[str, str], application: str = _APPLICATION) -> None:
        """Have the workers of an application of the tests, or of one whose module is in the folder."""
        self.running: list[subprocess.Popen[bytes]] = []
        self.folder = folder
        self._application = application
        self._cwd = None if application == _APPLICATION else folder
        self._environment = {**os.environ, **environment, "PYTHONWARNINGS": "ignore", "PYTHONUNBUFFERED": "1"}

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """Start a worker with one child, or what the words say."""
        words = words or ("worker", "--concurrency=1", "--without-gossip", "--without-mingle", "--loglevel=WARNING")
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", self._application, *words],
                cwd=self._cwd,
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_dies_with_parent,  # noqa: PLW1509 - it calls the system, and nothing else
            )
        self.running.append(process)
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Kill a worker and its child at once."""
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(LONGEST)
        self.running.remove(process)

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")[-5000:]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        for process in list(self.running):
            self.kill(process)


def children(process: subprocess.Popen[bytes]) -> list[int]:
    """Return the processes that a worker has started."""
    pids = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return [int(pid) for pid in pids.split()]


def _dies_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
