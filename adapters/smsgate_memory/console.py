"""An account without a vendor that shows each message."""

from __future__ import annotations

import sys

from smsgate import Accepted, Conversation, Message, Submission
from smsgate_memory.adapter import Memory

__all__ = ["Console"]


class Console(Memory):
    """Writes a line for each message to standard error: standard output is that of the program."""

    name = "console"
    title = "No account: shows each message, sends nothing"

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        """Show a message and keep it, as `Memory` does."""
        print(f"{self.provider}: {_line(message)}", file=sys.stderr, flush=True)  # noqa: T201
        return (yield from super().send(message, submission))


def _line(message: Message) -> str:
    """Return a message in one line, which has no control characters whatever the text has."""
    facts = {
        "from": message.sender,
        "at": message.send_at and message.send_at.isoformat(),
        "within": message.validity,
        "with": ", ".join(each.url for each in message.media) or None,
    }
    said = "".join(f" {name} {value}" for name, value in facts.items() if value is not None)
    return f"to {message.to}{said}: {message.text!r}"
