"""The functions behind the operations: each parameter is a field of the request."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import islice
from typing import Annotated

from attrs import frozen

from smsgate.sandbox.api.answers import Calls, Created, Faults, MissingError, Requests, Texts
from smsgate.sandbox.api.schema import Says
from smsgate.sandbox.faults import Fault
from smsgate.sandbox.magic import DeliveryOutcome
from smsgate.sandbox.request_log import LoggedRequest
from smsgate.sandbox.state import State
from smsgate.sandbox.waiting import Messages, Wanted, wait_for

_LONGEST_WAIT = 60
_MOST = 1000
_EVERY = 1_000_000
_LONGEST_DELAY = 1_000_000_000

VendorName = Annotated[str, Says(description="the name of a vendor that the sandbox serves, as in its path")]
PhoneNumber = Annotated[
    str, Says(description="a number in E.164, such as +27821234567; %2B is a plus", pattern="^[+ ]?[1-9][0-9]{2,14}$")
]
Number = Annotated[int, Says(minimum=1)]
Count = Annotated[int, Says(minimum=0)]
Limit = Annotated[int, Says(description="how many at most", minimum=0, maximum=_MOST)]
Amount = Annotated[float, Says(minimum=0, maximum=_LONGEST_DELAY)]


@frozen
class Control:
    """What another process can do with a sandbox."""

    state: State
    closing: asyncio.Event

    def texts(self) -> Texts:
        """List the texts that were sent, and those that are scheduled."""
        return Texts(texts=self.state.network.sent(), scheduled=self.state.network.scheduled())

    async def messages(  # noqa: PLR0913 - a query's parameters
        self,
        *,
        to: PhoneNumber | None = None,
        vendor: VendorName | None = None,
        after: Annotated[int, Says(description="the number after which to look: `next` of an answer", minimum=0)] = 0,
        limit: Limit = 100,
        wait: Annotated[float, Says(description="seconds to wait", minimum=0, maximum=_LONGEST_WAIT)] = 0,
        inbound: Annotated[bool, Says(description="whether those that people wrote are listed too")] = False,
    ) -> Messages:
        """List the texts to a phone, or wait for the next one.

        With `wait` the answer comes as soon as a text fits, else when so many seconds are over: then there is none in
        it, and `instead` says what came meanwhile. Ask for the next ones with `after`, the `next` of the last answer.
        Texts are numbered from 1, also after a reset.
        """
        phone = f"+{to.lstrip('+ ')}" if to else None
        if vendor is not None:
            self.state.vendor(vendor)
        wanted = Wanted(to=phone, vendor=vendor, inbound=inbound, after=after, limit=limit)
        return await wait_for(self.state, wanted, wait, self.closing)

    def end(self, number: Number, outcome: DeliveryOutcome) -> None:
        """End the delivery of a text now, and send the report on it."""
        text = self.state.network.conversations.get(number)
        if text is None or text.inbound:
            raise MissingError(f"no text with the number {number} was sent; GET /_sandbox/messages lists them")
        self.state.end(text.vendor, text.message_id, outcome)

    def end_texts(self, vendor: VendorName, outcome: DeliveryOutcome = DeliveryOutcome.DELIVERED) -> None:
        """Set how the deliveries of a vendor's texts end from now on."""
        self.state.end_texts(vendor, outcome)

    def requests(self, vendor: VendorName | None = None, before: Number | None = None, limit: Limit = 50) -> Requests:
        """List the requests that vendors got, with their answers, the newest first."""
        if vendor is not None:
            self.state.vendor(vendor)
        all_of_them = self.state.requests.latest(_EVERY, before=before)
        found = (request for request in all_of_them if vendor is None or request.vendor == vendor)
        return Requests(requests=tuple(islice(found, limit)))

    def request(self, number: Number) -> LoggedRequest:
        """Return one request, with its answer."""
        found = self.state.requests.get(number)
        if found is None:
            raise MissingError(f"no request with the number {number} is kept; GET /_sandbox/requests lists them")
        return found

    def faults(self) -> Faults:
        """List the faults that were ordered and are not spent."""
        return Faults(faults=self.state.faults.ordered)

    def misbehave(
        self,
        vendor: VendorName,
        fault: Fault,
        times: Annotated[int | None, Says(description="how many requests meet it; null: all", minimum=1)] = 1,
        path: Annotated[str, Says(description="a shell pattern on the path after the base URL")] = "*",
    ) -> None:
        """Order a fault for the next requests to a vendor."""
        self.state.misbehave(vendor, fault, times=times, path=path)

    def behave(self) -> None:
        """Cancel every fault that was ordered."""
        self.state.behave()

    def cancel(self, number: Number) -> None:
        """Cancel one fault; one that is spent already changes nothing."""
        self.state.behave(number)

    def receive(self, vendor: VendorName, sender: str, text: str, message_id: str | None = None) -> Created:
        """Receive a text from a person, as a reply to a message or unasked."""
        return Created(id=self.state.receive(vendor, sender, text, message_id=message_id))

    def add_template(self, vendor: VendorName, name: str, text: str) -> Created:
        """Add a template to the account."""
        return Created(id=self.state.add_template(vendor, name, text))

    def counts(self, vendor: VendorName) -> Mapping[str, int]:
        """Return how often things happened at a vendor since the last reset."""
        return self.state.counts(vendor)

    def change_account(self, vendor: VendorName, lever: str, **settings: object) -> Mapping[str, str]:
        """Change an account as no request to the vendor can; the other fields are the settings of the change."""
        return self.state.change_account(vendor, lever, **settings)

    def leave_out_nulls(self, vendor: VendorName, *, absent: bool = True) -> None:
        """Set whether a vendor leaves a field out where it would write null."""
        self.state.leave_out_nulls(vendor, absent=absent)

    def call_back(self, vendor: VendorName, url: str | None, kind: str | None = None, style: str | None = None) -> None:
        """Set the URL to which a vendor sends its reports and replies; null: none."""
        self.state.call_back(vendor, url, kind=kind, style=style)

    def disturb(  # noqa: PLR0913 - one for each thing that goes wrong
        self,
        vendor: VendorName,
        *,
        copies: Annotated[int, Says(minimum=1, maximum=_MOST)] = 1,
        delay: Annotated[float, Says(description="seconds", minimum=0, maximum=_LONGEST_DELAY)] = 0,
        reorder: Annotated[int, Says(minimum=1, maximum=_MOST)] = 1,
        lose: Annotated[int | None, Says(minimum=0)] = 0,
        hold: bool = False,
        early: bool = False,
    ) -> None:
        """Set what goes wrong with a vendor's calls to the application."""
        late = timedelta(seconds=delay)
        self.state.disturb(vendor, copies=copies, delay=late, reorder=reorder, lose=lose, hold=hold, early=early)

    async def release(self, vendor: VendorName, order: Sequence[Count] | None = None) -> None:
        """Make the calls that wait, and answer when they have ended: all, or those at these places, in this order."""
        self.state.release(vendor, order)
        await self.state.settle()

    async def settle(self) -> None:
        """Answer when every call to the application that is due has ended."""
        await self.state.settle()

    def calls(self, vendor: VendorName) -> Calls:
        """List the calls that a vendor has made to the application."""
        return Calls(calls=self.state.calls(vendor))

    def advance(  # noqa: PLR0913 - as a timedelta has them
        self,
        *,
        days: Amount = 0,
        seconds: Amount = 0,
        microseconds: Amount = 0,
        milliseconds: Amount = 0,
        minutes: Amount = 0,
        hours: Amount = 0,
        weeks: Amount = 0,
    ) -> None:
        """Move the sandbox's clock forward, so that scheduled texts, reports and calls fall due."""
        self.state.advance(timedelta(days, seconds, microseconds, milliseconds, minutes, hours, weeks))

    def reset(self) -> None:
        """Begin anew: no texts, no faults, no URLs to call, fresh accounts."""
        self.state.reset()
