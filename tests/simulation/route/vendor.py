"""What the vendors of a route have in common; each is written from what is documented, and not from its adapter."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from attrs import frozen

from smsgate import Answer, Request
from tests.simulation.engine import BEGINNING
from tests.simulation.task import Host
from tests.simulation.truth import OnAir, Truth
from tests.simulation.vendor import DELIVERED_AFTER, Body, Vendor

NOT_READ = 0.3
"""Share of the requests whose connection is cut before they are read."""
PAGE = 2
"""Entries on a page of a list, so that there are several."""


@frozen
class Call:
    """A vendor's call to the application."""

    provider: str
    url: str
    media_type: str
    body: bytes


class RouteVendor(Vendor):
    """A vendor that answers in its own words."""

    refusals: ClassVar[Sequence[tuple[int, object]]] = ()
    """Statuses and bodies with which it refuses a text; the seed chooses."""

    def __init__(self, truth: Truth, faults: frozenset[str], rate: float) -> None:
        super().__init__(type(self).__name__.lower(), truth, faults, rate)
        self.call: Callable[[Call], Coroutine[object, None, None]] | None = None
        """Calls the application."""
        self.is_down = False
        """Whether it cannot be reached until it is well."""

    @abstractmethod
    def written_in(self, request: Request) -> Sequence[Body]:
        """Return the texts of a request, each with `to`, `text`, `reference` and `callback`."""

    @abstractmethod
    def shown(self, sent: OnAir, text: str, status: str) -> Mapping[str, Any]:
        """Return a text that was sent as the vendor shows it."""

    def taken(self, shown: Sequence[Mapping[str, Any]]) -> Answer:
        """Return the answer to a request that was taken."""
        return self._said(200, shown[0])

    def error(self, status: int) -> object:
        """Return the body of a failure."""
        return {"status": status}

    @abstractmethod
    async def report_to(self, sent: OnAir, status: str, callback: str) -> None:
        """Call the address of a text."""

    def fault(self, kind: str) -> bool:
        if kind == "unreachable" and self.is_down and not self.is_well:
            self.has_failed = True
            return True
        return super().fault(kind)

    def texts_of(self, request: Request) -> list[str]:
        return [written["text"] for written in self.written_in(request)]

    def will_report(self, written: Body) -> bool:
        return written["callback"] is not None

    async def answer(self, request: Request, headers: Mapping[str, str], host: Host, *, cut: bool) -> Answer:
        if cut and self.simulation.chance(NOT_READ):
            self.simulation.tell(self.name, f"never reads {request}")
            return self._failed(503)
        return await super().answer(request, headers, host, cut=cut)

    async def _send(self, request: Request, asker: Host) -> Answer:
        if (failure := await self._fail()) is not None:
            return failure
        shown = [self.take(written, asker) for written in self.written_in(request)]
        return self._failed(500) if self.fault("fails after sending") else self.taken(shown)

    def take(self, written: Body, asker: Host) -> Mapping[str, Any]:
        """Send a text."""
        message_id = self._put_on_air(written, asker)
        return self.shown(self.truth.on_air[-1], message_id, "queued")

    def sent_to(self, **wanted: str) -> list[OnAir]:
        """Return what it shows by now of what it has sent, the newest first."""
        return [
            sent
            for sent in reversed(self.truth.on_air)
            if sent.provider == self.name
            and self._shown[sent.message_id] <= self.simulation.now
            and all(getattr(sent, name) == value for name, value in wanted.items())
        ]

    def moment(self, sent: OnAir) -> datetime:
        """Return when it took a text, in whole seconds."""
        return BEGINNING + timedelta(seconds=int(sent.at))

    async def _report(self, sent: OnAir, status: str, callback: str | None) -> None:
        assert callback is not None
        await self.simulation.sleep(self.simulation.random.random() * DELIVERED_AFTER)
        await self.report_to(sent, status, callback)

    def _failed(self, status: int, **headers: str) -> Answer:
        if status == 400:
            status, body = self.simulation.random.choice(self.refusals)
            return self._said(status, body, **headers)
        return self._said(status, self.error(status), **headers)
