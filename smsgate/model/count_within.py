"""So many within a time: "20/10m"; and times alone: "10m"."""

from __future__ import annotations

import re

from attrs import frozen

__all__ = ["CountWithin", "read_count_within", "read_length"]

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_LARGEST_FIRST = [*reversed(_SECONDS.items())]
_LENGTH = re.compile(rf"([1-9][0-9]{{0,6}})([{''.join(_SECONDS)}])")
_COUNT = re.compile(r"([1-9][0-9]{0,8}) ?/ ?(\S{1,9})")
LONGEST = 31 * 86_400
"""Seconds."""


@frozen
class CountWithin:
    """So many in any so many seconds."""

    count: int
    seconds: int

    @property
    def length(self) -> str:
        """The time as settings write it."""
        unit, length = next((unit, each) for unit, each in _LARGEST_FIRST if self.seconds % each == 0)
        return f"{self.seconds // length}{unit}"


def read_length(text: str) -> int:
    """Read a time as settings write it ("30s", "10m", "1h", "7d"; at most 31 days) as seconds; raise `ValueError`."""
    found = _LENGTH.fullmatch(text)
    seconds = int(found[1]) * _SECONDS[found[2]] if found else 0
    if not 0 < seconds <= LONGEST:
        raise ValueError(f"must be a time such as '10m' (s, m, h or d; at most 31d), got {text!r}")
    return seconds


def read_count_within(text: str) -> CountWithin:
    """Read "20/10m" or "5/h"; raise `ValueError` if it is neither."""
    found = _COUNT.fullmatch(text)
    length = found[2] if found else ""
    try:
        return CountWithin(
            int(found[1] if found else ""), read_length(length if length[:1].isdigit() else f"1{length}")
        )
    except ValueError:
        what = "must be so many within a time, such as '20/10m' (s, m, h or d; at most 31d)"
        raise ValueError(f"{what}, got {text!r}") from None
