"""A process of an application whose route goes over Twilio, BulkSMS and Telnyx."""

from __future__ import annotations

from smsgate import Event
from tests.simulation.process import Process
from tests.simulation.route.account import accounts
from tests.simulation.route.receiving import receive
from tests.simulation.route.vendor import Call
from tests.simulation.truth import Handing


class RouteProcess(Process):
    """Takes the calls of vendors as they are."""

    accounts = staticmethod(accounts)

    async def receive_call(self, call: Call) -> bool:
        """Take a call of a webhook; return whether the vendor may forget it."""
        handings: list[Handing] = []

        async def on_event(event: Event) -> None:
            handings.append(self.truth.begin_handing(event, self.host))
            await self._handle(event, handings[-1])

        is_taken = await receive(self.gateway, call, on_event, self.engine.unix)
        for handing in handings:
            if is_taken or handing.returned:
                self.truth.end_handing(handing, finished=is_taken)
        return is_taken
