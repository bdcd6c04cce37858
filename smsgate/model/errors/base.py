"""What every error of smsgate is, and what it shows of the message that it ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol

from smsgate.model.outcome import Outcome
from smsgate.model.status import Status

__all__ = ["RefusedError", "SmsgateError"]


class AttemptShown(Protocol):
    """What an error shows of an `Attempt`."""

    @property
    def provider(self) -> str: ...
    @property
    def outcome(self) -> Outcome: ...
    @property
    def error(self) -> SmsgateError | None: ...


class ResultShown(Protocol):
    """What an error shows of the `SendResult` of its message; ``isinstance(error.result, SendResult)`` shows all."""

    @property
    def outcome(self) -> Outcome: ...
    @property
    def status(self) -> Status: ...
    @property
    def provider(self) -> str | None: ...
    @property
    def message_id(self) -> str | None: ...
    @property
    def segments(self) -> int: ...
    @property
    def attempts(self) -> Sequence[AttemptShown]: ...
    @property
    def error(self) -> SmsgateError | None: ...
    @property
    def may_be_duplicate(self) -> bool: ...


LONGEST_LINE = 1000
"""Characters of an error's text: a vendor's whole web page is not one."""


class SmsgateError(Exception):
    """Anything that smsgate raises on purpose: one line, no secret, and how to fix it."""

    outcome: ClassVar[Outcome] = Outcome.UNKNOWN
    """How a send ends with it."""
    fails_over: ClassVar[bool] = False
    """Whether the next provider of the route is asked then."""
    ends_send: ClassVar[bool] = False
    """Whether an adapter may end a send with it; any other error is turned into one that may."""
    provider_works: ClassVar[bool | None] = None
    """What it shows of the provider: that it works, that it fails, or (None) neither."""

    def __init__(self, *texts: str) -> None:
        super().__init__(*map(_line, texts))

    result: ResultShown | None = None
    """What became of the message, where the error ended a send."""


class RefusedError(SmsgateError):
    """Refused, here or by the vendor: no text is out, and the same message meets the same answer again.

    A send that raises it ended REJECTED, and every send that ended so raises it.
    """

    outcome = Outcome.REJECTED


def _line(text: str) -> str:
    """Make any text one printable line: vendors' words may contain line ends, and codes that control a terminal."""
    line = " ".join(text[: 2 * LONGEST_LINE].split())
    if not line.isprintable():
        line = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in line)
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}..."
