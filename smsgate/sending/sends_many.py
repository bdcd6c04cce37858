"""What a gateway does with many messages at once."""

from __future__ import annotations

from typing import overload

from smsgate.model.quote import Quote
from smsgate.model.refused_row import RefusedRow
from smsgate.model.result import SendResult
from smsgate.provider import AsyncProvider
from smsgate.sending.bulk import MOST_IN_FLIGHT, AsyncBulkResults, bulk_window
from smsgate.sending.quoting import Quoting
from smsgate.sending.rows import Messages, RowReader, Rows, check_rows
from smsgate.sending.send import Sender
from smsgate.sending.window import Window

__all__ = ["SendsMany"]


class SendsMany:
    """A gateway that sends many messages."""

    sender: Sender
    default_region: str | None
    _providers: dict[str, AsyncProvider]

    @overload
    def send_bulk(
        self, messages: Messages, *, in_flight: int = 256, run: str | None = None
    ) -> AsyncBulkResults[SendResult]: ...

    @overload
    def send_bulk(
        self, messages: Rows, *, in_flight: int = 256, run: str | None = None
    ) -> AsyncBulkResults[SendResult | RefusedRow]: ...

    def send_bulk(
        self, messages: Rows, *, in_flight: int = 256, run: str | None = None
    ) -> AsyncBulkResults[SendResult | RefusedRow]:
        """Submit many messages, `in_flight` at a time; give each one's result in their order, never raising for it.

        Each is a `Message`, a pair ``(to, text)`` or a mapping of a message's fields, ``{"to": ..., "text": ...}``;
        numbers of pairs and mappings are read in the `default_region`. A row that makes no valid message has a
        `RefusedRow` as its result, and the others are sent.

        Messages are read as they are needed, so that memory stays constant. A provider's own bulk call is used where
        it is first on the route, and what it does not take goes on by itself. With a journal and the name of a `run`, a
        second call with the same messages, in any order, continues. What was accepted, refused by a vendor or is
        unknown keeps its stored result and is not sent again.

        What reading the messages raises is raised once the result of every message that was read was given; nothing
        more is begun by then, and what was not begun is NOT_SENT. `AsyncBulkResults.stop` does the same without an
        error. A caller that stops reading closes the results (`aclose`, or `contextlib.aclosing`), which waits for the
        messages in flight. One message, text or mapping instead of many is a `TypeError` at once.
        """
        check_rows(messages, "send_bulk")
        window = bulk_window(self.sender, in_flight, run, "in_flight", MOST_IN_FLIGHT)
        return self._bulk_results(window, messages, RowReader(self.default_region))

    async def quote(self, messages: Rows) -> Quote:
        """Total what a campaign would cost, and how long it would take; no provider is asked, nothing is sent.

        `messages` are those of `send_bulk`. They are read one by one, so that a million take no more memory than a
        thousand. Each counts at the provider that `plan` says would be asked first; what would be refused is counted
        and not raised. What an earlier call sent of a run is in the quote all the same. Raises `TypeError` for one
        message instead of many, `JournalError`, and what reading the messages raises.
        """
        check_rows(messages, "quote")
        return await Quoting(self.sender, self._providers, RowReader(self.default_region)).quote(messages)

    def _bulk_results(self, window: Window, rows: Rows, reader: RowReader) -> AsyncBulkResults[SendResult | RefusedRow]:
        """Return the results of a bulk send: those of another class in a gateway that observes them."""
        return AsyncBulkResults(window, rows, reader)
