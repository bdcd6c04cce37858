"""One account at one vendor: its adapter, its settings, its connection."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from inspect import isawaitable
from itertools import islice
from typing import Concatenate, NoReturn, ParamSpec, TypeVar, cast

from attrs import evolve

from smsgate.adapter.abilities.delivery import ListsReplies, TellsManyStatuses, TellsStatus
from smsgate.adapter.abilities.prices import ListsPrices
from smsgate.adapter.abilities.reconciliation import Doubt, Reconciles
from smsgate.adapter.abilities.sending import AnalysesRemotely, SendsBulk, TellsBalance
from smsgate.adapter.adapter import Accepted, Adapter, Converse
from smsgate.adapter.capabilities import capabilities
from smsgate.adapter.deadline import Deadline
from smsgate.adapter.driver import observed
from smsgate.adapter.operation import Level
from smsgate.adapter.price_list import PriceList
from smsgate.adapter.request import Answer
from smsgate.adapter.settings import Settings
from smsgate.adapter.token import TokenStore
from smsgate.adapter.vendor_clock import VendorClock
from smsgate.engine import Engine
from smsgate.model.balance import Balance
from smsgate.model.errors import (
    InvalidMessageError,
    MalformedAnswerError,
    ProviderError,
    UnknownOutcomeError,
    UnsupportedError,
)
from smsgate.model.event import DeliveryReport, Reply
from smsgate.model.listed_price import ListedPrice
from smsgate.model.message import Message
from smsgate.model.page import AsyncListing, Page
from smsgate.model.price import Price
from smsgate.model.source import Source
from smsgate.model.stored import RemoteAnalysis
from smsgate.model.submission import Submission
from smsgate.model.vendor_ids import KnownIds
from smsgate.resources import AsyncContacts, AsyncGroups, AsyncMessages, AsyncTemplates, AsyncVendorOptOuts
from smsgate.text import Analysis
from smsgate.transport.client import AsyncClient
from smsgate.transport.division import Submitted, submit_divided
from smsgate.transport.pacing import PaceStore
from smsgate.transport.reconciled import own_of
from smsgate.transport.transport import Transport

__all__ = ["AsyncProvider", "Submitted"]

P = ParamSpec("P")
T = TypeVar("T")
X = TypeVar("X")
A = TypeVar("A")


class AsyncProvider(AsyncClient):
    """One account at one vendor; tasks of one event loop share it. `gateway.provider(name)` gives it."""

    def __init__(  # noqa: PLR0913 - what an account consists of
        self,
        name: str,
        adapter: Adapter[Settings],
        transport: Transport,
        engine: Engine,
        *,
        pace_store: PaceStore | None = None,
        token_store: TokenStore | None = None,
    ) -> None:
        """Make a provider of an adapter; the stores replace those that the adapter's settings name."""
        super().__init__(name, adapter, transport, engine, pace_store=pace_store, token_store=token_store)
        self.contacts = AsyncContacts(self)
        self.groups = AsyncGroups(self)
        self.templates = AsyncTemplates(self)
        self.messages = AsyncMessages(self)
        self.opt_outs = AsyncVendorOptOuts(self)

    async def send(self, message: Message, *, deadline: float | Deadline | None = None) -> Accepted:
        """Hand one message to this vendor, and to no other, in `deadline` seconds with all waiting for a rate slot.

        Raises `InvalidMessageError` where the vendor cannot do what the message asks, and a `ProviderError` where
        it fails; only `NotSentError` and `RejectedError` prove that no text is out.
        """
        return await self.engine.protect(self.submit, message, self.submission(message), deadline=deadline)

    async def send_bulk(
        self, messages: Iterable[Message], *, deadline: float | Deadline | None = None
    ) -> AsyncGenerator[Submitted, None]:
        """Hand over many messages, in the vendor's own bulk calls where it has them; give each outcome in order.

        Lazy: a chunk is sent when its first result is asked for. When the answer to a chunk is lost, or has another
        number of results than the chunk has messages, all of its messages are unknown. A chunk that is refused whole
        is divided until the refused message is found. `deadline` is each chunk's.
        """
        remaining = iter((message, self.submission(message)) for message in messages)
        size = self.adapter.bulk_size if isinstance(self.adapter, SendsBulk) else 1
        while chunk := tuple(islice(remaining, size)):
            for submitted in await self.submit_chunk(chunk, deadline):
                yield submitted

    async def reconcile(
        self, doubt: Doubt, *, deadline: float | Deadline | None = None, ids: KnownIds | None = None
    ) -> Accepted | None:
        """Ask, within `deadline` seconds, whether the vendor has a message whose submission ended unknown.

        Return what it accepted, or None if it certainly never had the message: "not there" counts only once the vendor
        has had time to show it (`settling`), and where its clock and ours agree. `ids` knows which ones other messages
        have. Raises `UnknownOutcomeError` while it cannot tell, `UnsupportedError` if it never can.
        """
        adapter = self.able(Reconciles, "reconcile")
        began = self.engine.utc()  # the vendor may look at once, and answer late
        if ids is not None:
            doubt = evolve(doubt, taken=await self.engine.call(ids.taken, self.name, doubt.since))
        clock = VendorClock(self.engine.utc)
        found = await self.converse("reconcile", observed(adapter.reconcile(doubt), clock.note), deadline=deadline)
        with self._named():
            own = await self.engine.call(own_of, self.name, found, doubt.since, ids)
        elapsed = began - (doubt.until or doubt.since) if doubt.elapsed is None else doubt.elapsed
        if own is None and elapsed < self.settling:
            certain = began + self.settling - elapsed
            raise UnknownOutcomeError(
                f'the vendor does not show the message; "not sent" is certain from {certain:%Y-%m-%d %H:%M:%S} UTC on',
                provider=self.name,
            )
        if own is None and adapter.searches_by_time:
            clock.check(self.name)
        return own

    @property
    def settling(self) -> timedelta:
        """How long after a submission's end "it is not there" counts; `UnsupportedError` if the vendor never tells."""
        seconds = self.adapter.settings.settling
        return self.able(Reconciles, "reconcile").settling if seconds is None else timedelta(seconds=seconds)

    @property
    def prices(self) -> PriceList | None:
        """The account's price list, where the settings have one."""
        return self.adapter.settings.prices

    def price(self, message: Message, analysis: Analysis) -> Price | None:
        """Return what a message costs here, whose text was analysed; None where no price is known."""
        if self.prices is None:
            return None
        return self.prices.media_price(message.to) if message.media else self.prices.price(message.to, analysis)

    async def listed_prices(self, countries: Sequence[str] = ()) -> AsyncGenerator[ListedPrice, None]:
        """Ask the vendor what texts cost this account, in `countries` (ISO 3166) or in all; `PriceSheet.of` sorts them.

        Raises `UnsupportedError` if the vendor has no such request, and `NotFoundError` for a country without prices.
        """
        lister = self.able(ListsPrices, "prices")
        cursors: set[str | None] = {None}
        cursor: str | None = None
        while True:
            page = await self.converse("prices", lister.list_prices(cursor, countries))
            for listed in page.items:
                yield listed
            cursor = page.next
            if cursor is None:
                return
            if cursor in cursors:
                raise MalformedAnswerError(f"the vendor's prices repeat a page and do not end: {cursor[:40]!r}")
            cursors.add(cursor)

    async def analyse(self, message: Message) -> RemoteAnalysis:
        """Ask the vendor what a message will cost; raise `UnsupportedError` if it does not tell."""
        analysing = self.able(AnalysesRemotely, "analyse").analyse(self.senders.filled(message))
        return await self.converse("analyse", analysing)

    async def status(self, message_id: str) -> DeliveryReport:
        """Ask what became of a message; raise `NotFoundError` for an unknown id, `UnsupportedError` if none can be."""
        report = await self.converse("status", self.able(TellsStatus, "status").status(message_id))
        return self._asked(report)

    async def statuses(self, message_ids: Sequence[str]) -> Sequence[DeliveryReport]:
        """Ask what became of several messages in few calls; those that the vendor does not have are left out.

        Raises `UnsupportedError` if the vendor tells of one at a time only, or of none.
        """
        reports = await self.converse("statuses", self.able(TellsManyStatuses, "statuses").statuses(message_ids))
        return [self._asked(report) for report in reports]

    def replies(self, since: datetime) -> AsyncListing[Reply]:
        """Give what people sent in since a moment (UTC), page by page as it is needed, each once; none is marked.

        Some that are older may be among them. Raises `UnsupportedError` if the vendor lists none.
        """
        self.able(ListsReplies, "replies")
        return AsyncListing(partial(self.reply_page, since))

    async def reply_page(
        self, since: datetime, cursor: str | None = None, *, on_answer: Callable[[Answer], object] | None = None
    ) -> Page[Reply]:
        """Ask for one page of the same, at a page's cursor; `on_answer` is called with each of the vendor's answers."""
        asking = self.able(ListsReplies, "replies").list_replies(since, cursor)
        page = await self.converse("replies", asking if on_answer is None else observed(asking, on_answer))
        return evolve(page, items=tuple(evolve(reply, source=Source.POLLED) for reply in page.items))

    async def balance(self) -> Balance:
        """Ask for the credit left; raise `UnsupportedError` if the vendor has no such request."""
        return await self.converse("balance", self.able(TellsBalance, "balance").balance())

    async def extra(self, operation: Callable[Concatenate[X, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call an operation that this vendor has beside the neutral ones: ``await provider.extra(Mine.look_up, ...)``.

        Raises `UnsupportedError` if the vendor has no such operation, or one that reads a list page after page.
        """
        extras: object = self.adapter.extras(cast("Converse", self.converse))
        owner = operation.__qualname__.partition(".")[0]
        if not any(kind.__name__ == owner for kind in type(extras).__mro__):
            raise UnsupportedError(f"{self.name} ({self.adapter.name}) has no {operation.__qualname__}")
        conversing = operation(cast("X", extras), *args, **kwargs)
        if not isawaitable(conversing):
            raise UnsupportedError(f"{operation.__qualname__} reads a list page after page; use a blocking Provider")
        return cast("T", await conversing)

    @property
    def capabilities(self) -> Mapping[str, Level | None]:
        """Every operation that smsgate knows, with the level at which this provider has it; None is not at all."""
        return capabilities(type(self.adapter), without=self.adapter.disabled_abilities())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r}, adapter={self.adapter.name!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a provider has secrets and connections and cannot be pickled; build one in each process")

    async def submit_chunk(
        self, chunk: Sequence[tuple[Message, Submission]], deadline: float | Deadline | None
    ) -> Sequence[Submitted]:
        """Hand over as many messages as fit the vendor's bulk call, if it has one; return each outcome in order."""
        adapter = self.adapter
        if not isinstance(adapter, SendsBulk):
            return [await self._submit(each, deadline) for each in chunk]
        refused = {index: error for index, (message, _) in enumerate(chunk) if (error := self._refusal(message))}
        valid = [each for index, each in enumerate(chunk) if index not in refused]
        shared = None if deadline is None else Deadline.of(deadline, clock=self.engine.now)
        divided = (
            await submit_divided(
                valid,
                lambda part: self.engine.protect(self.submit_together, adapter, part, shared),
                lambda each: self._submit(each, shared),
                stopped=None if shared is None else shared.stopped,
            )
            if valid
            else ()
        )
        results = iter(divided)
        return [refused.get(index) or next(results) for index in range(len(chunk))]

    async def _submit(self, each: tuple[Message, Submission], deadline: float | Deadline | None) -> Submitted:
        try:
            return await self.engine.protect(self.submit, *each, deadline=deadline)
        except (ProviderError, InvalidMessageError) as error:
            return error

    def _refusal(self, message: Message) -> InvalidMessageError | None:
        try:
            self.check(message)
        except InvalidMessageError as error:
            return error
        return None

    def _asked(self, report: DeliveryReport) -> DeliveryReport:
        """Return a report as one that was asked for, its words without credentials."""
        word, reason = (text and self._mask.text(text) for text in (report.raw_status, report.reason))
        return evolve(report, source=Source.POLLED, raw_status=word, reason=reason)
