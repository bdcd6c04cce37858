"""Messages whose sending has ended."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from attrs import frozen

from smsgate.adapter.deadline import Deadline
from smsgate.engine import Engine
from smsgate.model.errors import JournalError
from smsgate.model.result import SendResult
from smsgate.runtime.shield import LateError, Pending

__all__ = ["EndedSends", "result_or_error"]

LEAST = 0.25
"""Seconds of waiting for the journal even where the message took all of its time."""

_log = logging.getLogger("smsgate.journal")


@frozen
class EndedSends:
    """Results of messages, which the journal may still be recording."""

    _results: Sequence[SendResult]
    _recorded: Sequence[Pending[None]]
    _deadline: Deadline

    async def wait(self, engine: Engine) -> Sequence[SendResult]:
        """Return the results, once they are durable or their time is over; they are true either way."""
        for each in self._recorded:
            try:
                await engine.wait(each, max(LEAST, self._deadline.left))
            except LateError:
                _log.warning("the journal has not recorded a result in time; it is recorded later")
            except JournalError as error:
                _log.error("a result is kept in memory until the journal can record it: %s", error)
        return self._results


def result_or_error(result: SendResult) -> SendResult:
    """Return the result of a send that a vendor accepted; raise the error of any other, with its result."""
    if result.error is not None:
        result.error.result = result
        raise result.error
    return result
