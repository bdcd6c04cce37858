"""An account without a vendor: it accepts every message, makes no request, and keeps what it accepted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from smsgate import (
    Accepted,
    Adapter,
    ChoosesSender,
    Conversation,
    Converse,
    DeliveryReport,
    LimitsValidity,
    Message,
    NotFoundError,
    SendsLater,
    SendsMedia,
    Status,
    Submission,
    TellsStatus,
)
from smsgate_memory.message_file import MessageFile
from smsgate_memory.outbox import Outbox
from smsgate_memory.settings import MemorySettings

__all__ = ["Memory"]


class Memory(Adapter[MemorySettings], SendsLater, ChoosesSender, LimitsValidity, SendsMedia, TellsStatus):
    """Keeps messages in a list: `provider.vendor` is its `Outbox`."""

    name = "memory"
    title = "No account: keeps messages in memory, for tests"
    Settings = MemorySettings
    service_pattern = r"(?=\D*\d)[A-Za-z0-9_-]{20,}"
    """As ids of pools mostly are, so that the settings of other vendors' senders can be used."""
    media_at_most = 10

    def __init__(self, settings: MemorySettings, *, provider: str) -> None:
        super().__init__(settings, provider=provider)
        self.outbox = Outbox(settings.keep)
        """What was accepted."""
        self._file = None if settings.file is None else MessageFile(settings.file)

    def headers(self) -> Mapping[str, str]:
        """Return nothing: there are no credentials."""
        return {}

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        """Keep a message, which is delivered at once, or at its time."""
        yield from ()
        if self._file is not None:
            self._file.add(submission.id, message, self.provider)
        self.outbox.add(submission.id, message)
        return Accepted(message_id=submission.id, status=_status(message), sender=message.sender)

    def status(self, message_id: str) -> Conversation[DeliveryReport]:
        """Return that a message was delivered, or waits for its time."""
        yield from ()
        message = self.outbox.find(message_id)
        if message is None:
            raise NotFoundError(f"{message_id[:40]!r} is no message of this process, or was forgotten")
        status = _status(message)
        return DeliveryReport(provider=self.provider, message_id=message_id, status=status, raw_status=status.value)

    def extras(self, converse: Converse) -> Outbox:
        """Return the messages."""
        return self.outbox


def _status(message: Message) -> Status:
    waits = message.send_at is not None and message.send_at > datetime.now(UTC)
    return Status.SCHEDULED if waits else Status.DELIVERED
