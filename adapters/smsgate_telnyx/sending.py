"""Messages on their way out: `POST messages`, for numbers, short codes, alphanumeric senders and number pools alike."""

from __future__ import annotations

import re
from datetime import timedelta

from smsgate import Accepted, Adapter, Conversation, Effect, InvalidMessageError, Message, Request, Submission, given
from smsgate_telnyx.message_reply import MessageAnswer
from smsgate_telnyx.settings import TelnyxSettings

__all__ = ["PROFILE", "Sending"]

PROFILE = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
"""A messaging profile (a UUID), whose number pool chooses the number."""
_NUMBER = re.compile(r"\+?[0-9]+")
"""A sender that has a profile already: a phone number or a short code."""
_ROUNDED_UP = timedelta(seconds=59, microseconds=999_999)
"""To the minute, which is the vendor's accuracy: no message is sent before its time."""


class Sending(Adapter[TelnyxSettings]):
    """Sends one message a call; Telnyx has neither a deduplication key nor a reference of ours (API description)."""

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        """Guide: POST /messages. Any 2xx with an id accepts: one page has a 201."""
        body = self._body(message, submission)
        return (yield Request("POST", "messages", json=body, effect=Effect.SENDS)).read(MessageAnswer).data.accepted()

    def _body(self, message: Message, submission: Submission) -> dict[str, object]:
        sender, profile = message.sender, self.settings.messaging_profile_id
        if sender and re.fullmatch(PROFILE, sender):
            sender, profile = None, sender
        written = {
            "to": message.to,
            "from": sender,
            "messaging_profile_id": None if sender and _NUMBER.fullmatch(sender) else profile,
            "text": message.text or None,
            "media_urls": [each.url for each in message.media] or None,
            "send_at": message.send_at and f"{message.send_at + _ROUNDED_UP:%Y-%m-%dT%H:%M:00Z}",
            "webhook_url": submission.callback_url,
        }
        body = {**message.extra.get(self.name, {}), **given(written)}
        if "messaging_profile_id" in body or _NUMBER.fullmatch(str(body.get("from"))):
            return body
        needs = "without a number as sender Telnyx needs a messaging profile"
        raise InvalidMessageError(f"{self.provider}: {needs}; set [senders], or messaging_profile_id of the provider")
