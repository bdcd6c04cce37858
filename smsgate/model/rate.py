"""How often an account may ask: "55/min"."""

from __future__ import annotations

import re

from attrs import frozen

__all__ = ["PaceWait", "Rate", "read_rate"]

_SECONDS = {"s": 1, "sec": 1, "second": 1, "min": 60, "minute": 60, "h": 3600, "hour": 3600, "d": 86_400, "day": 86_400}
_RATE = re.compile(rf"([1-9][0-9]{{0,8}}) ?/ ?({'|'.join(_SECONDS)})")
UNLIMITED = "unlimited"


@frozen
class Rate:
    """So many requests in so many seconds, evenly spread."""

    count: int
    seconds: int

    @property
    def interval(self) -> float:
        """Seconds from one request to the next."""
        return self.seconds / self.count


@frozen
class PaceWait:
    """A request that is not sent yet: it waits for its account's rate, or until the vendor takes requests again."""

    provider: str
    rate: str | None
    """As in the settings, such as ``55/min``; None where the vendor has answered 429 and blocks the account."""

    def __str__(self) -> str:
        return f"the rate of {self.provider}: {self.rate}" if self.rate else f"{self.provider}, blocked by the vendor"


def read_rate(text: str | None) -> Rate | None:
    """Read a rate as settings have it; None where the account is not paced; raise ValueError if it is neither."""
    if text is None or text == UNLIMITED:
        return None
    found = _RATE.fullmatch(text)
    if found is None:
        raise ValueError(f"must be a rate such as '55/min', '10/s' or '1000/h', or '{UNLIMITED}', got {text!r}")
    return Rate(int(found[1]), _SECONDS[found[2]])
