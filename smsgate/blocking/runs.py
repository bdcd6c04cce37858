"""Runs on a queue, for threads."""

from __future__ import annotations

from smsgate.blocking.face import blocking, direct, generating
from smsgate.sending.bulk import MOST_WORKERS
from smsgate.sending.runs.runner import AsyncRunner, check_in_flight
from smsgate.sending.runs.runs import AsyncRuns

__all__ = ["Runner", "Runs"]


class Runner:
    """Sends what is queued; `gateway.runs.runner` gives it. Any number of them, on any number of hosts, share the work.

    Each lane has messages of its own in flight, so that a slow account delays no other one's.
    """

    def __init__(self, core: AsyncRunner) -> None:
        self.core = core

    work = blocking(AsyncRunner.work)
    work_range = blocking(AsyncRunner.work_range)
    stop = direct(AsyncRunner.stop)


class Runs:
    """What was enqueued in the journal; `gateway.runs` gives it. Every runner sees a change within one range."""

    def __init__(self, core: AsyncRuns) -> None:
        self.core = core

    list = generating(AsyncRuns.list)
    status = blocking(AsyncRuns.status)
    pause = blocking(AsyncRuns.pause)
    resume = blocking(AsyncRuns.resume)
    cancel = blocking(AsyncRuns.cancel)
    dispatch = blocking(AsyncRuns.dispatch)

    def runner(self, run: str | None = None, *, in_flight: int = 8) -> Runner:
        """Return a runner for all runs, or one, with so many messages of each lane in flight, 1 to 256."""
        return Runner(self.core.runner(run, in_flight=check_in_flight(in_flight, MOST_WORKERS)))
