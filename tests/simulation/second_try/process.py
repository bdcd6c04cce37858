"""A process of an application that makes second tries."""

from __future__ import annotations

from collections.abc import Sequence

from smsgate import DeliveryReport, Event, JournalError, OnUndelivered, Route
from tests.simulation.process import PAUSE, Process
from tests.simulation.truth import Handing

IN_FLIGHT = 2


class SecondTryProcess(Process):
    """Makes what is due now and then."""

    due_in_flight = IN_FLIGHT

    def route(self, names: Sequence[str]) -> Route:
        first, second = names
        return Route(name="default", providers=(first,), on_undelivered=OnUndelivered(providers=(second,)))

    async def work(self) -> None:
        self.engine.spawn("due", self._send_due_on())
        await super().work()

    async def send_due(self) -> int:
        """Make what is due; return how much that was."""
        made = 0
        try:
            async for result in self.gateway.send_due(in_flight=IN_FLIGHT):
                self.engine.simulation.tell(
                    self.host.name, f"has tried {result.message.text!r} again: {result.outcome}"
                )
                made += 1
        except JournalError as error:
            self.engine.simulation.tell(self.host.name, f"cannot send what is due: {error}")
        return made

    async def _send_due_on(self) -> None:
        while not self._vendors[0].is_well:
            await self.send_due()
            await self.engine.sleep(PAUSE)

    async def _handle(self, event: Event, handing: Handing) -> None:
        if isinstance(event, DeliveryReport) and event.entry is not None and event.possible_duplicate:
            text = self.truth.messages[event.entry.id].text
            if not self.truth.is_recorded(text, "b"):
                self.truth.violate(f"NO DUPLICATE: {text!r} is said to be one, and b was never asked")
        await super()._handle(event, handing)
