"""A Redis or Valkey server that stores of several hosts share; the only place that imports the package redis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha1
from threading import Lock
from typing import TYPE_CHECKING, NoReturn, Protocol, TypeVar, runtime_checkable

from attrs import field, frozen

from smsgate.adapter.store_url import StoreUrl
from smsgate.model.errors import ConfigError
from smsgate.runtime.fork import notice_forks

if TYPE_CHECKING:
    from redis import Redis

__all__ = ["HasConnections", "RedisServer", "Script", "StoreUnavailableError"]

T = TypeVar("T")
_CONNECTIONS = 16
"""Connections of one process; a script takes a fraction of a millisecond, so that threads wait for one shortly."""
_SYNC = 3000
"""Milliseconds for the server to have its append-only file on the disk; it does so every second or always."""
_REASONS = {
    "AuthenticationError": "refuses the user name or password; correct the URL",
    "NoPermissionError": "does not allow its user a command or key; extend the user's ACL",
    "ReadOnlyError": "is a read-only replica; name the primary",
    "OutOfMemoryError": "has no memory left; raise its maxmemory",
    "BusyLoadingError": "is still loading its data",
    "ConnectionError": "cannot be reached; check that it runs and that the URL is right",
}
"""What errors of the package redis mean; their own texts may quote anything."""
_CLOSED = "closes each connection; if it has no password, set one: in protected mode it takes none from other hosts"
"""What a server does that is not to be used from other hosts: it says so and closes, which may come first."""


class StoreUnavailableError(Exception):
    """A store's server gave no answer, or refused; the text is one line without a secret."""


@runtime_checkable
class HasConnections(Protocol):
    """A store that who opened it closes."""

    def close(self) -> None:
        """Close the connections."""


@frozen
class Script:
    """A program in Lua that a server runs as one step."""

    text: str = field(repr=False)
    sha: str = field(init=False)

    @sha.default
    def _digest(self) -> str:
        return sha1(self.text.encode(), usedforsecurity=False).hexdigest()  # the name that the server gives it


class RedisServer:
    """Runs scripts on a server; threads share it, and a forked child has connections of its own.

    Connecting and each answer take at most `timeout` seconds; looking up the host name not. What it is asked has the
    same result a second time, or a harmless one: after a lost connection it is asked once more.
    """

    def __init__(self, url: str, timeout: float) -> None:
        try:
            self._url = StoreUrl.read(url)
        except ValueError as error:
            raise ConfigError(f"a store's URL {error}") from None
        self.timeout = timeout
        self._redis: Redis | None = None
        self._inherited: list[Redis | None] = []
        self._lock = Lock()
        notice_forks(self)

    @property
    def shown(self) -> str:
        """The server's URL without user name and password."""
        return self._url.shown

    def run(self, script: Script, keys: Sequence[str], *arguments: str | int) -> object:
        """Run a script and return its result; raise `StoreUnavailableError`."""
        return self._ask(lambda redis: _run(redis, script, keys, arguments))

    def run_durably(self, script: Script, keys: Sequence[str], *arguments: str | int) -> object:
        """Run a script; return when its changes are on the server's disk, where it has an append-only file.

        Raises `StoreUnavailableError`, also where the disk takes longer than three seconds.
        """
        result, synced = self._ask(lambda redis: _run_and_sync(redis, script, keys, arguments))
        if isinstance(synced, list) and synced and synced[0] == 0:
            raise StoreUnavailableError(f"{self.shown} had its append-only file not on the disk within 3 s")
        return result

    def close(self) -> None:
        """Close the connections; it opens others if it is asked again."""
        with self._lock:
            redis, self._redis = self._redis, None
        if redis is not None:
            redis.connection_pool.disconnect()

    def after_fork_in_child(self) -> None:
        """Open connections of its own; those of the parent are kept, as closing them could end the parent's."""
        self._lock = Lock()
        self._inherited.append(self._redis)
        self._redis = None

    def __reduce__(self) -> NoReturn:
        raise TypeError("a store on a server may have a password and cannot be pickled; make it in each process")

    def _ask(self, question: Callable[[Redis], T]) -> T:
        from redis.exceptions import AuthenticationError, ConnectionError, RedisError  # noqa: A004, PLC0415

        redis = self._connected()
        try:
            try:
                return question(redis)
            except AuthenticationError:
                raise
            except ConnectionError:  # of a server that was started anew since it was asked last
                return question(redis)
        except (RedisError, OSError) as error:
            raise StoreUnavailableError(f"{self.shown} {self._reason(error)}") from None

    def _connected(self) -> Redis:
        with self._lock:
            if self._redis is None:
                self._redis = _connect(self._url.address, self.timeout)
            return self._redis

    def _reason(self, error: Exception) -> str:
        names = [kind.__name__ for kind in type(error).__mro__]
        if "TimeoutError" in names:
            return f"gave no answer within {self.timeout:g} s"
        if _was_closed(error):
            return _CLOSED
        known = next((_REASONS[name] for name in names if name in _REASONS), None)
        return known or f"answered an error ({names[0]})"


def _was_closed(error: Exception) -> bool:
    """Say whether the server took the connection and then closed it, unasked."""
    closed = isinstance(error.__context__, BrokenPipeError | ConnectionResetError | ConnectionAbortedError)
    return closed or str(error).startswith(("DENIED ", "Connection closed by server"))


def _connect(address: str, timeout: float) -> Redis:
    import redis  # noqa: PLC0415 - for those who name a server
    from redis.backoff import NoBackoff  # noqa: PLC0415
    from redis.retry import Retry  # noqa: PLC0415

    pool = redis.BlockingConnectionPool.from_url(
        address,
        max_connections=_CONNECTIONS,
        timeout=timeout,
        socket_connect_timeout=timeout,
        socket_timeout=timeout,
        protocol=2,
        retry=Retry(NoBackoff(), 0),
        decode_responses=True,
    )
    return redis.Redis(connection_pool=pool)


def _run(redis: Redis, script: Script, keys: Sequence[str], arguments: Sequence[str | int]) -> object:
    from redis.exceptions import NoScriptError  # noqa: PLC0415

    try:
        return redis.evalsha(script.sha, len(keys), *keys, *arguments)
    except NoScriptError:  # its first time, or the server was started anew
        return redis.eval(script.text, len(keys), *keys, *arguments)


def _run_and_sync(
    redis: Redis, script: Script, keys: Sequence[str], arguments: Sequence[str | int]
) -> tuple[object, object]:
    """Run a script, and wait for the disk on the same connection: the server waits for what came by that one."""
    with redis.pipeline(transaction=False) as pipeline:
        pipeline.eval(script.text, len(keys), *keys, *arguments)
        pipeline.waitaof(1, 0, _SYNC)  # an error where it has no such file, or is older than 7.2
        result, synced = pipeline.execute(raise_on_error=False)
    if isinstance(result, Exception):
        raise result
    return result, synced
