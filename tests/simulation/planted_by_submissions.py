"""Planted bugs in what the vendor is given with a text: keys, references and addresses for reports."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import pytest
from attrs import evolve

from smsgate import Request
from smsgate.adapter.deadline import Deadline
from smsgate.engine import Engine
from smsgate.journal import asked_record
from smsgate.journal.database import reported
from smsgate.journal.database.connection import Connection
from smsgate.journal.database.open_entries import OPEN
from smsgate.journal.sqlite.timeline import Timeline
from smsgate.model.submission import Submission
from smsgate.transport import asker
from smsgate.transport.repetition import Asked, Once, until_certain

Patch = pytest.MonkeyPatch


def refusal_believed(patch: Patch) -> None:
    """Take a refusal of a repetition for the outcome, though the vendor may have taken the first request."""

    async def bad(once: Once, request: Request, deadline: Deadline, engine: Engine, window: timedelta) -> Asked:
        last = Asked.__new__(Asked)

        async def noted(request: Request, attempt: int) -> Asked:
            nonlocal last
            last = await once(request, attempt)
            return last

        asked = await until_certain(noted, request, deadline, engine, window)
        return last if last.is_refusal else asked

    patch.setattr(asker, "until_certain", bad)


def repeated_with_another_key(patch: Patch) -> None:
    """Repeat a request after a lost answer with a new key."""

    async def bad(once: Once, request: Request, deadline: Deadline, engine: Engine, window: timedelta) -> Asked:
        async def renamed(request: Request, attempt: int) -> Asked:
            body = cast("dict[str, object]", request.json)
            key = cast("int", body["key"]) + 1_000 * (attempt - 1)
            return await once(evolve(request, json={**body, "key": key}), attempt)

        return await until_certain(renamed, request, deadline, engine, window)

    patch.setattr(asker, "until_certain", bad)


def repeated_after_the_window(patch: Patch) -> None:
    """Repeat a request when the vendor may have forgotten its key."""

    async def bad(once: Once, request: Request, deadline: Deadline, engine: Engine, window: timedelta) -> Asked:
        return await until_certain(once, request, deadline, engine, 3 * window)

    patch.setattr(asker, "until_certain", bad)


def key_drawn_twice(patch: Patch) -> None:
    """Give two submissions one number."""
    draw = Timeline.draw

    def bad(self: Timeline) -> int:
        return (draw(self) + 1) // 2

    patch.setattr(Timeline, "draw", bad)


def report_of_another(patch: Patch) -> None:
    """Let a report that names a submission settle any open entry."""

    def bad(connection: Connection, provider: str, submission: str) -> int | None:
        del provider, submission
        row = connection.execute(f"SELECT id FROM entries WHERE {OPEN} LIMIT 1").fetchone()
        return None if row is None else int(row[0])

    patch.setattr(reported, "open_with_submission", bad)


def unsent_reference_searched(patch: Patch) -> None:
    """Look for a message by a reference that the vendor was not given, and believe that it is not there."""

    def bad(id_: str | None = None, number: int | None = None, _: object = None) -> Submission | None:
        return None if id_ is None else Submission(id_, number=number, reference=id_)

    patch.setattr(asked_record, "_read_submission", bad)
