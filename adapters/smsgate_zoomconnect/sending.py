"""Messages on their way out: `sms/send`, `sms/send-bulk`, and what became of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from smsgate import (
    Accepted,
    Adapter,
    Answer,
    Conversation,
    DeliveryReport,
    Doubt,
    Effect,
    InsufficientCreditError,
    InvalidRecipientError,
    MalformedAnswerError,
    Message,
    NotFoundError,
    NotSentError,
    OptedOutError,
    Reconciles,
    RejectedError,
    Request,
    SendsBulk,
    SendsLater,
    Status,
    TellsStatus,
    UnknownOutcomeError,
    searchable,
    tells_no_credit,
)
from smsgate_zoomconnect.dates import read_moment, send_date
from smsgate_zoomconnect.lists import has_more, read_entries, read_entry
from smsgate_zoomconnect.replies import BulkReply, MessageReply, SendReply, as_number
from smsgate_zoomconnect.settings import ZoomConnectSettings

__all__ = ["BulkResult", "Sending"]

BulkResult = Accepted | RejectedError | NotSentError | UnknownOutcomeError

LONGEST_REFERENCE = 50
"""Characters of a `dataField` that surely come back whole: one client cuts at 50, a limit is PRESUMED."""
MOST_PAGES = 10
"""Pages of `messages/all` that are searched for one reference."""
MAY_BE_SENT = "the message may have been sent"
CLOCK_DIFFERENCE = timedelta(minutes=10)
"""How far the vendor's clock may be behind ours."""


class Sending(Adapter[ZoomConnectSettings], SendsBulk, SendsLater, TellsStatus, Reconciles):
    """What concerns messages that are sent."""

    def send(self, message: Message) -> Conversation[Accepted]:
        """Guide: POST sms/send. A 2xx whose `error` is filled is a refusal."""
        answer = yield Request("POST", "sms/send", json=self._body(message), effect=Effect.SENDS)
        result = _result(answer, answer.json(), message)
        if isinstance(result, Accepted):
            return result
        raise result

    @property
    def bulk_size(self) -> int:
        """The setting."""
        return self.settings.bulk_size

    def send_bulk(self, messages: Sequence[Message]) -> Conversation[Sequence[BulkResult]]:
        """Guide: POST sms/send-bulk."""
        return (yield from self.send_paced(messages, self.settings.messages_per_minute, None))

    def send_paced(
        self, messages: Sequence[Message], per_minute: int | None, send_at: datetime | None
    ) -> Conversation[Sequence[BulkResult]]:
        """Guide: POST sms/send-bulk, with its own pace and its date for messages without one.

        The answers name no recipient. That they stand in the order of the messages is PRESUMED; where their number
        differs, none of them counts.
        """
        body = {
            "sendSmsRequests": [self._body(message) for message in messages],
            "defaultDateToSend": send_at and send_date(send_at, self.settings),
            "messagesPerMinute": per_minute,
        }
        written = {name: value for name, value in body.items() if value is not None}
        answer = yield Request("POST", "sms/send-bulk", json=written, effect=Effect.SENDS)
        replies = answer.read(BulkReply).sendSmsResponses
        if len(replies) != len(messages):
            raise MalformedAnswerError(f"POST sms/send-bulk gave {len(replies)} answers to {len(messages)} messages")
        return [_result(answer, reply, message, send_at) for reply, message in zip(replies, messages, strict=True)]

    def status(self, message_id: str) -> Conversation[DeliveryReport]:
        """Guide: GET messages/{messageId}."""
        answer = yield Request("GET", "messages/{message_id}", ids={"message_id": message_id})
        reply = read_entry(answer, MessageReply, answer.json())
        if reply.messageStatus is None and not reply.is_inbound:
            raise MalformedAnswerError(f"the answer to {answer.asked} has no messageStatus")
        return reply.report(self.provider, answer.raw())

    def reconcile(self, doubt: Doubt) -> Conversation[Accepted | None]:
        """Look for the message by its id, if the vendor gave one, or by its reference, which no other message may have.

        A message without one, or with one that the vendor may have cut, cannot be found: that stays unclear.
        """
        reference = doubt.message.reference
        if doubt.message_id is not None:
            found_by_id = yield from self._with_id(doubt.message_id)
            if found_by_id is not None or reference is None:
                return found_by_id
        if reference is None or len(reference) > LONGEST_REFERENCE:
            raise UnknownOutcomeError(
                f"only a message with a reference of at most {LONGEST_REFERENCE} characters can be looked for"
            )
        found: list[MessageReply] = []
        for page in range(1, MOST_PAGES + 1):
            query: dict[str, str | int] = {"type": "OUTBOUND", "dataField": reference, "page": page}
            answer = yield Request("GET", "messages/all", query=query)
            listed = read_entries(answer, "webServiceMessages", MessageReply, lambda reply, _: reply)
            if listed.skipped:
                raise UnknownOutcomeError(
                    f"{listed.skipped} messages with a reference like {reference!r} cannot be read"
                )
            found += self._matches(doubt, listed.items)
            if not has_more(answer, page):
                return _only(found, reference)
        raise UnknownOutcomeError(f"more than {MOST_PAGES} pages of messages have a reference like {reference!r}")

    def _with_id(self, message_id: str) -> Conversation[Accepted | None]:
        try:
            answer = yield Request("GET", "messages/{message_id}", ids={"message_id": message_id})
        except NotFoundError:
            return None
        return _accepted(read_entry(answer, MessageReply, answer.json()))

    def _matches(self, doubt: Doubt, listed: Sequence[MessageReply]) -> Iterator[MessageReply]:
        """Give the messages that may be the one in doubt: those of the same reference and number, and no older."""
        for message in listed:
            sent_at = read_moment(message.dateTimeSent, self.settings)
            older = sent_at is not None and sent_at < doubt.since - CLOCK_DIFFERENCE
            to = as_number(message.toNumber)
            if message.userDataField == doubt.message.reference and to in {None, doubt.message.to} and not older:
                yield message

    def _body(self, message: Message) -> dict[str, object]:
        fields = {
            "recipientNumber": message.to,
            "message": message.text,
            "campaign": message.campaign,
            "dateToSend": message.send_at and send_date(message.send_at, self.settings),
            "dataField": message.reference,
        }
        written = {name: value for name, value in fields.items() if value is not None}
        return {**message.extra.get(self.name, {}), **written}


