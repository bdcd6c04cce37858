"""One account at one vendor: its adapter, its settings, its connection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from typing import NoReturn, TypeVar

from smsgate.ability import (
    AnalysesRemotely,
    ChoosesSender,
    Doubt,
    LimitsValidity,
    Reconciles,
    RenewsCredentials,
    SendsBulk,
    SendsLater,
    TellsBalance,
    TellsStatus,
)
from smsgate.account import Balance
from smsgate.adapter import Accepted, Adapter
from smsgate.asker import Asker
from smsgate.capability import Level, capabilities
from smsgate.conversation import Conversation, hold, hold_send, within
from smsgate.errors import InvalidMessageError, ProviderError, UnknownOutcomeError, UnsupportedError
from smsgate.event import DeliveryReport
from smsgate.facets import Contacts, Groups, Messages, Templates
from smsgate.http import Transport
from smsgate.message import Message
from smsgate.observer import Observer
from smsgate.pacing import FilePaceStore, MemoryPaceStore, PacedTransport, PaceStore
from smsgate.pricing import Price, PriceList
from smsgate.renewal import RenewingTransport
from smsgate.settings import Settings
from smsgate.stored import RemoteAnalysis
from smsgate.text import Analysis
from smsgate.tokens import Token, TokenStore

__all__ = ["Provider", "Submitted"]

_WISHES: dict[str, type] = {"send_at": SendsLater, "sender": ChoosesSender, "validity": LimitsValidity}
"""Fields of a message that must not be dropped in silence, and the ability that each needs."""

T = TypeVar("T")
A = TypeVar("A")

Submitted = Accepted | ProviderError | InvalidMessageError
"""What became of one message of many."""


class Provider:
    """One account at one vendor, safe to share between threads. `gateway.provider(name)` gives it."""

    def __init__(
        self,
        name: str,
        adapter: Adapter[Settings],
        transport: Transport,
        *,
        pace_store: PaceStore | None = None,
        token_store: TokenStore | None = None,
    ) -> None:
        """Make a provider of an adapter; the stores stand in for those that the adapter's settings name."""
        self.name = name
        self.adapter = adapter
        self.on_request: Observer | None = None
        """Called with a `RequestEvent` after each request, in the thread that made it."""
        self.contacts = Contacts(self)
        self.groups = Groups(self)
        self.templates = Templates(self)
        self.messages = Messages(self)
        self._transport: Transport = PacedTransport(adapter, transport, pace_store or _pace_store(adapter.settings))
        if isinstance(adapter, RenewsCredentials):
            self._transport = RenewingTransport(adapter, self._transport, token_store)

    def send(self, message: Message, *, deadline: float | None = None) -> Accepted:
        """Hand one message to this vendor, and to no other, in `deadline` seconds with all waiting for a turn.

        Raises `InvalidMessageError` where the vendor cannot do what the message asks, and a `ProviderError` where
        it fails; only `NotSentError` and `RejectedError` prove that no text is out.
        """
        self.check(message)
        with self._named():
            return hold_send(self.adapter.send(message), within(deadline, self._asker("send").ask))

    def send_bulk(self, messages: Iterable[Message]) -> Iterator[Submitted]:
        """Hand over many messages, in the vendor's own bulk calls where it has them; give each outcome in order.

        Lazy: a chunk is sent when its first result is asked for. When the answer to a chunk is lost, or has another
        number of results than the chunk has messages, all of its messages are unknown.
        """
        if not isinstance(self.adapter, SendsBulk):
            yield from map(self._submit, messages)
            return
        remaining = iter(messages)
        while chunk := tuple(islice(remaining, self.adapter.bulk_size)):
            yield from self._submit_chunk(self.adapter, chunk)

    def check(self, message: Message) -> None:
        """Raise `InvalidMessageError` where this vendor cannot do what the message asks; asks nobody."""
        for wish, ability in _WISHES.items():
            if getattr(message, wish) is not None and not isinstance(self.adapter, ability):
                raise InvalidMessageError(
                    f"{self.name} ({self.adapter.name}) takes no {wish}; leave it out or name another provider"
                )

    def reconcile(self, doubt: Doubt) -> Accepted | None:
        """Ask whether the vendor has a message whose submission ended unknown.

        Return what it accepted, or None if it certainly never had the message: "not there" counts only once the vendor
        has had time to show it. Raises `UnknownOutcomeError` while it cannot tell, `UnsupportedError` if it never can.
        """
        adapter = self.able(Reconciles, "reconcile")
        found = self.converse("reconcile", adapter.reconcile(doubt))
        if found is None and datetime.now(UTC) < doubt.since + adapter.settling:
            raise UnknownOutcomeError(
                f"the message is not there yet, which counts from {doubt.since + adapter.settling:%H:%M:%S} UTC on",
                provider=self.name,
            )
        return found

    @property
    def prices(self) -> PriceList | None:
        """The account's price list, where the settings have one."""
        return self.adapter.settings.prices

    def price(self, to: str, analysis: Analysis) -> Price | None:
        """Tell what a message to an E.164 number costs here; None where no price is known. Asks nobody."""
        return None if self.prices is None else self.prices.price(to, analysis)

    def analyse(self, message: Message) -> RemoteAnalysis:
        """Ask the vendor what a message will cost; raise `UnsupportedError` if it does not tell."""
        return self.converse("analyse", self.able(AnalysesRemotely, "analyse").analyse(message))

    def status(self, message_id: str) -> DeliveryReport:
        """Ask what became of a message; raise `NotFoundError` for an unknown id, `UnsupportedError` if none can be."""
        return self.converse("status", self.able(TellsStatus, "status").status(message_id))

    def balance(self) -> Balance:
        """Ask for the credit left; raise `UnsupportedError` if the vendor does not tell."""
        return self.converse("balance", self.able(TellsBalance, "balance").balance())

    @property
    def vendor(self) -> object:
        """What this vendor has beside the neutral operations; raises `UnsupportedError` if it has nothing.

        The adapter's page names its class; ``assert isinstance(provider.vendor, ...)`` tells a type checker.
        """
        return self.adapter.extras(self.converse)

    @property
    def capabilities(self) -> Mapping[str, Level | None]:
        """Every operation that smsgate knows, with the level at which this provider has it; None is not at all."""
        return capabilities(type(self.adapter))

    def able(self, ability: type[A], operation: str) -> A:
        """Return the adapter as one that has an ability, or raise `UnsupportedError` naming provider and operation."""
        if isinstance(self.adapter, ability):
            return self.adapter
        raise UnsupportedError(f"{self.name} ({self.adapter.name}) has no {operation}")

    def converse(self, operation: str, conversation: Conversation[T]) -> T:
        """Drive a conversation of the adapter at this account; `operation` is its name for observers."""
        with self._named():
            return hold(conversation, self._asker(operation).ask)

    def authorise(self, conversation: Conversation[Token]) -> None:
        """Drive a conversation of the adapter that gains a token, and keep that from now on; for a login.

        Raises `UnsupportedError` if this vendor's credentials are not renewed.
        """
        if not isinstance(self._transport, RenewingTransport):
            raise UnsupportedError(f"{self.name} ({self.adapter.name}) has no credentials that are renewed")
        with self._named():
            self._transport.authorise(conversation)

    def close(self) -> None:
        """Let go of the connections."""
        self._transport.close()

    def __repr__(self) -> str:
        return f"Provider({self.name!r}, adapter={self.adapter.name!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Provider holds secrets and connections and is not pickled; build a Gateway in each process")

    def _submit(self, message: Message) -> Submitted:
        try:
            return self.send(message)
        except (ProviderError, InvalidMessageError) as error:
            return error

    def _submit_chunk(self, adapter: SendsBulk, chunk: Sequence[Message]) -> Iterator[Submitted]:
        refused = {index: error for index, message in enumerate(chunk) if (error := self._refusal(message))}
        valid = [message for index, message in enumerate(chunk) if index not in refused]
        results = iter(self._bulk_call(adapter, valid) if valid else ())
        for index in range(len(chunk)):
            yield refused.get(index) or next(results)

    def _refusal(self, message: Message) -> InvalidMessageError | None:
        try:
            self.check(message)
        except InvalidMessageError as error:
            return error
        return None

    def _bulk_call(self, adapter: SendsBulk, messages: Sequence[Message]) -> Sequence[Submitted]:
        try:
            with self._named():
                results = hold_send(adapter.send_bulk(messages), self._asker("send_bulk").ask)
        except ProviderError as error:
            return [error.become(type(error), error.reason) for _ in messages]
        if len(results) != len(messages):
            reason = f"the vendor gave {len(results)} results for {len(messages)} messages; all of them may be out"
            return [UnknownOutcomeError(reason, provider=self.name) for _ in messages]
        for result in results:
            if isinstance(result, ProviderError):
                result.provider = self.name
        return results

    def _asker(self, operation: str) -> Asker:
        return Asker(operation, self.adapter, self._transport, self.on_request)

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Put the account's name into what a conversation raises: adapters do not know it."""
        try:
            yield
        except ProviderError as error:
            error.provider = self.name
            raise


def _pace_store(settings: Settings) -> PaceStore:
    return MemoryPaceStore() if settings.pacing_file is None else FilePaceStore(settings.pacing_file)
