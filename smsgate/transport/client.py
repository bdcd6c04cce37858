"""The client of one account: it drives the adapter's conversations with the vendor and names what they raise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol, TypeVar

from attrs import evolve

from smsgate.adapter.abilities.delivery import ReadsWebhooks
from smsgate.adapter.abilities.sending import SendsBulk
from smsgate.adapter.account import account_of
from smsgate.adapter.adapter import Accepted, Adapter
from smsgate.adapter.credentials import RenewsCredentials
from smsgate.adapter.deadline import Deadline
from smsgate.adapter.driver import Conversation, drive
from smsgate.adapter.message_check import check_message
from smsgate.adapter.settings import Settings
from smsgate.adapter.stamp import stamped
from smsgate.adapter.token import Token, TokenStore
from smsgate.engine import Engine
from smsgate.model.errors import (
    InvalidMessageError,
    ProviderError,
    SmsgateError,
    UnknownOutcomeError,
    UnsupportedError,
)
from smsgate.model.message import Message
from smsgate.model.outcome import MAY_HAVE_BEEN_SENT
from smsgate.model.submission import Submission
from smsgate.transport.asker import Asker
from smsgate.transport.credential_mask import CredentialMask
from smsgate.transport.division import Submitted
from smsgate.transport.pacing import PacedTransport, PaceStore
from smsgate.transport.renewal import RenewingTransport
from smsgate.transport.sender_choice import SenderChoice
from smsgate.transport.telemetry import Observer
from smsgate.transport.transport import Transport

__all__ = ["AsyncClient"]

T = TypeVar("T")
A = TypeVar("A")


class ReportAddresses(Protocol):
    """The webhook settings, as a client reads them."""

    def callback_url(self, provider: str, submission_id: str) -> str | None:
        """Return where a provider's vendor may report on one submission; None if nowhere."""

    def secrets_of(self, provider: str) -> Sequence[str]:
        """Return what those addresses have in them, and no error shows."""


