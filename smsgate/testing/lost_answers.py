"""Tests of what becomes of a message whose answer was lost: it is found again, or repeated with its key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from attrs import evolve, frozen

from smsgate.adapter.abilities.reconciliation import Doubt, Reconciles
from smsgate.adapter.abilities.sending import SendsBulk
from smsgate.adapter.adapter import Accepted
from smsgate.adapter.request import Answer, Effect, Request
from smsgate.blocking.provider import Provider
from smsgate.engine import run
from smsgate.model.errors import SmsgateError, UnknownOutcomeError
from smsgate.model.message import Message
from smsgate.model.submission import Submission
from smsgate.model.vendor_ids import Found, Rivals, choose
from smsgate.testing.example import ShownText
from smsgate.testing.facts import AdapterFacts
from smsgate.testing.recorded import Answers, wire

__all__ = ["LostAnswerContract"]

SINCE = timedelta(hours=1)
"""How long ago the message was sent: "not there" counts by now."""


class LostAnswerContract(AdapterFacts):
    """No message is lost with an answer, and none is taken for another."""

    def test_a_lost_message_is_found_again(self) -> None:
        for doubt in self._doubts():
            own, _ = self._own_and_twin(doubt)
            assert self._found(doubt, [own]) == own.message_id, doubt.message

    def test_no_reference_is_looked_for_that_was_not_sent(self) -> None:
        for doubt in self._doubts():
            own, _ = self._own_and_twin(doubt)
            provider, stub = self.provider(self.with_texts([own]))
            self._reconciled(provider, doubt)
            looked_for = doubt.reference is not None and doubt.reference in _written(stub.requests)
            assert own.reference or not looked_for, "send gives the vendor no reference"

    def test_an_equal_message_of_another_key_is_not_taken_for_the_lost_one(self) -> None:
        for doubt in self._doubts():
            own, twin = self._own_and_twin(doubt)
            knowing = evolve(doubt, taken=frozenset({twin.message_id}))
            assert self._found(knowing, [own, twin]) == own.message_id, doubt.message
            assert self._found(knowing, [twin, own]) == own.message_id, doubt.message
            assert self._found(knowing, [twin]) is None, doubt.message

    def test_an_equal_message_of_the_day_before_is_not_taken_for_the_lost_one(self) -> None:
        for doubt in self._doubts():
            own, twin = self._own_and_twin(doubt)
            older = evolve(twin, sent_at=own.sent_at - timedelta(days=1))
            assert self._found(doubt, [own, older]) == own.message_id, doubt.message
            assert self._found(doubt, [older]) is None, doubt.message

    def test_a_submission_that_is_sent_again_has_the_same_key(self) -> None:
        submission = Submission.new(1)
        first, again, another = (self._keyed(each) for each in (submission, submission, _other()))
        if first:
            assert self.adapter.dedup_window, f"{self.adapter.__name__}.dedup_window is needed with Effect.KEYED"
            assert first == again
            assert first != another

    def test_a_lost_answer_to_a_request_with_a_key_is_followed_by_the_same_bytes(self) -> None:
        made = Submission.new(1)
        for step in self._keyed(made):
            lost = _lost_once(step, self._recorded(step))
            first, again = self._with_keys(self._sent(self.message, made, lost))
            assert first == again

    def test_a_lost_answer_to_a_bulk_call_with_a_key_is_followed_by_the_same_bytes(self) -> None:
        made = (Submission.new(1), Submission.new(2))
        for step in self._with_keys(self._sent_together(made)):
            lost = _lost_once(step, self._recorded(step))
            first, again = self._with_keys(self._sent_together(made, lost))
            assert first == again
            assert step not in self._with_keys(self._sent_together((made[0], Submission.new(3))))
            assert step not in self._keyed(made[0]) + self._keyed(made[1])

    def test_a_repetition_that_is_there_already_is_accepted(self) -> None:
        if self.already_there is None:
            return
        made = Submission.new(1)
        for step in self._keyed(made):
            provider, _ = self.provider(_lost_once(step, self.already_there))
            accepted = self._submitted(provider, self.message, made)
            assert isinstance(accepted, Accepted), accepted
            assert accepted.message_id == self.message_id
            first = self._submitted(self.provider({wire(step): self.already_there})[0], self.message, made)
            assert isinstance(first, UnknownOutcomeError), first

    def _doubts(self) -> Sequence[Doubt]:
        """Give what may be lost: a message with a reference of the application's, and one without."""
        if not self.provider()[0].can(Reconciles):
            return ()
        since = datetime.now(UTC).replace(microsecond=0) - SINCE
        made = Submission.new(1)
        messages = (self.message, evolve(self.message, reference=None))
        return [
            Doubt(message, since, None, since + timedelta(seconds=10), self._given(message, made))
            for message in messages
        ]

    def _given(self, message: Message, made: Submission) -> Submission:
        return self.provider()[0].core.submission(message, made)

    def _own_and_twin(self, doubt: Doubt) -> tuple[ShownText, ShownText]:
        """Return the lost text as the vendor shows it, and an equal one that was sent under another key."""
        assert doubt.submission is not None
        sent = self._sent(doubt.message, doubt.submission)
        reference = doubt.reference if doubt.reference is not None and doubt.reference in _written(sent) else None
        others = reference if doubt.message.reference or reference is None else _other().id
        own, twin = self.shown_ids
        at = doubt.since + timedelta(seconds=2)
        shown = partial(ShownText, to=doubt.message.to, text=doubt.message.text, sent_at=at)
        return shown(message_id=own, reference=reference), shown(message_id=twin, reference=others)

    def _found(self, doubt: Doubt, texts: Sequence[ShownText]) -> str | None:
        """Return the id of what is taken for the lost message, or None; an error that leaves it open is None."""
        return self._reconciled(self.provider(self.with_texts(texts))[0], doubt)

    @staticmethod
    def _reconciled(provider: Provider, doubt: Doubt) -> str | None:
        try:
            found = provider.reconcile(doubt, ids=_Taken(doubt.taken))
        except UnknownOutcomeError:
            return None
        return None if found is None else found.message_id

    def _keyed(self, submission: Submission) -> list[Request]:
        return self._with_keys(self._sent(self.message, submission))

    @staticmethod
    def _with_keys(sent: Sequence[Request]) -> list[Request]:
        """Return those of the requests that have a key, as two of them are compared."""
        return [evolve(request, deadline=None) for request in sent if request.effect is Effect.KEYED]

    def _sent(self, message: Message, submission: Submission, answers: Answers = {}) -> list[Request]:  # noqa: B006
        """Return the requests that send a message as this submission."""
        provider, stub = self.provider(answers)
        accepted = self._submitted(provider, message, submission)
        assert isinstance(accepted, Accepted), f"the recorded answers do not accept it: {accepted}"
        return stub.requests

    def _submitted(self, provider: Provider, message: Message, submission: Submission) -> Accepted | SmsgateError:
        try:
            return run(provider.core.submit(message, self._given(message, submission)))
        except SmsgateError as error:
            return error

    def _sent_together(self, submissions: Sequence[Submission], answers: Answers = {}) -> list[Request]:  # noqa: B006
        """Return the requests that send the message once for each submission, in one bulk call; none without those."""
        provider, stub = self.provider(answers)
        if isinstance(provider.adapter, SendsBulk):
            sends = [(self.message, self._given(self.message, each)) for each in submissions]
            results = run(provider.core.submit_together(provider.adapter, sends, None))
            assert isinstance(results, list), results
            assert all(isinstance(each, Accepted) for each in results), results
        return stub.requests


def _other() -> Submission:
    return Submission.new(2)


def _lost_once(step: Request, then: Answer) -> Answers:
    """Say that the first answer to a request is lost."""
    return {wire(step): [UnknownOutcomeError("no answer"), then]}


def _written(requests: Sequence[Request]) -> str:
    return str([(request.json, request.form, request.query, request.ids) for request in requests])


@frozen
class _Taken:
    """A journal that knows the ids that are taken, and no other message that is still open."""

    _ids: frozenset[str]

    def taken(self, provider: str, since: datetime) -> frozenset[str]:
        del provider, since
        return self._ids

    def choose(self, provider: str, found: Found, since: datetime) -> str | None:
        del provider, since
        return choose(found, self._ids.__contains__, Rivals)
