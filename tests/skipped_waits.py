"""Waits of an engine that take no time: the waiting task's clock goes forward instead."""

from __future__ import annotations

import asyncio
import time
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

import pytest

from smsgate.engine import Threads
from smsgate.engine.event_loop import EventLoop

__all__ = ["skip_waits"]

_skipped: ContextVar[float] = ContextVar("skipped", default=0.0)
"""Seconds that a thread or a task did not wait; each has its own, as they would wait side by side."""


def _now(_: object) -> float:
    return time.monotonic() + _skipped.get()


def _utc(_: object) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=_skipped.get())


async def _skip(_: object, seconds: float) -> None:
    _skipped.set(_skipped.get() + max(0.0, seconds))


async def _skip_as_task(_: object, seconds: float) -> None:
    _skipped.set(_skipped.get() + max(0.0, seconds))
    await asyncio.sleep(0)


def skip_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have nothing wait before it asks again, or until a rate allows it; answers and locks are still waited for."""
    _skipped.set(0.0)
    for engine, skip in ((Threads, _skip), (EventLoop, _skip_as_task)):
        monkeypatch.setattr(engine, "now", _now)
        monkeypatch.setattr(engine, "utc", _utc)
        monkeypatch.setattr(engine, "sleep", skip)
