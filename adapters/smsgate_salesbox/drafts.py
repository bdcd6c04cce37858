"""Drafts: texts that are made, looked at, changed, and sent later, by a next try or by hand."""

from __future__ import annotations

from datetime import datetime
from threading import Lock

from smsgate import (
    Accepted,
    BoundedMap,
    Conversation,
    Effect,
    Extras,
    InvalidMessageError,
    Message,
    ProviderError,
    Request,
    StoredMessage,
    given,
    notice_forks,
    operation,
)
from smsgate_salesbox.envelope import read_one
from smsgate_salesbox.errors import read_submitted
from smsgate_salesbox.text_messages import MessageReply

__all__ = ["Drafts", "SalesboxExtras", "message_fields", "send_draft"]

MOST = 10_000
"""Drafts remembered in a process; the oldest are forgotten first."""


class Drafts:
    """Which message has a draft at the vendor, so that its next try makes no other; threads share it."""

    def __init__(self) -> None:
        self._ids: BoundedMap[Message, str] = BoundedMap(MOST)
        self._lock = Lock()
        notice_forks(self)

    def after_fork_in_child(self) -> None:
        """Leave the drafts to the parent: used by both, one would be sent twice."""
        self._lock = Lock()
        self._ids.clear()

    def take(self, message: Message) -> str | None:
        """Return the draft of a message and forget it, so that no other thread sends it too."""
        with self._lock:
            return self._ids.pop(message, None)

    def keep(self, message: Message, draft_id: str) -> None:
        """Remember a draft for the next try, unless it is another message's."""
        with self._lock:
            if draft_id not in self._ids.values():
                self._ids[message] = draft_id


def message_fields(text: str | None, to: str | None, send_at: datetime | None) -> dict[str, object]:
    """Return the documented fields that are given; a time is ISO 8601 with an offset."""
    time = send_at and send_at.isoformat(timespec="seconds")
    return given({"content": text, "recipient": to, "scheduledFor": time})


def send_draft(message_id: str) -> Conversation[Accepted]:
    """Documentation: POST text-messages/{id}/send. Every error knows the id."""
    path, ids = "text-messages/{message_id}/send", {"message_id": message_id}
    try:
        answer = yield Request("POST", path, ids=ids, effect=Effect.SENDS)
        return Accepted(message_id=message_id, raw=read_submitted(answer, message_id))
    except ProviderError as error:
        error.message_id = message_id
        raise


class SalesboxExtras(Extras):
    """What Salesbox has beside the neutral operations: ``gateway.provider("box").vendor``."""

    @operation
    def edit(
        self, message_id: str, *, text: str | None = None, to: str | None = None, send_at: datetime | None = None
    ) -> Conversation[StoredMessage]:
        """Change the given fields of a message; `to` is E.164, `send_at` an aware time.

        Raises `NotFoundError` for an unknown id. Whether a message that is out can be edited is not documented.
        Documentation: PATCH text-messages/{id}/edit.
        """
        if send_at is not None and send_at.utcoffset() is None:
            raise InvalidMessageError(f"send_at {send_at} has no time zone; give it one: datetime(..., tzinfo=UTC)")
        path, ids = "text-messages/{message_id}/edit", {"message_id": message_id}
        answer = yield Request("PATCH", path, ids=ids, json=message_fields(text, to, send_at), effect=Effect.IDEMPOTENT)
        return read_one(answer, "textMessage", MessageReply).stored()

    @operation
    def send_draft(self, message_id: str) -> Conversation[Accepted]:
        """Send a message that exists; raises `UnknownOutcomeError` where a text may be out, and is never repeated."""
        return (yield from send_draft(message_id))
