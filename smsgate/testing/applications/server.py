"""The sandbox of one test."""

from __future__ import annotations

import time
from threading import Lock

from smsgate.adapter.capabilities import capabilities
from smsgate.adapter.operation import Level
from smsgate.adapter.registry import adapter_named, installed_adapters
from smsgate.model.errors import ConfigError
from smsgate.model.spelling import did_you_mean
from smsgate.sandbox import LoggedRequest, Sandbox

__all__ = ["SandboxServer"]

STALL = 0.7
"""Seconds of silence of a stalled request: longer than a drill's time-out, and short for a test."""
DRIP = 0.003
"""Seconds between the bytes of a slow answer."""


class SandboxServer:
    """Every vendor that is installed, on one port; knows the requests that were made.

    Each test has a new one, which costs milliseconds: a sandbox that is reset keeps its clock, its watchers and the
    requests that a test left stalled.
    """

    def __init__(self) -> None:
        self.sandbox = Sandbox(stall=STALL, drip=DRIP)
        self._lock = Lock()
        self._requests: list[LoggedRequest] = []
        self.sandbox.watch(request=self._note)
        self.sandbox.start()

    def close(self) -> None:
        """Stop, and end the requests that are stalled."""
        self.sandbox.close()

    @property
    def requests(self) -> list[LoggedRequest]:
        """The requests that have ended, in their order."""
        with self._lock:
            return sorted(self._requests, key=lambda request: request.number)

    def finish_requests(self) -> None:
        """Wait until every request has ended, also those whose client waits no more; some seconds at most."""
        ends = time.monotonic() + 10 * STALL
        while self.sandbox.in_progress and time.monotonic() < ends:
            time.sleep(0.01)

    def vendor(self, name: str | None) -> str:
        """Return a vendor that tests of applications use: the named one, or one that suits them.

        ConfigError for one that is not installed.
        """
        usable = [each for each in self.sandbox.vendors if each in installed_adapters()]
        if name is None:
            return next(filter(_suits, usable), usable[0])
        if name not in usable:
            fix = did_you_mean(name, usable) or f"; there are: {', '.join(usable)}"
            raise ConfigError(f"no vendor {name!r} has an adapter and a sandbox{fix}")
        return name

    def _note(self, request: LoggedRequest) -> None:
        with self._lock:
            self._requests.append(request)


def _suits(name: str) -> bool:
    """Say whether a vendor sends in one request and drops no repetition: whatever goes wrong is seen with it."""
    adapter = adapter_named(name)
    return capabilities(adapter)["send"] is Level.NATIVE and adapter.dedup_window is None
