"""Slots on a Redis or Valkey server that several hosts share."""

from __future__ import annotations

import math

from smsgate.transport.redis_server import RedisServer, Script

__all__ = ["RedisPaceStore"]

_MICROSECONDS = 1_000_000
_LONGEST = 1e9
"""Seconds; longer waits count as that, so that a moment is a whole number that Lua's floats have exactly."""

NOW = "redis.call('TIME')"
_FRAME = """
local time = {now}
local now = time[1] * 1000000 + time[2]
local kept = redis.call('HMGET', KEYS[1], 'free_at', 'blocked_until', 'seen_at')
local function at(free, blocked, seen)
  local back = math.max(0, seen - now)
  return free - back, blocked - back
end
local free, blocked = at(tonumber(kept[1] or 0), tonumber(kept[2] or 0), tonumber(kept[3] or 0))
local known_free, known_blocked = at(tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]))
local changed = known_free > free or known_blocked > blocked or tonumber(kept[3] or 0) > now
free, blocked = math.max(free, known_free), math.max(blocked, known_blocked)
local result
{operation}
if changed then
  local function whole(number) return string.format('%.0f', number) end
  redis.call('HSET', KEYS[1], 'free_at', whole(free), 'blocked_until', whole(blocked), 'seen_at', whole(now))
  local left = math.max(0, free - now, blocked - now)
  redis.call('PEXPIRE', KEYS[1], whole(math.ceil(left / 1000) + 60000))
end
return {{result, free, blocked, now}}
"""
"""Reads the slots by the server's clock: one that was set back moves everything with it, as in `Slots.at`.

Times are in whole microseconds. The first arguments are what the caller saw last: a server that lost its memory has
it back with the first question of each process.
"""
_RESERVE = """
local interval, patience = tonumber(ARGV[4]), tonumber(ARGV[5])
result = math.max(0, free - now, blocked - now)
if result <= patience then
  free = now + result + interval
  changed = true
end
"""
_BLOCK = """
blocked = math.max(blocked, now + tonumber(ARGV[4]))
free = math.max(free, blocked)
changed = true
result = blocked - now
"""
_BLOCKED = "result = math.max(0, blocked - now)"


class RedisPaceStore:
    """Gives slots to all processes of all hosts that name the same server, by the server's clock.

    `url` is ``redis://``, ``rediss://``, ``valkey://``, ``valkeys://`` or ``unix://``; `timeout` is the longest time to
    connect and to wait for an answer, in seconds. The server needs Redis 6 or any Valkey, and no persistence. Raises
    `ConfigError` for another URL, or without the extra ``redis``.
    """

    def __init__(self, url: str, *, timeout: float = 5.0) -> None:
        self._server = RedisServer(url, timeout)
        self._known: dict[str, tuple[int, int, int]] = {}
        """The slots as this process saw them last, by account."""
        self._reserve, self._block, self._blocked = map(self._script, (_RESERVE, _BLOCK, _BLOCKED))

    def reserve(self, account: str, interval: float, patience: float) -> float:
        """Take the account's next slot and return how long to wait for it, at most `patience`."""
        return self._run(self._reserve, account, _whole(interval), math.floor(_bounded(patience) * _MICROSECONDS))

    def block(self, account: str, seconds: float) -> None:
        """Give no slot for so many seconds."""
        self._run(self._block, account, _whole(seconds))

    def blocked(self, account: str) -> float:
        """Return how long the account's block still lasts."""
        return self._run(self._blocked, account)

    def close(self) -> None:
        """Close the connections; a store that is used again opens others."""
        self._server.close()

    def __repr__(self) -> str:
        return f"RedisPaceStore({self._server.shown!r})"

    def _script(self, operation: str) -> Script:
        return Script(_FRAME.format(now=NOW, operation=operation))

    def _run(self, script: Script, account: str, *arguments: int) -> float:
        known = self._known.get(account, (0, 0, 0))
        answer = self._server.run(script, [f"smsgate:pace:{{{account}}}"], *known, *arguments)
        assert isinstance(answer, list)  # noqa: S101 - the script's own answer
        result, free, blocked, now = map(int, answer)
        self._known[account] = (free, blocked, now)
        return result / _MICROSECONDS


def _bounded(seconds: float) -> float:
    return max(-_LONGEST, min(seconds, _LONGEST))


def _whole(seconds: float) -> int:
    """Return whole microseconds, rounded up: a rate is never exceeded by what was cut off."""
    return math.ceil(_bounded(seconds) * _MICROSECONDS)
