"""Messages on their way out: POST v1/messages, a call for each."""

from __future__ import annotations

import re
from datetime import timedelta
from mimetypes import guess_type

from attrs import frozen

from smsgate import (
    Accepted,
    Adapter,
    ChoosesSender,
    Conversation,
    Effect,
    InvalidMessageError,
    LimitsValidity,
    Media,
    Message,
    Request,
    SendsMedia,
    Submission,
    fields,
    given,
)
from smsgate_vonage.settings import VonageSettings

__all__ = ["LONGEST_REFERENCE", "MESSAGES", "Sending"]

MESSAGES = "v1/messages"
LONGEST_REFERENCE = 40
"""Characters of `client_ref`: the description of the field says 100, its error 1450 says 40 (SPEC)."""
TTL = {"sms": (20, 604_800), "mms": (300, 259_200)}
"""The bounds of `ttl`, in seconds (SDK vonage_messages 1.8)."""
FILES = {"image": "image", "audio": "audio", "video": "video", "text/vcard": "vcard", "text/x-vcard": "vcard"}
"""The vendor's types of files (SPEC), by content type or its first half."""
_PLUS = re.compile(r"^\+(?=[0-9]+$)")


@frozen
class _SendReply:
    raw: fields.Raw
    message_id: fields.Id = fields.named("message_uuid")


class Sending(Adapter[VonageSettings], ChoosesSender, LimitsValidity, SendsMedia):
    """Sends messages."""

    sends_references = True
    media_at_most = 1

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        """SPEC: POST v1/messages. A 202 with an id accepts the message."""
        answer = yield Request("POST", MESSAGES, json=self._body(message, submission), effect=Effect.SENDS)
        return fields.into(Accepted, answer.read(_SendReply))

    def _body(self, message: Message, submission: Submission) -> dict[str, object]:
        extra, reference, callback = message.extra.get(self.name, {}), submission.reference, submission.callback_url
        if not message.sender and not extra.get("from"):
            raise InvalidMessageError("Vonage needs a sender; set message.sender, or [senders] for the country")
        if reference is not None and len(reference) > LONGEST_REFERENCE:
            what = f"Vonage takes a reference of at most {LONGEST_REFERENCE} characters, got {len(reference)}"
            raise InvalidMessageError(f"{what}; shorten it, or leave it out")
        channel, content = "sms", dict[str, object](message_type="text", text=message.text)
        if message.media:
            channel, content = "mms", _file(message.media[0], message.text)
        sender = message.sender and _PLUS.sub("", message.sender)
        numbers = {"channel": channel, "to": _PLUS.sub("", message.to), "from": sender, "client_ref": reference}
        report = {"webhook_url": callback, "webhook_version": callback and "v1"}
        ttl = {"ttl": message.validity and _seconds(message.validity, *TTL[channel])}
        return {**extra, **content, **given({**numbers, **ttl, **report})}


def _file(media: Media, caption: str) -> dict[str, object]:
    kind = media.content_type or guess_type(media.url.partition("?")[0])[0] or ""
    word = FILES.get(kind) or FILES.get(kind.partition("/")[0])
    if word is None:
        what = f"Vonage sends an image, audio, video or vCard, got {kind or 'a file of unknown type'}"
        raise InvalidMessageError(f"{what}; give Media(url, content_type)")
    return {"message_type": word, word: given({"url": media.url, "caption": caption or None})}


def _seconds(validity: timedelta, least: int, most: int) -> int:
    seconds = int(validity.total_seconds())
    if not least <= seconds <= most:
        raise InvalidMessageError(f"Vonage takes a validity of {least} to {most:,} seconds, got {seconds:,}; change it")
    return seconds
