"""The state of a sandbox: its vendors, the texts, the ordered faults, the callbacks, and the clock that they share."""

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from smsgate.sandbox.callbacks.call import Call
from smsgate.sandbox.callbacks.callbacks import Callbacks, calling
from smsgate.sandbox.callbacks.disturbance import Disturbance
from smsgate.sandbox.clock import Clock
from smsgate.sandbox.conversations import ConversationText
from smsgate.sandbox.faults import Fault, FaultPlan
from smsgate.sandbox.feed import Feed
from smsgate.sandbox.magic import DeliveryOutcome
from smsgate.sandbox.network import Network
from smsgate.sandbox.request_log import LoggedRequest, RequestLog
from smsgate.sandbox.vendor import Vendor


class State:
    """The state, for use by one thread: `Sandbox` calls these methods for Python, `api` for other processes."""

    def __init__(self, vendors: Iterable[Vendor], absent: Iterable[str], hosts: Collection[str] = ()) -> None:
        self.clock = Clock()
        self.network = Network(self.clock)
        self.requests = RequestLog()
        self.feed = Feed()
        self.faults = FaultPlan()
        self.endings: dict[str, DeliveryOutcome] = {}
        self.vendors = {vendor.name: vendor for vendor in vendors}
        self.callbacks = {name: Callbacks(vendor, self.clock, hosts) for name, vendor in self.vendors.items()}
        self._absent = frozenset(self.vendor(name).name for name in absent)
        self.reset()
        for callbacks in self.callbacks.values():
            callbacks.watch(lambda _call: self.feed.publish())
        self.requests.watch(lambda _request: self.feed.publish())
        self.network.conversations.watch(lambda _text: self.feed.publish())

    def vendor(self, name: str) -> Vendor:
        """Return the vendor of this name. LookupError if there is none."""
        if name not in self.vendors:
            raise LookupError(f"the sandbox has no vendor {name!r} (it has: {', '.join(sorted(self.vendors))})")
        return self.vendors[name]

    def misbehave(self, vendor: str, fault: Fault, *, times: int | None = 1, path: str = "*") -> None:
        """Apply a fault to the next `times` requests (None: all from now on) to this vendor.

        `path` is a shell pattern on the path after the base URL, without a leading slash: `sms/send`, `messages/*`.
        Faults are spent in the order in which they were ordered, before magic numbers are considered.
        """
        self.faults.add(self.vendor(vendor).name, fault, times=times, path=path)
        self.feed.publish()

    def behave(self, number: int | None = None) -> None:
        """Cancel the faults that were ordered, or the one of this number."""
        if number is None:
            self.faults.clear()
        else:
            self.faults.cancel(number)
        self.feed.publish()

    def end_texts(self, vendor: str, outcome: DeliveryOutcome = DeliveryOutcome.DELIVERED) -> None:
        """End the deliveries of this vendor's texts so from now on, where a magic number does not say otherwise.

        With `DeliveryOutcome.STAYS_SENT` they wait for `end`.
        """
        self.endings[self.vendor(vendor).name] = DeliveryOutcome(outcome)
        self.feed.publish()

    def end(self, vendor: str, message_id: str, outcome: DeliveryOutcome) -> None:
        """End the delivery of a text now, and send the report on it, whatever had become of it before.

        LookupError if the vendor has no such text.
        """
        self.vendor(vendor).end(message_id, DeliveryOutcome(outcome))
        self.feed.publish()

    def receive(self, vendor: str, sender: str, text: str, *, message_id: str | None = None) -> str:
        """Receive a text from a person, as a reply to a message or unasked; return its id.

        LookupError if the vendor has no replies, or no such message.
        """
        reply_id = self.vendor(vendor).receive(sender, text, message_id=message_id)
        self.network.conversations.add(
            ConversationText(
                vendor=vendor,
                phone=sender,
                text=text,
                message_id=reply_id,
                at=self.clock.now(),
                inbound=True,
                in_reply_to=message_id,
            )
        )
        return reply_id

    def add_template(self, vendor: str, name: str, text: str) -> str:
        """Add a template to the account, and return its id. LookupError if the vendor has no templates."""
        template_id = self.vendor(vendor).add_template(name, text)
        self.feed.publish()
        return template_id

    def members(self, vendor: str, group_id: str) -> frozenset[str]:
        """Return the ids of the contacts that are really in a group. LookupError if there is no such group."""
        return self.vendor(vendor).members(group_id)

    def counts(self, vendor: str) -> Mapping[str, int]:
        """Return how often things happened since the last reset, by the names that docs/reference/sandbox.md lists."""
        return dict(self.vendor(vendor).counts)

    def change_account(self, vendor: str, change: str, /, **settings: object) -> Mapping[str, str]:
        """Change an account as no request can: expire its tokens, flag a contact. LookupError for an unknown change.

        docs/reference/sandbox.md lists each vendor's changes, their settings and what they return.
        """
        changes = self.vendor(vendor).account_changes
        if change not in changes:
            known = ", ".join(sorted(changes)) or "none"
            raise LookupError(f"{vendor} has no account change {change!r} (it has: {known})")
        changed = changes[change](**settings) or {}
        self.feed.publish()
        return changed

    def leave_out_nulls(self, vendor: str, *, absent: bool = True) -> None:
        """Set whether this vendor leaves a field out where it would write null, in answers and calls."""
        self.vendor(vendor).absent = absent

    def call_back(self, vendor: str, url: str | None, *, kind: str | None = None, style: str | None = None) -> None:
        """Send an account's notifications, or those of one kind, to this URL from now on; None: to none.

        It is on loopback, or at one of the sandbox's `hosts`; ValueError for another one. LookupError if the vendor
        has no webhooks, or none of this kind; docs/reference/sandbox.md lists the kinds and the styles.
        """
        self.callbacks_of(vendor).call(url, kind, style)
        self.feed.publish()

    def disturb(  # noqa: PLR0913 - one for each thing that goes wrong
        self,
        vendor: str,
        *,
        copies: int = 1,
        delay: timedelta = timedelta(),
        reorder: int = 1,
        lose: int | None = 0,
        hold: bool = False,
        early: bool = False,
    ) -> None:
        """Disturb this vendor's calls from now on; with no more than its name they are made properly again.

        Each is made `copies` times and `delay` late. Every `reorder` of them are made in reversed order. The next
        `lose` (None: all) are never made. With `hold` they are kept for `release`. With `early` a report on a text
        arrives before the request that sent the text is answered.
        """
        disturbance = Disturbance(copies=copies, delay=delay, reorder=reorder, lose=lose, hold=hold, early=early)
        self.callbacks_of(vendor).disturb(disturbance)

    def release(self, vendor: str, order: Sequence[int] | None = None) -> None:
        """Queue the waiting calls: all as they came, or those at these places from 0; the others go on waiting."""
        self.callbacks_of(vendor).release(order)

    def calls(self, vendor: str) -> tuple[Call, ...]:
        """Return the calls that this vendor has made or lost since the last reset, in the order of their ends."""
        return self.callbacks_of(vendor).calls

    async def settle(self) -> None:
        """Wait until every call that is due now has been answered or given up."""
        for callbacks in self.callbacks.values():
            await callbacks.settle()

    def advance(self, by: timedelta) -> None:
        """Move the sandbox's clock forward, so that scheduled texts, reports and calls fall due."""
        self.clock.advance(by)
        self.feed.publish()

    def reset(self) -> None:
        """Begin anew: no texts, no faults, no URLs to call, fresh accounts; the clock stays where it is."""
        self.faults.clear()
        self.endings.clear()
        self.network.clear()
        self.requests.clear()
        for callbacks in self.callbacks.values():
            callbacks.clear()
        for vendor in self.vendors.values():
            vendor.reset(self.network, self.clock)
            vendor.absent = vendor.name in self._absent
        self.feed.publish()

    def watch(
        self,
        text: Callable[[ConversationText], None] | None = None,
        request: Callable[[LoggedRequest], None] | None = None,
    ) -> None:
        """Call a function with each text that a phone gets or sends, and one with each request that has ended.

        They run in the sandbox's own thread, and must not wait.
        """
        if text is not None:
            self.network.conversations.watch(text)
        if request is not None:
            self.requests.watch(request)

    def callbacks_of(self, vendor: str) -> Callbacks:
        """Return the callbacks of a vendor. LookupError if there is no such vendor."""
        return self.callbacks[self.vendor(vendor).name]

    @asynccontextmanager
    async def running(self, patience: float) -> AsyncIterator[None]:
        """Let time pass on the running loop: send scheduled texts, and make calls that wait so long for an answer."""
        self.network.start()
        try:
            async with calling(self.callbacks.values(), patience):
                yield
        finally:
            self.network.stop()
