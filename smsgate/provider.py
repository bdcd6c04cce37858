"""One account at one vendor: its adapter, its settings, its connection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NoReturn, TypeVar

from smsgate.account import Balance
from smsgate.adapter import Accepted, Adapter, ChoosesSender, LimitsValidity, SendsLater, TellsBalance, TellsStatus
from smsgate.capability import Level, capabilities
from smsgate.conversation import Conversation, hold, hold_send
from smsgate.errors import InvalidMessageError, ProviderError, UnknownOutcomeError, UnsupportedError
from smsgate.event import DeliveryReport
from smsgate.exchange import Answer, Request
from smsgate.http import Transport
from smsgate.message import Message
from smsgate.settings import Settings, without
from smsgate.statuses import refusal

__all__ = ["Provider"]

_WISHES: dict[str, type] = {"send_at": SendsLater, "sender": ChoosesSender, "validity": LimitsValidity}
"""Fields of a message that must not be dropped in silence, and the ability that each needs."""

T = TypeVar("T")
A = TypeVar("A")


class Provider:
    """One account at one vendor, safe to share between threads. `gateway.provider(name)` gives it."""

    def __init__(self, name: str, adapter: Adapter[Settings], transport: Transport) -> None:
        self.name = name
        self.adapter = adapter
        self._transport = transport

    def send(self, message: Message) -> Accepted:
        """Hand one message to this vendor, and to no other.

        Raises `InvalidMessageError` where the vendor cannot do what the message asks, and a `ProviderError` where
        it fails; only `NotSentError` and `RejectedError` prove that no text is out.
        """
        self.check(message)
        with self._named():
            accepted: object = hold_send(self._sending(message), self._ask)
            if isinstance(accepted, Accepted) and isinstance(accepted.message_id, str) and accepted.message_id:
                return accepted
            raise UnknownOutcomeError(
                f"{self.adapter.name} ended a send without an Accepted that has an id, which is a mistake in the "
                "adapter; a text may be out, look before you send again"
            )

    def check(self, message: Message) -> None:
        """Raise `InvalidMessageError` where this vendor cannot do what the message asks; asks nobody."""
        for wish, ability in _WISHES.items():
            if getattr(message, wish) is not None and not isinstance(self.adapter, ability):
                raise InvalidMessageError(
                    f"{self.name} ({self.adapter.name}) takes no {wish}; leave it out or name another provider"
                )

    def status(self, message_id: str) -> DeliveryReport:
        """Ask what became of a message; raise `NotFoundError` for an unknown id, `UnsupportedError` if none can be."""
        return self._converse(self._able(TellsStatus, "status").status(message_id))

    def balance(self) -> Balance:
        """Ask for the credit left; raise `UnsupportedError` if the vendor does not tell."""
        return self._converse(self._able(TellsBalance, "balance").balance())

    @property
    def capabilities(self) -> Mapping[str, Level | None]:
        """Every operation that smsgate knows, with the level at which this provider has it; None is not at all."""
        return capabilities(type(self.adapter))

    def close(self) -> None:
        """Let go of the connections."""
        self._transport.close()

    def __repr__(self) -> str:
        return f"Provider({self.name!r}, adapter={self.adapter.name!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Provider holds secrets and connections and is not pickled; build a Gateway in each process")

    def _able(self, ability: type[A], operation: str) -> A:
        if isinstance(self.adapter, ability):
            return self.adapter
        raise UnsupportedError(f"{self.name} ({self.adapter.name}) has no {operation}")

    def _sending(self, message: Message) -> Conversation[Accepted]:
        """Begin within the conversation: an adapter may fail before its first request too."""
        return (yield from self.adapter.send(message))

    def _converse(self, conversation: Conversation[T]) -> T:
        with self._named():
            return hold(conversation, self._ask)

    def _ask(self, request: Request) -> Answer:
        answer = self._transport.ask(request, self.adapter.headers())
        if answer.ok:
            return answer
        raise self.adapter.explain(answer) or refusal(request, answer)

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Put the account's name into what a conversation raises, and take out any secret that a vendor echoed."""
        try:
            yield
        except ProviderError as error:
            error.provider = self.name
            error.reason = without(error.reason, self.adapter.settings.secrets)
            error.args = (error.reason,)
            raise
