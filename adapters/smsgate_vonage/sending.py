"""Messages on their way out: POST v1/messages, a call for each."""

import re
from mimetypes import guess_type

from attrs import frozen

import smsgate as sg
from smsgate import InvalidMessageError, Message, fields
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


class Sending(sg.Adapter[VonageSettings], sg.ChoosesSender, sg.LimitsValidity, sg.SendsMedia):
    """Sends messages."""

    sends_references = True
    media_at_most = 1

    def send(self, message: Message, submission: sg.Submission) -> sg.Conversation[sg.Accepted]:
        """SPEC: POST v1/messages. A 202 with an id accepts the message."""
        body = self._body(message, submission.reference, submission.callback_url)
        answer = yield sg.Request("POST", MESSAGES, json=body, effect=sg.Effect.SENDS)
        return fields.into(sg.Accepted, answer.read(_SendReply))

    def _body(self, message: Message, reference: str | None, callback: str | None) -> dict[str, object]:
        extra = message.extra.get(self.name, {})
        if not message.sender and not extra.get("from"):
            raise InvalidMessageError("Vonage needs a sender; set message.sender, or [senders] for the country")
        if reference is not None and len(reference) > LONGEST_REFERENCE:
            what = f"Vonage takes a reference of at most {LONGEST_REFERENCE} characters, got {len(reference)}"
            raise InvalidMessageError(f"{what}; shorten it, or leave it out")
        channel = "mms" if message.media else "sms"
        own = {
            "channel": channel,
            "to": _PLUS.sub("", message.to),
            "from": message.sender and _PLUS.sub("", message.sender),
            "client_ref": reference,
            "ttl": _ttl(message, *TTL[channel]),
            "webhook_url": callback,
            "webhook_version": callback and "v1",
        }
        return {**extra, **_content(message), **sg.given(own)}


def _content(message: Message) -> dict[str, object]:
    if not message.media:
        return {"message_type": "text", "text": message.text}
    [media] = message.media
    kind = media.content_type or guess_type(media.url.partition("?")[0])[0] or ""
    word = FILES.get(kind) or FILES.get(kind.partition("/")[0])
    if word is None:
        what = f"Vonage sends an image, audio, video or vCard, got {kind or 'a file of unknown type'}"
        raise InvalidMessageError(f"{what}; give Media(url, content_type)")
    return {"message_type": word, word: sg.given({"url": media.url, "caption": message.text or None})}


def _ttl(message: Message, least: int, most: int) -> int | None:
    seconds = int(message.validity.total_seconds()) if message.validity else None
    if seconds is not None and not least <= seconds <= most:
        raise InvalidMessageError(f"Vonage takes a validity of {least} to {most:,} seconds, got {seconds:,}; change it")
    return seconds
