"""Messages on their way out: `POST Messages.json`; and looking for one whose answer was lost.

The vendor has no deduplication and no reference. Its calls to the address of a submission name the message and prove
it; that none came proves nothing, as none is made for the first status (DOC). So the list of the messages to the
recipient is searched by text and time, where two equal texts leave the outcome open.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import ClassVar

import smsgate
from smsgate import Accepted, Doubt, InvalidMessageError, Matches, Message, Status, Submission, UnknownOutcomeError
from smsgate_twilio.errors import failure
from smsgate_twilio.messages import CLOCK_DIFFERENCE, MessageReply, Messages

__all__ = ["Sending"]

SOONEST, LATEST = timedelta(minutes=5), timedelta(days=35)
"""How far ahead a message may be scheduled (SPEC, DOC)."""
SHORTEST, LONGEST = timedelta(seconds=1), timedelta(hours=10)
"""How long a message may wait in the vendor's queue; the time on the network is not limited by it (SPEC)."""
SURELY = timedelta(seconds=2)
"""How far the vendor's clock may be behind for its message to be taken as ours: its times are in whole seconds."""
MOST_PAGES = 50
"""Pages of messages to one recipient that are searched."""
CHANGING = frozenset({"AddressRetention", "ContentRetention", "ContentSid", "ShortenUrls"})
"""Fields of `extra` with which the vendor shows another text or number than it was given (SPEC)."""


class Sending(
    Messages, smsgate.ChoosesSender, smsgate.SendsLater, smsgate.LimitsValidity, smsgate.SendsMedia, smsgate.Reconciles
):
    """What concerns messages that are sent; `settling` is 15 minutes (PRESUMED)."""

    service_pattern: ClassVar[str] = "MG[0-9a-fA-F]{32}"
    """The ids of messaging services, each a pool of senders (SPEC)."""
    media_at_most = 10

    def send(self, message: Message, submission: Submission) -> smsgate.Conversation[Accepted]:
        """SPEC: POST Messages.json. An answer that shows a failed message is a refusal, by its code (PRESUMED)."""
        form = self._form(message, submission)
        answer = yield smsgate.Request("POST", "Messages.json", form=form, effect=smsgate.Effect.SENDS)
        reply = answer.read(MessageReply)
        if reply.raw_status == "failed":
            error = failure(reply.error_code or 0, reply.error_message)
            error.message_id = reply.id
            raise error
        if reply.error_code is not None:
            reason = f"the answer shows a message as {reply.raw_status} with error {reply.error_code}"
            raise UnknownOutcomeError(reason, code=str(reply.error_code), message_id=reply.id)
        return _accepted(reply)

    def reconcile(self, doubt: Doubt) -> smsgate.Conversation[Accepted | Matches | None]:
        """SPEC: GET Messages.json?To=.. whole: a message that is not sent yet has no day to filter by."""
        if doubt.message_id is not None:
            try:
                return _accepted((yield from self.message(doubt.message_id)))
            except smsgate.NotFoundError:
                pass
        if changing := sorted(CHANGING & doubt.message.extra.get(self.name, {}).keys()):
            raise UnknownOutcomeError(f"a message with {', '.join(changing)} is not shown as it was sent; look by hand")
        fetch = partial(self.page, filters={"To": doubt.message.to})
        found = yield from smsgate.read_pages(fetch, most=MOST_PAGES, enough=lambda page: page.skipped > 0)
        if found.skipped or found.next is not None:
            raise UnknownOutcomeError("the vendor's messages to this number are too many, or some cannot be read")
        oldest_first = sorted(found.items, key=lambda each: each.date_created or doubt.since)
        judged = ((_accepted(each), self._fits(each, doubt)) for each in oldest_first)
        return Matches.of((each, certain) for each, certain in judged if certain is not None)

    def _form(self, message: Message, submission: Submission) -> dict[str, str | list[str]]:
        by_service = re.fullmatch(self.service_pattern, message.sender or "")
        own: dict[str, str | list[str] | None] = {
            "To": message.to,
            "Body": message.text or None,
            "MediaUrl": [media.url for media in message.media] or None,
            "MessagingServiceSid" if by_service else "From": message.sender,
            "StatusCallback": submission.callback_url,
            "ValidityPeriod": self._validity(message.validity),
        }
        form = _written(message.extra.get(self.name, {})) | smsgate.given(own)
        if not form.keys() & {"From", "MessagingServiceSid"}:
            raise InvalidMessageError(f"{self} sends nothing without a sender; give the message one, or set [senders]")
        return form | self._schedule(message.send_at, by_service="MessagingServiceSid" in form)

    def _validity(self, validity: timedelta | None) -> str | None:
        if validity is not None and not SHORTEST <= validity <= LONGEST:
            raise InvalidMessageError(f"{self} takes a validity of 1 second to 10 hours, got {validity}")
        return None if validity is None else str(int(validity.total_seconds()))

    def _schedule(self, send_at: datetime | None, *, by_service: bool) -> dict[str, str | list[str]]:
        if send_at is None:
            return {}
        if not by_service:
            raise InvalidMessageError(f"{self} schedules only by a messaging service; set its id (MG..) as the sender")
        if not SOONEST < send_at - datetime.now(UTC) <= LATEST:
            raise InvalidMessageError(f"{self} takes a send_at of 5 minutes to 35 days ahead, got {send_at}")
        return {"ScheduleType": "fixed", "SendAt": f"{send_at:%Y-%m-%dT%H:%M:%SZ}"}

    def _fits(self, reply: MessageReply, doubt: Doubt) -> bool | None:
        """Whether a message is certainly no older than the one looked for and the same; None where it is not that one.

        One without a time may be, and one that was redacted. A text may have other characters than letters and digits
        replaced: services do so (PRESUMED: by default). Of senders only another number is certainly not ours. One with
        another number of files may be ours too: some networks get a link instead (PRESUMED).
        """
        at, ours, last = reply.date_created, doubt.message, doubt.until and doubt.until + self.settling
        in_time = at is None or doubt.since - CLOCK_DIFFERENCE <= at <= (last or at)
        numbers = {sender for sender in (reply.sender, ours.sender) if (sender or "").startswith("+")}
        same = not reply.text or _letters(reply.text) == _letters(ours.text)
        fits = in_time and same and len(numbers) < 2 and reply.way == "outbound-api"
        shown, sent = (reply.text or "", reply.files or 0), (ours.text, len(ours.media))
        return (at is not None and at >= doubt.since - SURELY and shown == sent) if fits else None


def _accepted(reply: MessageReply) -> Accepted:
    """Say that the vendor has a message."""
    status = Status.SCHEDULED if reply.status is Status.SCHEDULED else Status.QUEUED
    return Accepted(message_id=reply.id, status=status, sender=reply.sender, raw=reply.raw)


def _written(extra: Mapping[str, object]) -> dict[str, str | list[str]]:
    """Write the fields of `extra` as a form has them: true and false in words, a list as a field for each value."""
    return {name: value if isinstance(value, str | list) else json.dumps(value) for name, value in extra.items()}


def _letters(text: str) -> list[str]:
    return [character for character in unicodedata.normalize("NFKD", text).casefold() if character.isalnum()]
