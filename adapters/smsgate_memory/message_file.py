"""Accepted messages as lines of JSON, for a test that reads them from another gateway or process."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping

from attrs import frozen

from smsgate import Media, Message, NotSentError, Scope, given

__all__ = ["MessageFile"]


@frozen
class MessageFile:
    """A file that messages are added to; threads, gateways and processes may share it."""

    _path: str

    def add(self, message_id: str, message: Message, provider: str) -> None:
        """Write a message as one line; NotSentError where the file cannot be written."""
        line = json.dumps({"message_id": message_id, "provider": provider, **_fields(message)}) + "\n"
        try:
            file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                os.write(file, line.encode())  # in one call, so that lines of several processes do not mix
            finally:
                os.close(file)
        except OSError as error:
            reason = f"{self._path} cannot be written ({error.strerror}); name another file"
            raise NotSentError(reason, scope=Scope.ACCOUNT) from None


def _fields(message: Message) -> Mapping[str, object]:
    return given(
        {
            "to": message.to,
            "text": message.text,
            "sender": message.sender,
            "send_at": message.send_at and message.send_at.isoformat(),
            "validity": message.validity and message.validity.total_seconds(),
            "key": message.key,
            "reference": message.reference,
            "campaign": message.campaign,
            "media": [_media(each) for each in message.media] or None,
            "extra": message.extra or None,
            "budget_keys": message.budget_keys or None,
            "route": message.route,
        }
    )


def _media(media: Media) -> Mapping[str, object]:
    return given({"url": media.url, "content_type": media.content_type})
