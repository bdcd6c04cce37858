"""A transport without a network: it gives the answers it was given, and remembers what was asked."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from threading import Lock

from smsgate.adapter.request import Answer, Request
from smsgate.engine import Threads
from smsgate.model.errors import ProviderError
from smsgate.runtime.fork import notice_forks

__all__ = ["StubTransport", "Unpaced", "Unwaiting", "answer"]

Said = Answer | ProviderError


def answer(status: int = 200, json: object = None, *, text: str | None = None, **headers: str) -> Answer:
    """Make an answer: of JSON, or of any `text`; headers as keywords (``retry_after="30"``)."""
    kind, body = ("text/plain", text) if text is not None else ("application/json", jsonlib.dumps(json))
    named = {name.replace("_", "-").lower(): value for name, value in headers.items()}
    return Answer(status, {"content-type": kind, **named}, body.encode())


class StubTransport:
    """Replaces a provider's HTTP: ``Provider("zoom", adapter, StubTransport([answer(json={...})]))``.

    `says` is an iterable of answers and errors, given in order, or a function from a request to one.
    """

    def __init__(self, says: Iterable[Said] | Callable[[Request], Said] = ()) -> None:
        self._says = says if callable(says) else self._in_order(iter(says))
        self._lock = Lock()
        self.requests: list[Request] = []
        """Every request that was asked, in order."""
        self.headers: list[Mapping[str, str]] = []
        """The credentials that came with each."""
        notice_forks(self)

    def after_fork_in_child(self) -> None:
        """Start afresh."""
        self._lock = Lock()

    def ask(self, request: Request, headers: Mapping[str, str]) -> Answer:
        """Return or raise what comes next."""
        with self._lock:
            self.requests.append(request)
            self.headers.append(headers)
            del headers  # they have credentials, and a traceback shows the values of its frames
            said = self._says(request)
        if isinstance(said, ProviderError):
            raise said
        return said

    def close(self) -> None:
        """Do nothing: there is no connection."""

    @staticmethod
    def _in_order(says: Iterable[Said]) -> Callable[[Request], Said]:
        remaining = iter(says)

        def following(request: Request) -> Said:
            said = next(remaining, None)
            if said is None:
                raise AssertionError(f"the stub was asked {request} and has no more answers")
            return said

        return following


class Unpaced:
    """A `PaceStore` without a rate: every slot is now, even after the vendor asked to wait."""

    def reserve(self, account: str, interval: float, patience: float) -> float:  # noqa: ARG002 - as a PaceStore has it
        """Return no wait."""
        return 0.0

    def block(self, account: str, seconds: float) -> None:
        """Block nothing."""

    def blocked(self, account: str) -> float:  # noqa: ARG002 - as a PaceStore has it
        """Return that nothing is blocked."""
        return 0.0


class Unwaiting(Threads):
    """An engine whose waits take no time: its clock goes forward instead."""

    def __init__(self) -> None:
        self._skipped = 0.0

    def now(self) -> float:
        """Return the seconds of a clock that never goes back."""
        return super().now() + self._skipped

    def utc(self) -> datetime:
        """Return the time of day, in UTC."""
        return super().utc() + timedelta(seconds=self._skipped)

    async def sleep(self, seconds: float) -> None:
        """Put the clock forward."""
        self._skipped += max(0.0, seconds)
