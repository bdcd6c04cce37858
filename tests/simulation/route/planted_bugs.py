"""Bugs that are planted in the adapters of a route and in what the core does with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from attrs import evolve

from smsgate import Accepted, Conversation, Doubt, Matches, Request, UnknownOutcomeError
from smsgate.adapter.deadline import Deadline
from smsgate.engine import Engine
from smsgate.transport import asker
from smsgate.transport.repetition import Asked, Once, until_certain
from smsgate_telnyx import Telnyx
from smsgate_twilio import Twilio
from smsgate_twilio.messages import MessageReply
from tests.simulation.planted_bugs import failover_on_unknown
from tests.simulation.planted_by_submissions import report_of_another

Patch = pytest.MonkeyPatch


def twilio_text_not_compared(patch: Patch) -> None:
    """Take any message to the same recipient for the one that is looked for."""
    fits = Twilio._fits

    def bad(self: Twilio, reply: MessageReply, doubt: Doubt) -> bool | None:
        return fits(self, evolve(reply, text=doubt.message.text), doubt)

    patch.setattr(Twilio, "_fits", bad)


def twilio_age_not_compared(patch: Patch) -> None:
    """Take an equal text of the day before for the one that is looked for."""
    fits = Twilio._fits

    def bad(self: Twilio, reply: MessageReply, doubt: Doubt) -> bool | None:
        return fits(self, evolve(reply, date_created=doubt.since), doubt)

    patch.setattr(Twilio, "_fits", bad)


def twilio_first_page_alone(patch: Patch) -> None:
    """Look for a message on the first page of the list alone."""
    page = Twilio.page

    def bad(self: Twilio, cursor: str | None, filters: dict[str, str]) -> Conversation[object]:
        return evolve((yield from page(self, cursor, filters)), next=None)

    patch.setattr(Twilio, "page", bad)


def bulksms_key_changes(patch: Patch) -> None:
    """Repeat a call after a lost answer with another key."""

    async def bad(once: Once, request: Request, deadline: Deadline, engine: Engine, window: timedelta) -> Asked:
        async def renamed(request: Request, attempt: int) -> Asked:
            key = int(str(request.query["deduplication-id"])) + 1_000 * (attempt - 1)
            return await once(evolve(request, query={**request.query, "deduplication-id": key}), attempt)

        return await until_certain(renamed, request, deadline, engine, window)

    patch.setattr(asker, "until_certain", bad)


def telnyx_absence_believed(patch: Patch) -> None:
    """Take a message of which no webhook was sent for one that Telnyx does not have."""
    reconcile = Telnyx.reconcile

    def bad(self: Telnyx, doubt: Doubt) -> Conversation[Accepted | Matches | None]:
        try:
            return (yield from reconcile(self, doubt))
        except UnknownOutcomeError:
            return None

    patch.setattr(Telnyx, "reconcile", bad)


PLANTED: tuple[Callable[[Patch], None], ...] = (
    twilio_text_not_compared,
    twilio_age_not_compared,
    twilio_first_page_alone,
    bulksms_key_changes,
    telnyx_absence_believed,
    failover_on_unknown,
    report_of_another,
)
