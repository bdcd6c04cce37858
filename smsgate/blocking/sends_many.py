"""What a gateway does with many messages at once, for threads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import overload

from smsgate.blocking.bulk import BulkResults
from smsgate.gateway import AsyncGateway
from smsgate.model.message import Message
from smsgate.model.refused_row import RefusedRow
from smsgate.model.result import SendResult
from smsgate.sending.bulk import bulk_window
from smsgate.sending.rows import MessageRows, RowReader, check_rows
from smsgate.sending.window import Window

__all__ = ["SendsMany"]


class SendsMany:
    """A gateway that sends many messages."""

    core: AsyncGateway

    @overload
    def send_bulk(
        self, messages: Iterable[Message], *, workers: int = 8, run: str | None = None
    ) -> BulkResults[SendResult]: ...

    @overload
    def send_bulk(
        self, messages: MessageRows, *, workers: int = 8, run: str | None = None
    ) -> BulkResults[SendResult | RefusedRow]: ...

    def send_bulk(
        self, messages: MessageRows, *, workers: int = 8, run: str | None = None
    ) -> BulkResults[SendResult | RefusedRow]:
        """Submit many messages, `workers` at a time; give each one's result in their order, never raising for it.

        Each is a `Message`, a pair ``(to, text)`` or a mapping of a message's fields, ``{"to": ..., "text": ...}``;
        numbers of pairs and mappings are read in the `default_region`. A row that makes no valid message has a
        `RefusedRow` as its result, and the others are sent.

        Messages are read as they are needed, so that memory stays constant. A provider's own bulk call is used where
        it is first on the route, and what it does not take goes on by itself. With a journal and the name of a `run`, a
        second call with the same messages, in any order, continues. What was accepted, refused by a vendor or is
        unknown keeps its stored result and is not sent again.

        What reading the messages raises, or a signal handler, is raised once the result of every message that was read
        was given; nothing more is begun by then, and what was not begun is NOT_SENT. `BulkResults.stop` does the same
        without an error; a caller that stops reading waits for the messages in flight. One message, text or mapping
        instead of many is a `TypeError` at once.
        """
        check_rows(messages, "send_bulk")
        window = bulk_window(self.core.sender, workers, run)
        return self._bulk_results(window, messages, RowReader(self.core.default_region))

    def _bulk_results(
        self, window: Window, rows: MessageRows, reader: RowReader
    ) -> BulkResults[SendResult | RefusedRow]:
        """Return the results of a bulk send: those of another class in a gateway that observes them."""
        return BulkResults(window, rows, reader)
