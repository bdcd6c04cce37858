"""What happened in a history of real processes, a line each; all of them append to one file."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from smsgate import Message, SendResult, SmsgateError


class Story:
    """One process's part of it."""

    def __init__(self, folder: str, who: str) -> None:
        self._path = f"{folder}/story"
        self._who = who

    def tell(self, what: str) -> None:
        """Add a line, in one write, so that no other process writes into it."""
        line = f"{time.time() % 1000:8.3f}  {self._who:<10} {what}\n".encode()
        file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(file, line)
        os.close(file)

    def ended(self, result: SendResult) -> None:
        """Tell how a message ended."""
        self.tell(f"{_name(result.message)} is {result.outcome} {result.error or result.message_id}")

    @contextmanager
    def failing(self, message: Message | None = None) -> Iterator[None]:
        """Tell what is raised of a message, or of a run that another process has."""
        try:
            yield
        except SmsgateError as error:
            self.tell(f"{'the run' if message is None else _name(message)}: {type(error).__name__}: {error}")


def _name(message: Message) -> str:
    return f"{message.text.partition(' text ')[2]} to {message.to[-8:]} ({message.key or 'no key'})"
