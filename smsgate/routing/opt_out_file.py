"""The file of ``limits.opt_out``: numbers that must not be texted."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Mapping
from hashlib import blake2b
from pathlib import Path
from threading import Lock

from attrs import evolve, frozen

from smsgate.files.text import UTF_8, not_readable
from smsgate.model.errors import ConfigError, InvalidMessageError
from smsgate.model.numbers import line_of, read_line
from smsgate.runtime.fork import notice_forks

__all__ = ["OptOutFile"]

_log = logging.getLogger("smsgate.routing")

SETTLED = 300.0
"""Seconds for which a file is unchanged before its removed numbers may be texted."""

TICK = 2.0
"""Seconds within which two changes may have one time, on a file system that rounds times."""

PAUSE, LOOKS = 0.1, 10
"""Seconds between two reads of a file that was changed just before the start, and how many at most."""
CHANGING = "changed while it was read; replace it by renaming a whole file"

Version = tuple[int, int, int, int]
"""When the file was changed, by both of its times, its size, and which file it is."""


@frozen
class _Reading:
    """The content of the file at one time."""

    version: Version
    recent: bool
    """Whether it was changed so recently that another change may have the same time."""
    content: bytes
    """A hash of it."""
    numbers: Mapping[str, str]
    """The line of each number, by its text in the file."""
    doubt: str | None
    """Why it may be half written; None for a complete file."""


class OptOutFile:
    """Opted-out numbers, one a line, ``#`` for comments; read again whenever the file has changed.

    An added number counts at once, in every spelling of its line. A removed number stays opted out until the file is
    complete and unchanged for five minutes: another program may be writing it.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        region: str | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """Read the file; raise `ConfigError` if it cannot be, looks half written, or has a line that is no number.

        `region` is the country of numbers written without one.
        """
        self._path = Path(path)
        self._region = region
        self._clock = clock
        self._lock = Lock()
        self._reading = self._first_look(sleep)
        if self._reading.doubt is not None:
            raise ConfigError(f"limits.opt_out: {self._path} {self._reading.doubt}")
        self._opted_out = frozenset(self._reading.numbers.values())
        self._unchanged_since: float | None = None
        """Since when a changed file is the same; None once its removed numbers may be texted."""
        notice_forks(self)

    def after_fork_in_child(self) -> None:
        """Replace the lock, which a thread of the parent may have locked."""
        self._lock = Lock()

    def __call__(self, number: str) -> bool:
        """Say whether an E.164 number is in the file."""
        with self._lock:
            self._read_changes()
            return line_of(number) in self._opted_out

    def _first_look(self, sleep: Callable[[float], object]) -> _Reading:
        """Read the file; one that was just changed is read until two reads in a row are equal."""
        reading = self._look({})
        for _ in range(LOOKS):
            if not reading.recent:
                return reading
            sleep(PAUSE)
            last, reading = reading, self._look(reading.numbers)
            if (reading.version, reading.content) == (last.version, last.content):
                return reading
        return evolve(reading, doubt=CHANGING)

    def _read_changes(self) -> None:
        """Add new numbers at once; remove missing ones once the file has settled."""
        last = self._reading
        if last.recent or self._stat() != last.version:
            reading = self._look(last.numbers)
            self._opted_out |= frozenset(reading.numbers.values())
            if (reading.version, reading.content) != (last.version, last.content):
                self._unchanged_since = self._clock()
            self._reading = reading  # last, so that a fork during this loses no number
        if self._unchanged_since is not None and self._clock() - self._unchanged_since >= SETTLED:
            self._unchanged_since = None
            self._settle()

    def _settle(self) -> None:
        if self._reading.doubt is None:
            self._opted_out = frozenset(self._reading.numbers.values())
            return
        _log.warning("limits.opt_out: %s %s; its earlier numbers stay opted out", self._path, self._reading.doubt)

    def _look(self, known: Mapping[str, str]) -> _Reading:
        """Read the file between two checks of its size and times; `known` saves parsing the same numbers again."""
        version = self._stat()
        try:
            content = self._path.read_bytes()  # no text: it is hashed, and its last character may be half written
            whole, _, rest = content.rpartition(b"\n")
            lines, unfinished = whole.decode(UTF_8).splitlines(), rest.decode(UTF_8, errors="replace")
        except (OSError, UnicodeDecodeError) as error:
            raise self._unreadable(error) from None
        numbers = self._numbers(lines, known)
        if text := _number_in(unfinished):
            numbers |= self._read_if_possible(text)
        return _Reading(
            version=version,
            recent=abs(time.time() - version[0] / 1e9) < TICK,
            content=blake2b(content).digest(),
            numbers=numbers,
            doubt=_doubt(content, changing=self._stat() != version),
        )

    def _numbers(self, lines: list[str], known: Mapping[str, str]) -> dict[str, str]:
        numbers: dict[str, str] = {}
        for place, line in enumerate(lines, start=1):
            if text := _number_in(line):
                try:
                    numbers[text] = known.get(text) or line_of(read_line(text, self._region))
                except InvalidMessageError as error:
                    raise ConfigError(f"limits.opt_out: {self._path}, line {place}: {error}") from None
        return numbers

    def _read_if_possible(self, text: str) -> dict[str, str]:
        """Read the last line of a file that does not end with a line break: a number, or half of one."""
        try:
            return {text: line_of(read_line(text, self._region))}
        except InvalidMessageError:
            return {}

    def _stat(self) -> Version:
        try:
            stat = self._path.stat()
        except (OSError, ValueError) as error:
            raise self._unreadable(error) from None
        return stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino

    def _unreadable(self, error: OSError | ValueError) -> ConfigError:
        return ConfigError(f"limits.opt_out: {not_readable(self._path, error)}")


def _number_in(line: str) -> str:
    return line.partition("#")[0].strip()


def _doubt(content: bytes, *, changing: bool) -> str | None:
    if changing:
        return CHANGING
    if not content:
        return "is empty, so it may not be written yet; for a list without numbers write the line: # none"
    if not content.endswith(b"\n"):
        return "does not end with a line break, so it may be half-written; add one"
    return None
