"""The kit knows adapters that lose a message with an answer, or take another for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import uuid4

import pytest
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
    Reconciles,
    Request,
    Submission,
    UnknownOutcomeError,
    fields,
    given,
)
from smsgate.testing import Answers, ShownText, answer
from tests.testing.test_contract import TEXT, Contract, One, Text


class WithKeys(One):
    """The vendor drops a message whose key it knows."""

    dedup_window: ClassVar[timedelta | None] = timedelta(hours=11)

    def key(self, message: Message, submission: Submission) -> object:
        return submission.number

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        body = {**self.body(message), "key": self.key(message, submission)}
        try:
            reply = (yield Request("POST", "texts", json=body, effect=Effect.KEYED)).read(Text)
        except ConflictError as error:
            if error.existing_id is None:
                raise
            return Accepted(message_id=error.existing_id)
        return Accepted(message_id=reply.id)

    def explain(self, request: Request, answer: Answer) -> ProviderError | None:
        if answer.status != 409:
            return None
        error = ConflictError("there is a message with this key")
        error.existing_id = answer.read(Text).id
        return error


@frozen
class Listed:
    id: str
    to: str
    text: str
    sent: fields.Moment
    reference: str | None = None


@frozen
class Found:
    texts: list[Listed]


class Finds(One, Reconciles):
    """The vendor lists what it has sent, with the reference of each."""

    sends_references = True

    def reference(self, message: Message, submission: Submission) -> str | None:
        return submission.reference

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        body = {**self.body(message), **given({"reference": self.reference(message, submission)})}
        return Accepted(message_id=(yield Request("POST", "texts", json=body, effect=Effect.SENDS)).read(Text).id)

    def reconcile(self, doubt: Doubt) -> Conversation[Accepted | Matches | None]:
        found = (yield Request("GET", "sent", query=given({"reference": doubt.reference}))).read(Found).texts
        return next((Accepted(message_id=each.id) for each in found if self.fits(each, doubt)), None)

    def fits(self, text: Listed, doubt: Doubt) -> bool:
        assert text.sent is not None
        known = text.id in doubt.taken or text.sent < doubt.since
        return text.reference == doubt.reference and not known


class FindsByText(Finds):
    """The vendor has no reference: what has the same words is all that it can say."""

    def reference(self, message: Message, submission: Submission) -> str | None:
        return None

    def reconcile(self, doubt: Doubt) -> Conversation[Accepted | Matches | None]:
        found = (yield Request("GET", "sent")).read(Found).texts
        same = [each for each in found if (each.to, each.text) == (doubt.message.to, doubt.message.text)]
        return Matches.of((Accepted(message_id=each.id), True) for each in same if self.is_new(each, doubt))

    def is_new(self, text: Listed, doubt: Doubt) -> bool:
        return text.sent is not None and text.sent >= doubt.since


def shown(text: ShownText) -> dict[str, object]:
    sent = f"{text.sent_at:%Y-%m-%dT%H:%M:%SZ}"
    return {"id": text.message_id, "to": text.to, "text": text.text, "sent": sent, "reference": text.reference}


class TestWithKeys(Contract):
    adapter = WithKeys
    recorded: ClassVar = {"POST texts": TEXT, "GET texts/*": TEXT}
    already_there = answer(409, {"id": "4711", "state": "sent"})


class TestFinds(Contract):
    adapter = Finds
    recorded: ClassVar = {"POST texts": TEXT, "GET texts/*": TEXT, "GET sent": answer(200, {"texts": []})}

    def with_texts(self, texts: Sequence[ShownText]) -> Answers:
        return {"GET sent": answer(200, {"texts": [*map(shown, texts)]})}


class TestFindsByText(TestFinds):
    adapter = FindsByText


# Broken in one way each -----------------------------------------------------------------------------------------------


class MakesItsKeyByChance(WithKeys):
    def key(self, message: Message, submission: Submission) -> object:
        return uuid4().hex


class HasOneKeyForEqualMessages(WithKeys):
    def key(self, message: Message, submission: Submission) -> object:
        return f"{message.to} {message.text}"


class HasTheTimeInItsRequest(WithKeys):
    def body(self, message: Message) -> dict[str, object]:
        return {**super().body(message), "at": f"{datetime.now():%H:%M:%S.%f}"}  # noqa: DTZ005 - no matter


class NamesNoWindow(WithKeys):
    dedup_window = None


class MissesWhatIsThere(WithKeys):
    def explain(self, request: Request, answer: Answer) -> ProviderError | None:
        return ConflictError("there is a message with this key") if answer.status == 409 else None


class TakesTheFirstForTheRepetition(WithKeys):
    def explain(self, request: Request, answer: Answer) -> ProviderError | None:
        return UnknownOutcomeError("there is a message with this key") if answer.status == 409 else None


class SendsNoReferenceOfASubmission(Finds):
    def reference(self, message: Message, submission: Submission) -> str | None:
        return message.reference


class CutsTheReference(Finds):
    def reference(self, message: Message, submission: Submission) -> str | None:
        return submission.reference and submission.reference[:8]


class LooksForAReferenceThatItDoesNotSend(Finds):
    def reference(self, message: Message, submission: Submission) -> str | None:
        return None

    def fits(self, text: Listed, doubt: Doubt) -> bool:
        return True


class LooksForTheMessagesOwnReference(Finds):
    def fits(self, text: Listed, doubt: Doubt) -> bool:
        return super().fits(text, doubt) and text.reference == doubt.message.reference


class TakesATwin(Finds):
    def fits(self, text: Listed, doubt: Doubt) -> bool:
        return text.reference == doubt.reference and text.sent is not None and text.sent >= doubt.since


class TakesAnOlderTwin(Finds):
    def fits(self, text: Listed, doubt: Doubt) -> bool:
        return text.reference == doubt.reference and text.id not in doubt.taken


class TakesTheFirstOfEqualTexts(FindsByText):
    def reconcile(self, doubt: Doubt) -> Conversation[Accepted | Matches | None]:
        matches = yield from super().reconcile(doubt)
        return matches.fitting[0] if isinstance(matches, Matches) else None


class TakesAnOlderOneOfEqualTexts(FindsByText):
    def is_new(self, text: Listed, doubt: Doubt) -> bool:
        return True


SAME_KEY = TestFinds.test_a_submission_that_is_sent_again_has_the_same_key
THERE_ALREADY = TestFinds.test_a_repetition_that_is_there_already_is_accepted
FOUND_AGAIN = TestFinds.test_a_lost_message_is_found_again
TWIN = TestFinds.test_an_equal_message_of_another_key_is_not_taken_for_the_lost_one
OLDER = TestFinds.test_an_equal_message_of_the_day_before_is_not_taken_for_the_lost_one
BROKEN: dict[type[One], Callable[..., None]] = {
    MakesItsKeyByChance: SAME_KEY,
    HasOneKeyForEqualMessages: SAME_KEY,
    HasTheTimeInItsRequest: SAME_KEY,
    NamesNoWindow: SAME_KEY,
    MissesWhatIsThere: THERE_ALREADY,
    TakesTheFirstForTheRepetition: THERE_ALREADY,
    SendsNoReferenceOfASubmission: FOUND_AGAIN,
    CutsTheReference: FOUND_AGAIN,
    LooksForAReferenceThatItDoesNotSend: TestFinds.test_no_reference_is_looked_for_that_was_not_sent,
    LooksForTheMessagesOwnReference: FOUND_AGAIN,
    TakesATwin: TWIN,
    TakesAnOlderTwin: OLDER,
    TakesTheFirstOfEqualTexts: TWIN,
    TakesAnOlderOneOfEqualTexts: OLDER,
}


@pytest.mark.parametrize("adapter", BROKEN, ids=lambda adapter: adapter.__name__)
def test_the_kit_catches_an_adapter_that(adapter: type[One]) -> None:
    facts: type[Contract] = TestWithKeys if issubclass(adapter, WithKeys) else TestFinds
    kit = type("Kit", (facts,), {"adapter": adapter})()
    with pytest.raises(AssertionError):
        BROKEN[adapter](kit)


def test_an_ability_to_reconcile_without_texts_is_reported() -> None:
    kit = type("Kit", (TestFinds,), {"with_texts": Contract.with_texts})()
    with pytest.raises(NotImplementedError, match=r"Kit\.with_texts\(texts\) is needed, as the adapter has Reconciles"):
        kit.test_a_lost_message_is_found_again()
