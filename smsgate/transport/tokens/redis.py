"""A token on a Redis or Valkey server that several hosts share."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from secrets import token_hex
from threading import Event, Lock, Thread

from smsgate.runtime.fork import notice_forks
from smsgate.transport.redis_server import RedisServer, Script, StoreUnavailableError

__all__ = ["RedisTokenStore"]

_POLL = 0.05
"""Seconds between two attempts to lock what another process has locked."""
_PERSISTENCE = 10.0
"""Seconds for which a write is tried again: the vendor may have given the token once only."""

_LOCK = Script("""
local owner = redis.call('GET', KEYS[2])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'owner', ARGV[1])
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return 1
""")
"""Beside the lock, which ends by itself, the token has the name of its last owner, by which late writes are known."""
_RENEW = Script("""
local owner = redis.call('HGET', KEYS[1], 'owner')
if owner and owner ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'owner', ARGV[1])
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return 1
""")
"""A lock that ended, or that a server lost, is taken again where no other process has had it meanwhile."""
_RELEASE = Script("""
if redis.call('HGET', KEYS[1], 'owner') == ARGV[1] then redis.call('HSET', KEYS[1], 'owner', '') end
if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[2]) end
return 1
""")
_WRITE = Script("""
local owner = redis.call('HGET', KEYS[1], 'owner')
if owner and owner ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'text', ARGV[2], 'owner', ARGV[1])
return 1
""")
_READ = Script("return redis.call('HGET', KEYS[1], 'text')")


class RedisTokenStore:
    """Keeps the token of an `account`, such as ``"vendor/sales"``, for all hosts that name the server.

    `lock` has a lease of `lease` seconds by the server's clock, which a thread renews while the block runs: of a
    process that is killed it ends by itself. What a process writes after another one has had the lock is refused.
    The server must have an append-only file (``appendonly yes``): a token that it forgets is lost. `url` is that of
    a `RedisPaceStore`; `timeout` is the longest time to connect and to wait for an answer, in seconds.
    """

    def __init__(self, url: str, account: str, *, timeout: float = 5.0, lease: float = 30.0) -> None:
        self._server = RedisServer(url, timeout)
        self.account = account
        self._keys = (f"smsgate:token:{{{account}}}", f"smsgate:token:{{{account}}}:lock")
        self._lease = round(lease * 1000)
        self._threads = Lock()
        self._owner: str | None = None
        """What this process wrote into the lock, while one of its threads has it."""
        notice_forks(self)

    def read(self) -> str | None:
        """Return what was written last, by any process; None if nothing was."""
        text = self._server.run(_READ, self._keys)
        return None if text is None else str(text)

    def write(self, text: str) -> None:
        """Replace it; on return it is on the server's disk, where that has an append-only file.

        Tries for ten seconds where the server is away. Raises `StoreUnavailableError` then, and where another process
        has had the lock meanwhile; where no thread of this process has it, it is taken for the write.
        """
        if self._owner is None:
            with self.lock(self._server.timeout):
                self.write(text)
            return
        text.encode()
        if not self._persist(self._owner, text):
            raise StoreUnavailableError(
                f"{self._server.shown} refused the token: another process had the lock meanwhile"
            )

    @contextmanager
    def lock(self, timeout: float) -> Iterator[None]:
        """Exclude other threads, processes and hosts; raise TimeoutError after `timeout` seconds."""
        end = time.monotonic() + timeout
        if not self._threads.acquire(timeout=max(0.0, timeout)):
            raise TimeoutError
        threads = self._threads
        try:
            owner = self._owner = self._take(end)
            over = Event()
            renewing = Thread(target=self._renew, args=(owner, over), daemon=True, name="smsgate token lock")
            renewing.start()
            try:
                yield
            finally:
                over.set()
                if self._owner == owner:  # not in a forked child: the lock is the parent's
                    renewing.join()
                    self._owner = None
                    with suppress(StoreUnavailableError):  # its lease ends
                        self._server.run(_RELEASE, self._keys, owner)
        finally:
            if self._threads is threads:
                threads.release()

    def close(self) -> None:
        """Close the connections; a store that is used again opens others."""
        self._server.close()

    def after_fork_in_child(self) -> None:
        """Leave a lock of the parent to the parent."""
        self._threads, self._owner = Lock(), None

    def __repr__(self) -> str:
        return f"RedisTokenStore({self._server.shown!r}, {self.account!r})"

    def _take(self, end: float) -> str:
        owner = token_hex(16)
        while not self._server.run(_LOCK, self._keys, owner, self._lease):
            if (left := end - time.monotonic()) <= 0:
                raise TimeoutError
            time.sleep(min(_POLL, left))
        return owner

    def _renew(self, owner: str, over: Event) -> None:
        """Renew the lease three times in its length, until the lock is released."""
        while not over.wait(self._lease / 3000):
            with suppress(StoreUnavailableError):  # it may be back before the lease ends
                self._server.run(_RENEW, self._keys, owner, self._lease)

    def _persist(self, owner: str, text: str) -> object:
        end = time.monotonic() + _PERSISTENCE
        while True:
            try:
                return self._server.run_durably(_WRITE, self._keys, owner, text)
            except StoreUnavailableError:
                if time.monotonic() >= end:
                    raise
            time.sleep(_POLL)