def _result(answer: Answer, said: object, message: Message, send_at: datetime | None = None) -> BulkResult:
    """Return what the answer says of one message; only an id alone, or an error alone, proves something."""
    try:
        reply = read_entry(answer, SendReply, said)
    except MalformedAnswerError as error:
        return error.become(UnknownOutcomeError, f"{error.reason}; {MAY_BE_SENT}")
    if reply.messageId:
        return _identified(reply, said, Status.SCHEDULED if message.send_at or send_at else Status.QUEUED)
    if reply.words:
        return _refused(reply.words)
    return UnknownOutcomeError(f"the vendor gave neither an id nor an error; {MAY_BE_SENT}")


def _identified(reply: SendReply, said: object, status: Status) -> Accepted | UnknownOutcomeError:
    message_id = reply.messageId if reply.has_id else None
    if (error := reply.found_error) is not None:
        told = f"the vendor gave an id and an error ({str(error)[:200]}); {MAY_BE_SENT}"
        return UnknownOutcomeError(told, message_id=message_id)
    if message_id is None:
        return UnknownOutcomeError(f"the vendor gave {reply.messageId!r} as the id; {MAY_BE_SENT}")
    return Accepted(message_id=message_id, status=status, raw=said if isinstance(said, dict) else {})


_OPTED_OUT = re.compile(r"\bopt(?:ed)?[ _-]?out\b")
_BAD_NUMBER = re.compile(r"\b(?:mobile number|invalid number|recipient)\b")
"""PRESUMED words; whole ones, since a refusal may quote the message."""


def _refused(error: str) -> RejectedError | NotSentError:
    """Tell what the `error` of a 2xx is about; its wording is documented nowhere, so PRESUMED by keyword."""
    if tells_no_credit(error):
        return InsufficientCreditError(error)
    words = searchable(error)
    if _OPTED_OUT.search(words):
        return OptedOutError(error)
    return InvalidRecipientError(error) if _BAD_NUMBER.search(words) else RejectedError(error)


def _only(found: list[MessageReply], reference: str) -> Accepted | None:
    ids = {message.messageId: message for message in found}
    if len(ids) > 1:
        raise UnknownOutcomeError(f"{len(ids)} messages have the reference {reference!r}; give each its own")
    return next(map(_accepted, ids.values()), None)


def _accepted(message: MessageReply) -> Accepted:
    status = Status.SCHEDULED if message.status is Status.SCHEDULED else Status.QUEUED
    return Accepted(message_id=message.messageId, status=status)
