"""Messages on their way out: `sms/send`, `sms/send-bulk`, and looking for one whose outcome is unknown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from attrs import frozen

from smsgate import (
    Accepted,
    Adapter,
    Answer,
    Conversation,
    Doubt,
    Effect,
    MalformedAnswerError,
    Matches,
    Message,
    NotFoundError,
    NotSentError,
    Page,
    Reconciles,
    RejectedError,
    Request,
    SendsBulk,
    SendsLater,
    Status,
    Submission,
    UnknownOutcomeError,
    given,
    read_pages,
)
from smsgate_zoomconnect.answers import Digits
from smsgate_zoomconnect.dates import moment_of, send_date
from smsgate_zoomconnect.errors import refused
from smsgate_zoomconnect.message_reply import MessageReply, read_messages
from smsgate_zoomconnect.messages import CLOCK_DIFFERENCE
from smsgate_zoomconnect.settings import ZoomConnectSettings

__all__ = ["BulkResult", "Sms"]

BulkResult = Accepted | RejectedError | NotSentError | UnknownOutcomeError

LONGEST_REFERENCE = 50
"""Characters of a `dataField` that surely come back whole: one client cuts at 50, a limit is PRESUMED."""
MOST_PAGES = 10
"""Pages of `messages/all` that are searched for one reference; of a longer list the vendor ignored `dataField`."""
MAY_BE_SENT = "the message may have been sent"
_NO_ID = re.compile(r"\s*|0+|-[0-9]+")
"""What is no id: blank, 0, or a negative number (PRESUMED)."""


@frozen
class SendReply:
    """The answer to one message: an id or, also in a 2xx, an error. Both together prove neither.

    That an `error` which is false, blank or empty is none, and that the fields of RestErrorDTO may come beside an id,
    is PRESUMED.
    """

    messageId: Digits = None
    error: object = None
    code: object = None
    message: object = None
    developerMessage: object = None
    errorMessage: object = None

    @property
    def words(self) -> str:
        """The documented `error`, which is text; "" where there is none."""
        return self.error if isinstance(self.error, str) and self.error.strip() else ""

    @property
    def found_error(self) -> object:
        """The first field that says an error, in whichever form; None where none does."""
        fields = (self.error, self.errorMessage, self.message, self.developerMessage, self.code)
        return next((each for each in fields if (each.strip() if isinstance(each, str) else each)), None)

    def identified(self, said: object, status: Status) -> Accepted | UnknownOutcomeError:
        """Return what an answer with an id proves."""
        message_id = None if _NO_ID.fullmatch(self.messageId or "") else self.messageId
        if (error := self.found_error) is not None:
            reason = f"the vendor gave an id and an error ({str(error)[:200]}); {MAY_BE_SENT}"
            return UnknownOutcomeError(reason, message_id=message_id)
        if message_id is None:
            return UnknownOutcomeError(f"the vendor gave {self.messageId!r} as the id; {MAY_BE_SENT}")
        return Accepted(message_id=message_id, status=status, raw=said if isinstance(said, dict) else {})


@frozen
class _BulkReply:
    """The answers to many messages; they name no recipient."""

    sendSmsResponses: list[object]


class Sms(Adapter[ZoomConnectSettings], SendsBulk, SendsLater, Reconciles):
    """What concerns messages that are sent."""

    sends_references = True

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        """Guide: POST sms/send. A 2xx whose `error` is filled is a refusal."""
        body = self._body(message, submission.reference)
        answer = yield Request("POST", "sms/send", json=body, effect=Effect.SENDS)
        result = _result(answer, answer.json(), message)
        if isinstance(result, Accepted):
            return result
        raise result

    @property
    def bulk_size(self) -> int:
        """The setting."""
        return self.settings.bulk_size

    def send_bulk(
        self, messages: Sequence[Message], submissions: Sequence[Submission]
    ) -> Conversation[Sequence[BulkResult]]:
        """Guide: POST sms/send-bulk."""
        references = [submission.reference for submission in submissions]
        return (yield from self.send_paced(messages, references, self.settings.messages_per_minute, None))

    def send_paced(
        self,
        messages: Sequence[Message],
        references: Sequence[str | None],
        per_minute: int | None,
        send_at: datetime | None,
    ) -> Conversation[Sequence[BulkResult]]:
        """Guide: POST sms/send-bulk, with its own pace and its date for messages without one.

        The answers name no recipient. That they are in the order of the messages is PRESUMED; where their number
        differs, none of them counts.
        """
        body: dict[str, object] = {
            "sendSmsRequests": [self._body(*each) for each in zip(messages, references, strict=True)],
            "defaultDateToSend": send_at and send_date(send_at, self.settings),
            "messagesPerMinute": per_minute,
        }
        answer = yield Request("POST", "sms/send-bulk", json=given(body), effect=Effect.SENDS)
        replies = answer.read(_BulkReply).sendSmsResponses
        if len(replies) != len(messages):
            raise MalformedAnswerError(f"POST sms/send-bulk gave {len(replies)} answers to {len(messages)} messages")
        return [_result(answer, reply, message, send_at) for reply, message in zip(replies, messages, strict=True)]

    def reconcile(self, doubt: Doubt) -> Conversation[Accepted | Matches | None]:
        """Look for the message by its id, if the vendor gave one, or by its reference.

        The submission's id is this message's alone; a reference of the application's may be another message's, too. A
        message without one, or with one that the vendor may have cut, cannot be found: that stays unclear.
        """
        reference = self._data_field(doubt.message, doubt.reference)
        if doubt.message_id is not None:
            found_by_id = yield from _with_id(doubt.message_id)
            if found_by_id is not None or reference is None:
                return found_by_id
        if not isinstance(reference, str) or len(reference) > LONGEST_REFERENCE:
            raise UnknownOutcomeError(
                f"only a message with a reference of at most {LONGEST_REFERENCE} characters can be looked for"
            )
        found = yield from _with_reference(reference)
        fitting = {message.id: message for message in self._matches(doubt, reference, found)}
        if len(fitting) > 1:
            raise UnknownOutcomeError(f"{len(fitting)} messages have the reference {reference!r}; give each its own")
        if _is_own(reference, doubt):
            return next(map(_accepted, fitting.values()), None)
        return Matches.of((_accepted(message), True) for message in fitting.values())

    def _matches(self, doubt: Doubt, reference: str, listed: Sequence[MessageReply]) -> Iterator[MessageReply]:
        """Give the messages that may be the one looked for: those of the same reference and number.

        A reference of the application's may be that of several: then an older one, or one that another entry of the
        journal has, is not it. What has the submission's id is it, whichever of two clocks is wrong.
        """
        for message in listed:
            sent_at = moment_of(message.sent, self.settings)
            older = sent_at is not None and sent_at < doubt.since - CLOCK_DIFFERENCE
            fits = message.reference == reference and message.to in {None, doubt.message.to}
            if fits and (_is_own(reference, doubt) or not (older or message.id in doubt.taken)):
                yield message

    def _body(self, message: Message, reference: str | None) -> dict[str, object]:
        fields = {
            "recipientNumber": message.to,
            "message": message.text,
            "campaign": message.campaign,
            "dateToSend": message.send_at and send_date(message.send_at, self.settings),
            "dataField": self._data_field(message, reference),
        }
        return {**message.extra.get(self.name, {}), **given(fields)}

    def _data_field(self, message: Message, reference: str | None) -> object:
        """Return the `dataField`: the message's reference, or one of its `extra`, or what the submission gives."""
        return message.reference or message.extra.get(self.name, {}).get("dataField") or reference


