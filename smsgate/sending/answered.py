"""Whom the confirmation of an opt-out, or the answer to a reply, goes to: the person who wrote, and no other."""

from __future__ import annotations

from smsgate.model.errors import InvalidMessageError
from smsgate.model.event import OptOut, Reply
from smsgate.model.message import Message
from smsgate.model.numbers import line_of

__all__ = ["check_recipient"]


def check_recipient(message: Message, opt_out: OptOut | None, reply: Reply | None) -> None:
    """Raise `InvalidMessageError` for a confirmation of an opt-out, or an answer, that goes to another number."""
    if reply is not None and line_of(reply.sender) != line_of(message.to):
        raise InvalidMessageError(f"{message.to} did not ask for help, {reply.sender} did; answer that number")
    if opt_out is not None and line_of(opt_out.reply.sender) != line_of(message.to):
        raise InvalidMessageError(
            f"{message.to} did not opt out, {opt_out.reply.sender} did; send the confirmation to that number"
        )
