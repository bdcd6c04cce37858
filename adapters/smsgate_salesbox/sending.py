"""Documentation: sending a text message. A draft is made, then sent; only the second step sends it to the recipient."""

from __future__ import annotations

from datetime import datetime, timedelta

from smsgate import (
    Accepted,
    Adapter,
    Answer,
    Conversation,
    Doubt,
    Effect,
    Extras,
    InvalidMessageError,
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
    StoredMessage,
    Submission,
    UnknownOutcomeError,
    composed,
    given,
    operation,
)
from smsgate_salesbox.drafts import Drafts
from smsgate_salesbox.envelope import page_query, read_one, read_page
from smsgate_salesbox.errors import DRAFT, read_error, read_submitted, shown_in
from smsgate_salesbox.settings import SalesboxSettings
from smsgate_salesbox.text_messages import NEWEST_FIRST, MessageReply, read_message

__all__ = ["SalesboxExtras", "Sending", "send_draft"]

CLOCK_DIFFERENCE = timedelta(minutes=10)
"""How far the vendor's clock may be behind ours."""


class Sending(Adapter[SalesboxSettings], SendsLater, Reconciles):
    """What concerns messages that are sent."""

    def __init__(self, settings: SalesboxSettings, *, provider: str) -> None:
        super().__init__(settings, provider=provider)
        self._drafts = Drafts()

    @composed
    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        """Documentation: POST text-messages/new, then POST text-messages/{id}/send; with a time, the first alone."""
        if message.send_at is not None:
            return (yield from self._schedule(message))
        draft = self._drafts.take(message) or (yield from self._create(message))
        try:
            return (yield from send_draft(draft))
        except (NotSentError, RejectedError):  # no text is out: the next try of the message uses the draft
            self._drafts.keep(message, draft)
            raise

    @composed
    def reconcile(self, doubt: Doubt) -> Conversation[Accepted | Matches | None]:
        """Read the message: still a draft means not sent, anything later means that the vendor has it.

        A draft that is found is used by the next try. Where no id is known, the newest messages are searched for the
        same recipient and text.
        """
        if doubt.message_id is None:
            return (yield from self._search(doubt))
        try:
            reply = yield from read_message(doubt.message_id)
        except NotFoundError:
            return None
        if reply.raw_status is None:
            raise UnknownOutcomeError("the vendor does not say whether it is a draft", message_id=reply.id)
        if reply.raw_status == DRAFT:
            self._reuse(doubt, reply)
            return None
        return Accepted(message_id=reply.id, raw=reply.raw)

    def _reuse(self, doubt: Doubt, draft: MessageReply) -> None:
        if doubt.message.send_at is not None:  # PRESUMED: a scheduled message shows as a draft
            raise UnknownOutcomeError("it is a draft there, and perhaps scheduled", message_id=draft.id)
        self._drafts.keep(doubt.message, draft.id)

    def _search(self, doubt: Doubt) -> Conversation[Matches | None]:
        answer = yield Request("GET", "text-messages", query={**NEWEST_FIRST, **page_query(None)})
        newest = read_page(answer, "textMessages", MessageReply, None)
        if newest.skipped:
            raise UnknownOutcomeError(f"{newest.skipped} of the newest texts there cannot be read")
        fitting = [reply for reply in newest.items if _fits(reply, doubt)]
        out = [reply for reply in reversed(fitting) if reply.raw_status != DRAFT]
        drafts = [reply for reply in fitting if reply.raw_status == DRAFT]
        if len(drafts) > 1 and not out:
            raise UnknownOutcomeError(f"{len(drafts)} drafts there may be this message")
        if drafts and (not out or doubt.message.send_at is not None):
            self._reuse(doubt, drafts[0])
        return Matches.of((Accepted(message_id=reply.id, raw=reply.raw), _is_certain(reply)) for reply in out)

    def _create(self, message: Message) -> Conversation[str]:
        """Make a draft. If the answer is lost, a draft stays at the vendor that is never sent."""
        try:
            answer = yield Request("POST", "text-messages/new", json=self._body(message), effect=Effect.CHANGES)
        except (NotSentError, RejectedError):
            raise
        except ProviderError as error:
            note = f"the text was not sent, and a draft may be left at the vendor: {error.reason}"
            raise error.become(NotSentError, note) from None
        if (refused := read_error(answer)) is not None:
            raise refused.refusal()
        return _id_in(answer)

    def _schedule(self, message: Message) -> Conversation[Accepted]:
        """Make the message with its time; the vendor sends it then, so this one step may text the recipient."""
        answer = yield Request("POST", "text-messages/new", json=self._body(message), effect=Effect.SENDS)
        read_submitted(answer, None)
        return Accepted(message_id=_id_in(answer), status=Status.SCHEDULED, raw=shown_in(answer).raw)

    def _body(self, message: Message) -> dict[str, object]:
        return {**message.extra.get(self.name, {}), **message_fields(message.text, message.to, message.send_at)}


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


def _id_in(answer: Answer) -> str:
    """Return the id of the text that an answer shows, the one field that is needed of it."""
    if (id_ := shown_in(answer).id) is None:
        raise MalformedAnswerError(f"the answer to {answer.asked} has no id of a textMessage", code=str(answer.status))
    return id_


def _is_certain(reply: MessageReply) -> bool:
    return None not in (reply.created, reply.raw_status, reply.to, reply.text)


def _fits(reply: MessageReply, doubt: Doubt) -> bool:
    """Whether a text may be the message of unknown outcome; what is not said of it may be so."""
    if reply.to not in {None, doubt.message.to} or reply.text not in {None, doubt.message.text}:
        return False
    return reply.created is None or reply.created >= doubt.since - CLOCK_DIFFERENCE


class SalesboxExtras(Extras[Sending]):
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
        """Send a message that exists; never twice; raises `UnknownOutcomeError` where it may have been sent."""
        return (yield from send_draft(message_id))