class AsyncClient:
    """Asks one account's vendor what its adapter says; threads or tasks share it."""

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
        """Make a client of an adapter; the stores stand in for those that the adapter's settings name."""
        self.name = name
        self.adapter = adapter
        self.engine = engine
        self.on_request: Observer | None = None
        """Called with a `RequestEvent` after each request, in the thread or task that made it."""
        self.report_addresses: ReportAddresses | None = None
        """Where the vendor may report on each submission; a `Gateway` with webhooks sets it."""
        self.default_region: str | None = None
        """The country of numbers written without one; a `Gateway` sets its own."""
        self.account = account_of(adapter.name, adapter.settings)
        """Which account at the vendor it is: the adapter's name and a hash, such as "memory:1f0c5e2ab971"."""
        self.senders = SenderChoice(name, adapter)
        """What each message goes out under."""
        self._mask = CredentialMask(adapter.settings)
        self._paced = PacedTransport(adapter, transport, pace_store, engine)
        self._transport: Transport = self._paced
        if isinstance(adapter, RenewsCredentials):
            self._transport = RenewingTransport(adapter, self._transport, self._mask, engine, token_store)

    def submission(self, message: Message, made: Submission | None = None) -> Submission:
        """Return a submission with all that the vendor may be given; a random one where the journal made none."""
        made = made or Submission.new()
        reference = message.reference or (made.id if self.gives_references else None)
        return evolve(made, reference=reference, callback_url=self._callback_url(made.id))

    @property
    def gives_references(self) -> bool:
        """Whether a message without a reference goes out with its submission's id as one."""
        return self.adapter.sends_references and self.adapter.settings.references

    async def submit(
        self, message: Message, submission: Submission, *, deadline: float | Deadline | None = None
    ) -> Accepted:
        """Hand one message to the vendor and return what it accepted; call it where no signal handler runs."""
        self.check(message)
        with self._named():
            sending = self._sending(message, submission)
            accepted = self._checked(await drive(sending, self._asker("send", deadline).ask, sends=True))
            if isinstance(accepted, Accepted):
                return accepted
            raise accepted

    async def submit_together(
        self, adapter: SendsBulk, sends: Sequence[tuple[Message, Submission]], deadline: Deadline | None
    ) -> Sequence[Submitted] | ProviderError | InvalidMessageError:
        """Hand messages over in one bulk call; return what became of each, or the one error of the whole call.

        Call it where no signal handler runs.
        """
        try:
            with self._named():
                ask = self._asker("send_bulk", deadline).ask
                results = await drive(self._sending_bulk(adapter, sends), ask, sends=True)
        except (ProviderError, InvalidMessageError) as error:
            return error
        if len(results) != len(sends):
            reason = f"the vendor gave {len(results)} results for {len(sends)} messages; all of them may have been sent"
            return [UnknownOutcomeError(reason, provider=self.name) for _ in sends]
        return [self._checked(result) for result in results]

    async def converse(
        self, operation: str, conversation: Conversation[T], *, deadline: float | Deadline | None = None
    ) -> T:
        """Drive a conversation of the adapter here, in `deadline` seconds; `operation` is its name for observers."""
        return await self.engine.protect(self._converse, self._asker(operation, deadline), conversation)

    def check(self, message: Message) -> None:
        """Raise `InvalidMessageError` where this vendor cannot do what the message asks; makes no request."""
        check_message(self.name, self.adapter, message)
        self.senders.check(message)

    async def blocked_for(self) -> float:
        """Return the seconds for which the vendor, having said 429, refuses this account's requests; 0 for none.

        Raises `NotSentError` where the account's rate slots cannot be looked up.
        """
        return await self._paced.blocked()

    def blocked_now(self) -> float:
        """Return the same for a metric, which is read in a thread of its own; raises what the pacing store raises."""
        return self._paced.blocked_now()

    def can(self, ability: type) -> bool:
        """Whether the adapter has an ability, and this account's settings do not rule it out."""
        return isinstance(self.adapter, ability) and ability not in self.adapter.disabled_abilities()

    def able(self, ability: type[A], operation: str) -> A:
        """Return the adapter as one that has an ability, or raise `UnsupportedError` naming provider and operation."""
        disabled = self.adapter.disabled_abilities()
        if isinstance(self.adapter, ability) and ability not in disabled:
            return self.adapter
        why = f"; {disabled[ability]}" if ability in disabled else ""
        raise UnsupportedError(f"{self.name} ({self.adapter.name}) has no {operation}{why}")

    async def authorise(self, conversation: Conversation[Token]) -> None:
        """Drive a conversation of the adapter that gains a token, and keep that from now on; for a login.

        Raises `UnsupportedError` if this vendor's credentials are not renewed.
        """
        transport = self._renewing()
        with self._named():
            await self.engine.protect(transport.authorise, conversation)

    async def renew_credentials(self) -> None:
        """Renew the account's token now; for a timer that keeps it alive while nothing is sent.

        Raises `AuthenticationError` if it cannot be, `UnsupportedError` if this vendor's credentials are not renewed.
        """
        transport = self._renewing()
        with self._named():
            await self.engine.protect(transport.renew)

    async def close(self) -> None:
        """Wait for a renewal that goes on though its caller was cancelled; close the connections."""
        await self.engine.rest()
        await self.engine.protect(self._transport.close)

    async def _converse(self, asker: Asker, conversation: Conversation[T]) -> T:
        with self._named():
            return stamped(await drive(conversation, asker.ask), self.name)

    def _renewing(self) -> RenewingTransport:
        if isinstance(self._transport, RenewingTransport):
            return self._transport
        raise UnsupportedError(f"{self.name} ({self.adapter.name}) has no credentials that are renewed")

    def _sending(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        """Begin within the conversation: an adapter may fail before its first request too."""
        return (yield from self.adapter.send(self.senders.filled(message), submission))

    def _sending_bulk(
        self, adapter: SendsBulk, sends: Sequence[tuple[Message, Submission]]
    ) -> Conversation[Sequence[object]]:
        messages, submissions = zip(*sends, strict=True)
        given = [self.senders.filled(message) for message in messages]
        results: object = yield from adapter.send_bulk(given, submissions)
        if not isinstance(results, list | tuple):
            raise TypeError("a bulk send returns a list")
        return results

    def _checked(self, result: object) -> Accepted | ProviderError:
        """Return what an adapter returned if it is an outcome, else an error: the message may have been sent."""
        if isinstance(result, Accepted) and isinstance(result.message_id, str) and result.message_id:
            return evolve(result, notes=tuple(map(self._mask.text, result.notes))) if result.notes else result
        if isinstance(result, ProviderError):
            self._name(result)
            return result
        return UnknownOutcomeError(
            f"the adapter must return an Accepted with an id, got {type(result).__name__} (an error in the adapter); "
            f"{MAY_HAVE_BEEN_SENT}",
            provider=self.name,
        )

    def _callback_url(self, submission_id: str) -> str | None:
        wanted, adapter = self.adapter.settings.callbacks, self.adapter
        if self.report_addresses is None or not self.can(ReadsWebhooks) or wanted is False:
            return None
        if adapter.billed_callbacks and not wanted:
            return None
        self._mask.add(self.report_addresses.secrets_of(self.name))  # a vendor that refuses the address may quote it
        return self.report_addresses.callback_url(self.name, submission_id)

    def _asker(self, operation: str, deadline: float | Deadline | None) -> Asker:
        limited = Deadline.at(self.adapter.settings, deadline, self.engine.now)
        return Asker(operation, self.adapter, self._transport, self.on_request, self._mask, limited, self.engine)

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Put the account's name into what a conversation raises, and take out credentials that a vendor repeated."""
        try:
            yield
        except ProviderError as error:
            self._name(error)
            raise
        except SmsgateError as error:
            self._mask.clean(error)
            raise

    def _name(self, error: ProviderError) -> None:
        error.provider = self.name
        self._mask.clean(error)
