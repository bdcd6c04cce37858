"""What each message of an account goes out under, and whether it can."""

from __future__ import annotations

from attrs import evolve, frozen

from smsgate.adapter.abilities.sending import ChoosesSender
from smsgate.adapter.adapter import Adapter
from smsgate.adapter.settings import Settings
from smsgate.model.errors import InvalidMessageError
from smsgate.model.message import Message
from smsgate.model.numbers import country_of
from smsgate.model.sender import SenderKind, sender_kind
from smsgate.model.sender_rules import forbidden

__all__ = ["ChosenSender", "SenderChoice"]


@frozen
class ChosenSender:
    """What a message goes out under, and why."""

    sender: str
    reason: str
    """Such as "the message's own" or "[senders] ZA"."""


@frozen
class SenderChoice:
    """Chooses the sender of each message that has none, by the account's settings."""

    provider: str
    adapter: Adapter[Settings]

    def choose(self, message: Message) -> ChosenSender | None:
        """Return a message's own sender, or that of the settings; None for neither, or where the vendor takes none."""
        adapter, table = self.adapter, self.adapter.settings.senders
        if not isinstance(adapter, ChoosesSender) or ChoosesSender in adapter.disabled_abilities():
            return None
        if message.sender is not None:
            return ChosenSender(message.sender, "the message's own")
        found = None if table is None else table.choose(message.to, adapter.service_pattern)
        if table is None or found is None:
            return None
        sender, place = found
        return ChosenSender(sender, f"[{'' if table.common else f'providers.{self.provider}.'}senders] {place}")

    def sender(self, message: Message) -> str | None:
        """Return what a message goes out under, as far as that is chosen."""
        chosen = self.choose(message)
        return None if chosen is None else chosen.sender

    def filled(self, message: Message) -> Message:
        """Return a message as the adapter is given it: with a sender from the settings, where it has none."""
        sender = self.sender(message) if message.sender is None else None
        return message if sender is None else evolve(message, sender=sender)

    def check(self, message: Message) -> None:
        """Raise `InvalidMessageError` for what is no sender, and for one that the recipient's country forbids."""
        if (chosen := self.choose(message)) is None:
            return
        adapter = self.adapter
        pattern = adapter.service_pattern if isinstance(adapter, ChoosesSender) else None
        try:
            kind = sender_kind(chosen.sender, pattern)
        except ValueError as error:
            raise InvalidMessageError(f"{self.provider} ({adapter.name}): sender {error}") from None
        rule = forbidden(kind, country_of(message.to)) if kind is SenderKind.NAME else None
        if rule is not None:
            raise InvalidMessageError(
                f"{self.provider} ({adapter.name}): {rule}, got {chosen.sender!r} ({chosen.reason}); "
                "give the message, or the country in [senders], a number or a short code"
            )
