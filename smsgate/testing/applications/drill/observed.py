"""Gateways that note how each message ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from smsgate.blocking.bulk import BulkResults
from smsgate.blocking.gateway import Gateway
from smsgate.engine import run
from smsgate.gateway import AsyncGateway
from smsgate.model.errors import SmsgateError
from smsgate.model.event import OptOut
from smsgate.model.message import Message
from smsgate.model.refused_row import RefusedRow
from smsgate.model.result import SendResult
from smsgate.routing.plan import Plan
from smsgate.sending.bulk import AsyncBulkResults
from smsgate.sending.rows import MessageRows, RowReader, Rows
from smsgate.sending.single import send_single
from smsgate.sending.window import Window

__all__ = ["observed_async_gateway", "observed_gateway"]

Note: TypeAlias = Callable[[SendResult], None]


def observed_gateway(settings: Mapping[str, object], note: Note) -> Gateway:
    """Open a gateway that calls a function with the result of each message, in the thread that sends it."""
    gateway = _Observed.from_mapping(settings)
    gateway.note = note
    return gateway


def observed_async_gateway(settings: Mapping[str, object], note: Note) -> AsyncGateway:
    """Open a gateway for asyncio that calls a function with the result of each message."""
    gateway = _AsyncObserved.from_mapping(settings)
    gateway.note = note
    return gateway


class _Observed(Gateway):
    note: Note

    def send(
        self,
        message: Message | Plan,
        *,
        provider: str | None = None,
        deadline: float | None = None,
        dry_run: bool = False,
        confirms: OptOut | None = None,
    ) -> SendResult:
        """Send a message, and note its result."""
        try:
            result = run(
                send_single(self.core.sender, message, provider, deadline=deadline, dry_run=dry_run, confirms=confirms)
            )
        except SmsgateError as error:
            _note_error(error, self.note)
            raise
        if not dry_run:
            self.note(result)
        return result

    def _bulk_results(self, window: Window, rows: MessageRows, reader: RowReader) -> _Results:
        results = _Results(window, rows, reader)
        results.note = self.note
        return results


class _AsyncObserved(AsyncGateway):
    note: Note

    async def send(
        self,
        message: Message | Plan,
        *,
        provider: str | None = None,
        deadline: float | None = None,
        dry_run: bool = False,
        confirms: OptOut | None = None,
    ) -> SendResult:
        """Send a message, and note its result."""
        try:
            result = await send_single(
                self.sender, message, provider, deadline=deadline, dry_run=dry_run, confirms=confirms
            )
        except SmsgateError as error:
            _note_error(error, self.note)
            raise
        if not dry_run:
            self.note(result)
        return result

    def _bulk_results(self, window: Window, rows: Rows, reader: RowReader) -> _AsyncResults:
        results = _AsyncResults(window, rows, reader)
        results.note = self.note
        return results


class _Results(BulkResults[SendResult | RefusedRow]):
    note: Note

    def __next__(self) -> SendResult | RefusedRow:
        result = super().__next__()
        if isinstance(result, SendResult):
            self.note(result)
        return result


class _AsyncResults(AsyncBulkResults[SendResult | RefusedRow]):
    note: Note

    async def __anext__(self) -> SendResult | RefusedRow:
        result = await super().__anext__()
        if isinstance(result, SendResult):
            self.note(result)
        return result


def _note_error(error: SmsgateError, note: Note) -> None:
    if isinstance(error.result, SendResult):
        note(error.result)
