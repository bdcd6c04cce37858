"""A message on its way out: a draft is made, then sent. Only the second step puts a text on air."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from smsgate import (
    Accepted,
    Adapter,
    Answer,
    Conversation,
    DeliveryReport,
    Doubt,
    Effect,
    MalformedAnswerError,
    Matches,
    Message,
    NotFoundError,
    NotSentError,
    ProviderError,
    Reconciles,
    RejectedError,
    Request,
    SendsLater,
    Status,
    TellsStatus,
    UnknownOutcomeError,
    composed,
)
from smsgate_salesbox.drafts import Drafts
from smsgate_salesbox.lists import page_query, read_one, read_page
from smsgate_salesbox.refusals import read_error
from smsgate_salesbox.replies import MessageReply
from smsgate_salesbox.settings import SalesboxSettings
from smsgate_salesbox.submitted import DRAFT, read_submitted, shown_in

__all__ = ["NEWEST_FIRST", "Sending", "message_fields"]

CLOCK_DIFFERENCE = timedelta(minutes=10)
"""How far the vendor's clock may be behind ours."""
NEWEST_FIRST: Mapping[str, str | int] = {"orderBy": "createdAt", "orderByDir": "desc"}


class Sending(Adapter[SalesboxSettings], SendsLater, TellsStatus, Reconciles):
    """What concerns messages that are sent."""

    def __init__(self, settings: SalesboxSettings, *, provider: str) -> None:
        super().__init__(settings, provider=provider)
        self._drafts = Drafts()

    @composed
    def send(self, message: Message) -> Conversation[Accepted]:
        """Documentation: POST text-messages/new, then POST text-messages/{id}/send; with a time, the first alone."""
        if message.send_at is not None:
            return (yield from self._schedule(message))
        draft = self._drafts.take(message) or (yield from self._create(message))
        return (yield from self._send_draft(message, draft))

    def status(self, message_id: str) -> Conversation[DeliveryReport]:
        """Documentation: GET text-messages/{id}; it gives no reason for a failure."""
        reply, raw = yield from self._read(message_id)
        if reply.status is None:
            raise MalformedAnswerError(f"the text {message_id} has no status in the vendor's answer")
        return reply.report(self.provider, raw)

    @composed
    def reconcile(self, doubt: Doubt) -> Conversation[Accepted | Matches | None]:
        """Read the message: still a draft means not sent, anything later means that the vendor has it.

        A draft that is found is used by the next try. Where no id is known, the newest messages are searched for the
        same recipient and text.
        """
        if doubt.message_id is None:
            return (yield from self._search(doubt))
        try:
            reply, raw = yield from self._read(doubt.message_id)
        except NotFoundError:
            return None
        if reply.status is None:
            raise UnknownOutcomeError("the vendor does not say whether it is a draft", message_id=str(reply.id))
        if reply.status == DRAFT:
            self._reuse(doubt, reply)
            return None
        return Accepted(message_id=str(reply.id), raw=raw)

    def _reuse(self, doubt: Doubt, draft: MessageReply) -> None:
        if doubt.message.send_at is not None:  # PRESUMED: a scheduled message shows as a draft
            raise UnknownOutcomeError("it is a draft there, and perhaps scheduled", message_id=str(draft.id))
        self._drafts.keep(doubt.message, str(draft.id))

    def _search(self, doubt: Doubt) -> Conversation[Matches | None]:
        answer = yield Request("GET", "text-messages", query={**NEWEST_FIRST, **page_query(None)})
        newest = read_page(answer, "textMessages", MessageReply, None, lambda reply, raw: (reply, raw))
        if newest.skipped:
            raise UnknownOutcomeError(f"{newest.skipped} of the newest texts there cannot be read")
        fitting = [(reply, raw) for reply, raw in newest.items if _fits(reply, doubt)]
        out = [(reply, raw) for reply, raw in reversed(fitting) if reply.status != DRAFT]
        drafts = [reply for reply, _ in fitting if reply.status == DRAFT]
        if len(drafts) > 1 and not out:
            raise UnknownOutcomeError(f"{len(drafts)} drafts there may be the one in doubt")
        if drafts and (not out or doubt.message.send_at is not None):
            self._reuse(doubt, drafts[0])
        if not out:
            return None
        return Matches(
            tuple(Accepted(message_id=str(reply.id), raw=raw) for reply, raw in out if _is_sure(reply)),
            tuple(str(reply.id) for reply, _ in out if not _is_sure(reply)),
        )

    def _create(self, message: Message) -> Conversation[str]:
        """Make a draft. If the answer is lost, an orphan stays at the vendor, which nobody sends."""
        try:
            answer = yield Request("POST", "text-messages/new", json=self._body(message), effect=Effect.CHANGES)
        except (NotSentError, RejectedError):
            raise
        except ProviderError as error:
            note = f"no text is out, though a draft may have been left at the vendor: {error.reason}"
            raise error.become(NotSentError, note) from None
        if (refused := read_error(answer)) is not None:
            raise refused.refusal()
        return _id_in(answer)

    def _send_draft(self, message: Message, draft: str) -> Conversation[Accepted]:
        """Send a draft; where no text is out, the next try of the message uses it."""
        try:
            return (yield from self.send_existing(draft))
        except (NotSentError, RejectedError):
            self._drafts.keep(message, draft)
            raise

    def send_existing(self, message_id: str) -> Conversation[Accepted]:
        """Documentation: POST text-messages/{id}/send. Every error knows the id."""
        try:
            answer = yield Request(
                "POST", "text-messages/{message_id}/send", ids={"message_id": message_id}, effect=Effect.SENDS
            )
            return Accepted(message_id=message_id, raw=read_submitted(answer, message_id))
        except ProviderError as error:
            error.message_id = message_id
            raise

    def _schedule(self, message: Message) -> Conversation[Accepted]:
        """Make the message with its time; the vendor sends it then, so this one step may put a text on air."""
        answer = yield Request("POST", "text-messages/new", json=self._body(message), effect=Effect.SENDS)
        read_submitted(answer, None)
        raw = read_one(answer, "textMessage", object)[1]
        return Accepted(message_id=_id_in(answer), status=Status.SCHEDULED, raw=raw)

    def _body(self, message: Message) -> dict[str, object]:
        written = message_fields(text=message.text, to=message.to, send_at=message.send_at)
        return {**message.extra.get(self.name, {}), **written}

    def _read(self, message_id: str) -> Conversation[tuple[MessageReply, Mapping[str, object]]]:
        answer = yield Request("GET", "text-messages/{message_id}", ids={"message_id": message_id})
        return read_one(answer, "textMessage", MessageReply)


def _id_in(answer: Answer) -> str:
    """Return the id of the text that an answer shows, the one field that is needed of it."""
    if (id_ := shown_in(answer).id) is None:
        raise MalformedAnswerError(f"the answer to {answer.asked} has no id of a textMessage", code=str(answer.status))
    return id_


def message_fields(*, text: str | None, to: str | None, send_at: datetime | None) -> dict[str, object]:
    """Return the documented fields that are given; a time is ISO 8601 with an offset."""
    fields = {"content": text, "recipient": to, "scheduledFor": send_at and send_at.isoformat(timespec="seconds")}
    return {name: value for name, value in fields.items() if value is not None}


def _is_sure(reply: MessageReply) -> bool:
    return None not in (reply.created, reply.status, reply.recipient, reply.content)


def _fits(reply: MessageReply, doubt: Doubt) -> bool:
    """Whether a text may be the message in doubt; what is not said of it may be so."""
    if reply.recipient not in {None, doubt.message.to} or reply.content not in {None, doubt.message.text}:
        return False
    return reply.created is None or reply.created >= doubt.since - CLOCK_DIFFERENCE
