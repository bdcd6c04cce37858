"""Answers to STOP, START and HELP, where the settings have any: each goes out once, under the number it came to."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from hashlib import blake2b

from attrs import Attribute, field, frozen

from smsgate.model.errors import ConfigError, SmsgateError
from smsgate.model.event import Event, OptIn, OptOut, Reply
from smsgate.model.message import Message
from smsgate.model.numbers import line_of, read_line
from smsgate.model.result import SendResult

__all__ = ["AnswerTexts", "Answers", "Sends"]

_log = logging.getLogger("smsgate.receiving.answers")

Sends = Callable[[Message, OptOut | Reply | None], Awaitable[SendResult]]
"""Sends an answer: to a STOP, which it confirms, to a HELP, also of a person who opted out, or to a START (None)."""


def _text(_: object, attribute: Attribute[str | None], value: str | None) -> None:
    if value is not None and not value.strip():
        raise ConfigError(f"{attribute.name} is empty; write the text, or leave it out")


@frozen(kw_only=True)
class AnswerTexts:
    """What people are answered who text STOP, START or HELP; None: nothing."""

    stop: str | None = field(default=None, validator=_text)
    start: str | None = field(default=None, validator=_text)
    help: str | None = field(default=None, validator=_text)

    def __bool__(self) -> bool:
        return bool(self.stop or self.start or self.help)

    def to(self, event: Event, *, asks_for_help: Callable[[Reply], bool]) -> tuple[str, str, Reply] | None:
        """Return the kind of an answer, its text, and the reply that it answers; None for an event without one."""
        match event:
            case OptOut() if self.stop:
                return "stop", self.stop, event.reply
            case OptIn() if self.start:
                return "start", self.start, event.reply
            case Reply() if self.help and asks_for_help(event):
                return "help", self.help, event
        return None


class Answers:
    """Answers events of one gateway.

    A number is answered once an hour with each text, whatever it sends: two machines that answer each other would
    never end.
    """

    def __init__(
        self,
        texts: AnswerTexts,
        *,
        asks_for_help: Callable[[Reply], bool],
        takes_sender: Callable[[str], bool],
        send: Sends,
        now: Callable[[], datetime],
    ) -> None:
        """Make it of the texts and of what it needs from the gateway.

        `takes_sender` says whether a provider lets a message choose its sender.
        """
        self._texts = texts
        self._asks_for_help = asks_for_help
        self._takes_sender = takes_sender
        self._send = send
        self._now = now

    async def answer(self, event: Event) -> None:
        """Answer an event, if there is an answer to it; one that fails is logged, and fails nothing."""
        found = self._texts.to(event, asks_for_help=self._asks_for_help)
        if found is None:
            return
        kind, text, reply = found
        try:
            message = self._message(kind, text, reply)
            result = await self._send(message, event if isinstance(event, OptOut | Reply) else None)
        except SmsgateError as error:
            _log.warning("%s: the answer to %s %.80r is not sent: %s", reply.provider, kind.upper(), reply.id, error)
        else:
            _log.info("%s: %s %.80r was answered: %s", reply.provider, kind.upper(), reply.id, result.outcome)

    def _message(self, kind: str, text: str, reply: Reply) -> Message:
        number = read_line(reply.sender)
        at = reply.received_at or self._now()
        said = "\0".join((kind, reply.provider, reply.to or "", line_of(number), f"{at:%Y-%m-%d %H}", text))
        return Message(
            number,
            text,
            sender=reply.to if reply.to and self._takes_sender(reply.provider) else None,
            provider=reply.provider,
            urgent=True,  # the person waits for it, whatever the time
            key=f"answer-{kind}-{blake2b(said.encode(), digest_size=16).hexdigest()}",
        )