def _result(answer: Answer, said: object, message: Message, send_at: datetime | None = None) -> BulkResult:
    """Return what the answer says of one message; only an id alone, or an error alone, proves something."""
    try:
        reply = answer.read(SendReply, said)
    except MalformedAnswerError as error:
        return error.become(UnknownOutcomeError, f"{error.reason}; {MAY_BE_SENT}")
    if reply.messageId:
        return reply.identified(said, Status.SCHEDULED if message.send_at or send_at else Status.QUEUED)
    if reply.words:
        return refused(reply.words)
    return UnknownOutcomeError(f"the vendor gave neither an id nor an error; {MAY_BE_SENT}")


def _is_own(reference: str, doubt: Doubt) -> bool:
    """Whether a reference is the submission's id, which no other message has."""
    return doubt.submission is not None and reference == doubt.submission.id


def _with_id(message_id: str) -> Conversation[Accepted | None]:
    try:
        answer = yield Request("GET", "messages/{message_id}", ids={"message_id": message_id})
    except NotFoundError:
        return None
    return _accepted(answer.read(MessageReply))


def _with_reference(reference: str) -> Conversation[Sequence[MessageReply]]:
    """Return every message that the vendor lists for a reference, or raise `UnknownOutcomeError`."""

    def fetch(cursor: str | None) -> Conversation[Page[MessageReply]]:
        page = int(cursor or 1)
        query: dict[str, str | int] = {"type": "OUTBOUND", "dataField": reference, "page": page}
        return read_messages((yield Request("GET", "messages/all", query=query)), page)

    found = yield from read_pages(fetch, most=MOST_PAGES, enough=lambda page: page.skipped > 0)
    if found.skipped:
        raise UnknownOutcomeError(f"{found.skipped} messages with a reference like {reference!r} cannot be read")
    if found.next is not None:
        raise UnknownOutcomeError(f"more than {MOST_PAGES} pages of messages have a reference like {reference!r}")
    return found.items


def _accepted(message: MessageReply) -> Accepted:
    scheduled = message.status is Status.SCHEDULED
    return Accepted(message_id=message.id, status=Status.SCHEDULED if scheduled else Status.QUEUED)
