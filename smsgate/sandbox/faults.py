"""The ways in which a vendor misbehaves on purpose, and which request meets which."""

import re
from collections.abc import Iterable
from contextvars import ContextVar
from enum import StrEnum
from fnmatch import translate
from functools import cache

from attrs import evolve, frozen


class Fault(StrEnum):
    """One way to misbehave; whether the request took effect first is fixed for each.

    ================  ===============  ==========================================================================
    fault             request done?    what the client sees
    ================  ===============  ==========================================================================
    REFUSE_NUMBER     no               the vendor's documented answer to an invalid number
    NO_CREDIT         no               the vendor's answer to an account without credit
    UNAUTHORIZED      no               401 in the vendor's error shape
    FORBIDDEN         no               403 in the vendor's error shape
    RATE_LIMITED      no               429 with `Retry-After: 1`
    ERROR_BEFORE      no               500 in the vendor's error shape
    UNAVAILABLE       no               503 in the vendor's error shape
    REDIRECT          no               307 to the same address (a client that follows it asks again)
    HTML              no               200 with a web page, as a captive portal answers
    STALL_BEFORE      no               silence, then a closed connection
    DROP_BEFORE       no               the connection closed after the request was read
    ACCEPT_LATE       after the stall  silence, then the true answer; done even if the client has disconnected
    ERROR_AFTER       yes              500 in the vendor's error shape
    STALL_AFTER       yes              silence, then a closed connection
    DROP_AFTER        yes              the connection closed
    TRUNCATED         yes              the first half of the true answer, well-formed as HTTP
    WRONG_SHAPE       yes              JSON that is not what the vendor documents
    NO_ID             yes              the true answer without its message ids
    OVERSIZE          yes              the true answer followed by 5 MiB of blanks
    GZIP_BOMB         yes              the true answer followed by 64 MiB of blanks, some 64 KiB on the wire
    SLOW_DRIP         yes              the true answer, one byte at a time
    ================  ===============  ==========================================================================

    REFUSE_NUMBER and NO_CREDIT mean something only where a text is sent; elsewhere they change nothing.
    """

    REFUSE_NUMBER = "refuse_number"
    NO_CREDIT = "no_credit"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    RATE_LIMITED = "rate_limited"
    ERROR_BEFORE = "error_before"
    UNAVAILABLE = "unavailable"
    REDIRECT = "redirect"
    HTML = "html"
    STALL_BEFORE = "stall_before"
    DROP_BEFORE = "drop_before"
    ACCEPT_LATE = "accept_late"
    ERROR_AFTER = "error_after"
    STALL_AFTER = "stall_after"
    DROP_AFTER = "drop_after"
    TRUNCATED = "truncated"
    WRONG_SHAPE = "wrong_shape"
    NO_ID = "no_id"
    OVERSIZE = "oversize"
    GZIP_BOMB = "gzip_bomb"
    SLOW_DRIP = "slow_drip"

    @property
    def accepts(self) -> bool:
        """Say whether the request takes effect although the client cannot know it."""
        return self in _ACCEPTING


_ACCEPTING = frozenset(
    {
        Fault.ACCEPT_LATE,
        Fault.ERROR_AFTER,
        Fault.STALL_AFTER,
        Fault.DROP_AFTER,
        Fault.TRUNCATED,
        Fault.WRONG_SHAPE,
        Fault.NO_ID,
        Fault.OVERSIZE,
        Fault.GZIP_BOMB,
        Fault.SLOW_DRIP,
    }
)

WORDED = frozenset({Fault.REFUSE_NUMBER, Fault.NO_CREDIT})
"""The faults that only a vendor's own words can express; in a bulk request they concern one recipient."""

ORDERED: ContextVar[Fault | None] = ContextVar("ORDERED", default=None)
"""The fault of `WORDED` that was ordered for the current request, or None."""


@frozen(kw_only=True)
class OrderedFault:
    """A fault that waits for the next `times` requests (None: all from now on) that its shell pattern `path` matches.

    `number` counts from 1.
    """

    number: int
    vendor: str
    fault: Fault
    times: int | None
    path: str

    def applies(self, vendor: str, path: str) -> bool:
        """Say whether a request meets it."""
        return self.vendor == vendor and _pattern(self.path).match(path) is not None


class FaultPlan:
    """The faults that were ordered; the oldest that matches a request is spent on it."""

    def __init__(self) -> None:
        self._ordered: list[OrderedFault] = []
        self._count = 0

    @property
    def ordered(self) -> tuple[OrderedFault, ...]:
        """Return what was ordered and is not spent, the oldest first."""
        return tuple(self._ordered)

    @property
    def count(self) -> int:
        """Return how many were ever ordered."""
        return self._count

    def restore(self, ordered: Iterable[OrderedFault], count: int) -> None:
        """Begin with the faults that a file kept, and go on counting. ValueError for one that no request can meet."""
        self._ordered += ordered
        self._count = max([count, *(each.number for each in self._ordered)])
        if any(each.times is not None and each.times < 1 for each in self._ordered):
            raise ValueError("the times of a fault must be at least 1, or null for always")

    def add(self, vendor: str, fault: Fault, *, times: int | None, path: str) -> None:
        """Order a fault for the next `times` requests (None: all) whose path matches the shell pattern."""
        if times is not None and times < 1:
            raise ValueError(f"times must be at least 1, or None for always, got {times}")
        self._count += 1
        ordered = OrderedFault(number=self._count, vendor=vendor, fault=Fault(fault), times=times, path=path)
        self._ordered.append(ordered)

    def take(self, vendor: str, path: str) -> Fault | None:
        """Return the fault that this request meets, and spend it."""
        place = next((place for place, one in enumerate(self._ordered) if one.applies(vendor, path)), None)
        if place is None:
            return None
        ordered = self._ordered[place]
        if ordered.times is not None and ordered.times > 1:
            self._ordered[place] = evolve(ordered, times=ordered.times - 1)
        elif ordered.times is not None:
            del self._ordered[place]
        return ordered.fault

    def cancel(self, number: int) -> None:
        """Cancel one of them; one that is spent already changes nothing."""
        self._ordered = [ordered for ordered in self._ordered if ordered.number != number]

    def clear(self) -> None:
        """Cancel what was ordered."""
        self._ordered.clear()


@cache
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(translate(path))
