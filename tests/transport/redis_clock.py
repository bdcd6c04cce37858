"""Stores on a server whose clock a test sets: their scripts read a key in place of TIME."""

from __future__ import annotations

from typing import Any

from smsgate import RedisPaceStore
from smsgate.transport.pacing import redis
from smsgate.transport.redis_server import Script
from tests.valkey_server import Valkey
from tests.virtual_time import VirtualTime

__all__ = ["ClockedPaceStore"]

CLOCK = "smsgate:test:clock"


class ClockedPaceStore(RedisPaceStore):
    """Has the server's clock show a test's time."""

    def __init__(self, server: Valkey, time: VirtualTime) -> None:
        super().__init__(server.url, timeout=60.0)
        self._valkey, self._time = server, time

    def _script(self, operation: str) -> Script:
        script = super()._script(operation)
        assert redis.NOW in script.text
        return Script(script.text.replace(redis.NOW, f"redis.call('LRANGE', '{CLOCK}', 0, 1)"))

    def _run(self, script: Script, account: str, *arguments: int) -> float:
        seconds, microseconds = divmod(round(self._time.now * 1_000_000), 1_000_000)
        set_clock: Any = "return {redis.call('DEL', KEYS[1]), redis.call('RPUSH', KEYS[1], ARGV[1], ARGV[2])}"
        self._server.run(Script(set_clock), [CLOCK], seconds, microseconds)
        return super()._run(script, account, *arguments)
