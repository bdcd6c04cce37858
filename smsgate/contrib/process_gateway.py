"""The gateway of a process: opened at its first use, closed as the process ends."""

from __future__ import annotations

import os
from collections.abc import Callable
from threading import Lock

from smsgate.blocking.gateway import Gateway
from smsgate.runtime.fork import notice_forks

__all__ = ["ProcessGateway"]


class ProcessGateway:
    """Opens one gateway a process: connections and the journal are not shared across a fork."""

    def __init__(self, open_gateway: Callable[[], Gateway]) -> None:
        self._open = open_gateway
        self._lock = Lock()
        self._gateway: Gateway | None = None
        self._pid = 0
        notice_forks(self)

    def after_fork_in_child(self) -> None:
        """Leave the parent's gateway to it."""
        self._lock = Lock()
        self._gateway = None

    def get(self) -> Gateway:
        """Return the gateway of this process."""
        with self._lock:
            if self._gateway is None:
                self._gateway = self._open()
                self._pid = os.getpid()
            return self._gateway

    def close(self, **_: object) -> None:
        """Close it, if this process has opened it; a receiver of Celery's signals."""
        with self._lock:
            gateway, self._gateway = self._gateway, None
        if gateway is not None and self._pid == os.getpid():
            gateway.close()
