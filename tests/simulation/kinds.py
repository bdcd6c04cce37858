"""What the first vendor of a history may take with a text, so that a lost answer becomes certain."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from attrs import frozen

from smsgate import (
    Accepted,
    Answer,
    ConflictError,
    Conversation,
    Doubt,
    Effect,
    Matches,
    Message,
    ProviderError,
    ReadsWebhooks,
    Request,
    Submission,
    UnknownOutcomeError,
    WebhookCall,
    WebhookReading,
    WebhookSettings,
)
from tests.simulation.adapter import Sent, ShownTexts, Simulated


class Kind(StrEnum):
    """What the first vendor takes."""

    TEXT = "text"
    """Nothing more: a text is looked for by its recipient and words."""
    KEYED = "keyed"
    """A key: the vendor drops repetitions."""
    REFERENCED = "referenced"
    """A reference, by which it shows a text."""
    CALLING = "calling"
    """An address for each text, which it calls with its reports."""


WEBHOOKS = WebhookSettings(secret="sixteen-or-more-characters", public_url="https://example.com/sms")
"""What gives each submission an address."""
SHORT, LONG = timedelta(seconds=1.5), timedelta(seconds=10)
"""How long repetitions are dropped: shorter than a message's deadline, and longer than a process is halted."""


@frozen
class _Used:
    """What the vendor says of a key that it has had."""

    existing: str | None


class Keyed(Simulated):
    """Its vendor drops a repetition with the same key, and answers as the first time or with 409."""

    name = "simulated-keyed"
    dedup_window = SHORT

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        body = {**self.written(message, submission), "key": submission.number}
        try:
            answer = yield Request("POST", "send", json=body, effect=Effect.KEYED)
        except ConflictError as error:
            if error.existing_id is None:
                raise
            return Accepted(message_id=error.existing_id)
        return Accepted(message_id=answer.read(Sent).id)

    def explain(self, request: Request, answer: Answer) -> ProviderError | None:
        if answer.status != 409:
            return super().explain(request, answer)
        error = ConflictError("the key was used before")
        error.existing_id = answer.read(_Used).existing
        return error


class KeyedForLong(Keyed):
    """The same, for longer than a process is halted."""

    dedup_window = LONG


class Referenced(Simulated):
    """Its vendor shows a text by its reference."""

    name = "simulated-referenced"
    sends_references = True

    def reconcile(self, doubt: Doubt) -> Conversation[Accepted | Matches | None]:
        if doubt.reference is None:
            raise UnknownOutcomeError("a message without a reference cannot be looked for")
        answer = yield Request("GET", "find", query={"reference": doubt.reference})
        shown = answer.read(ShownTexts).texts
        if len(shown) > 1:
            raise UnknownOutcomeError("several texts have the reference")
        return Accepted(message_id=shown[0].id) if shown else None


class Calling(Simulated, ReadsWebhooks):
    """Its vendor reports on each text to an address of its own, and shows no reference."""

    name = "simulated-calling"

    def read_webhook(self, call: WebhookCall) -> WebhookReading:
        raise AssertionError(f"the simulation hands reports over as they are, got {call}")
