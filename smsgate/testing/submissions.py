"""Tests of sending: what was sent, what was not, and what is unknown."""

from __future__ import annotations

import attrs

from smsgate.adapter.abilities.sending import SendsBulk
from smsgate.adapter.adapter import Accepted
from smsgate.adapter.request import Answer
from smsgate.model.errors import NotSentError, ProviderError, RejectedError, UnknownOutcomeError, UnreachableError
from smsgate.model.status import Status
from smsgate.testing.facts import ACCOUNT, REFUSALS, AdapterFacts
from smsgate.testing.garbage import BROKEN, garbled
from smsgate.testing.recorded import wire
from smsgate.testing.stub import answer

__all__ = ["SendingContract"]


class SendingContract(AdapterFacts):
    """How a send ends, whatever the vendor does."""

    def test_an_accepted_message_has_its_id_as_text_and_is_queued(self) -> None:
        accepted = self.outcome("send")
        assert isinstance(accepted, Accepted), accepted
        assert (accepted.message_id, accepted.status) == (self.message_id, Status.QUEUED)

    def test_exactly_one_request_of_a_send_says_that_it_sends(self) -> None:
        assert [request.effect.sends for request in self.steps("send")].count(True) == 1

    def test_text_number_and_extra_fields_reach_the_vendor(self) -> None:
        provider, stub = self.provider()
        provider.send(attrs.evolve(self.message, extra={self.adapter.name: {"kit_extra": "4711-extra"}}))
        said = str([(request.json, request.form, request.query) for request in stub.requests])
        assert all(part in said for part in (self.message.text, self.message.to[-8:], "kit_extra", "4711-extra")), said

    def test_extra_fields_of_another_adapter_do_not_reach_the_vendor(self) -> None:
        provider, stub = self.provider()
        provider.send(attrs.evolve(self.message, extra={"another": {"kit_extra": "4711-extra"}}))
        assert "kit_extra" not in str([(request.json, request.form, request.query) for request in stub.requests])

    def test_a_refused_message_is_certainly_not_out(self, refusal: str) -> None:
        case = self.refusals[refusal]
        error = self.outcome("send", case.answers)
        assert issubclass(case.error, RejectedError | NotSentError)
        assert type(error) is case.error, error
        assert error.provider == ACCOUNT
        assert case.code in {None, error.code}

    def test_a_refused_request_says_that_no_text_is_out(self, refused_with: int) -> None:
        for step in self._until_sent("send"):
            error = self.outcome("send", {wire(step): answer(refused_with, {}, retry_after="30")})
            assert isinstance(error, (*REFUSALS[refused_with], NotSentError)), (step, error)
            if refused_with in {401, 403, 429}:
                assert isinstance(error, REFUSALS[refused_with]), (step, error)
            if refused_with == 429:
                assert isinstance(error, ProviderError)
                assert error.retry_after == 30.0

    def test_a_failure_of_the_vendor_is_unknown_only_once_a_text_may_be_out(self, failed_with: int) -> None:
        for step in self._until_sent("send"):
            error = self.outcome("send", {wire(step): answer(failed_with, {})})
            assert isinstance(error, self._of_a_failure(step)), (step, error)

    def test_no_answer_is_unknown_only_once_a_text_may_be_out(self) -> None:
        for step in self._until_sent("send"):
            lost = UnknownOutcomeError if step.effect.sends else ProviderError
            error = self.outcome("send", {wire(step): lost("no answer")})
            assert isinstance(error, self._of_a_failure(step)), (step, error)

    def test_without_a_connection_no_text_is_out(self) -> None:
        for step in self._until_sent("send"):
            error = self.outcome("send", {wire(step): UnreachableError("no connection")})
            assert isinstance(error, NotSentError), (step, error)

    def test_whatever_fails_after_the_text_may_be_out_does_not_say_that_it_is_not(self) -> None:
        for step in self.steps("send")[len(self._until_sent("send")) :]:
            for failure in (answer(401, {}), answer(404, {}), answer(500, {}), UnreachableError("no connection")):
                error = self.outcome("send", {wire(step): failure})
                assert isinstance(error, Accepted | UnknownOutcomeError), (step, error)

    def test_an_answer_that_cannot_be_read_is_unknown_once_a_text_may_be_out(self) -> None:
        for step in self._until_sent("send"):
            odd = garbled(self._recorded(step))
            for name, said in {**BROKEN, **odd}.items():
                error = self.outcome("send", {wire(step): said})
                if not step.effect.sends:
                    assert isinstance(error, NotSentError | Accepted), (step, name, error)
                elif not (self.any_2xx_accepts and name in odd):
                    assert isinstance(error, UnknownOutcomeError), (step, name, error)

    def test_a_bulk_call_whose_answer_is_lost_or_miscounted_leaves_all_its_messages_unknown(self) -> None:
        provider, stub = self.provider()
        if not isinstance(provider.adapter, SendsBulk):
            return
        assert provider.adapter.bulk_size >= 2
        assert all(isinstance(result, Accepted) for result in provider.send_bulk([self.message] * 2))
        asked = wire(stub.requests[0])
        failures: list[Answer | ProviderError] = [answer(500, {}), UnknownOutcomeError("no answer"), *BROKEN.values()]
        for failure in failures:
            results = [*self.provider({asked: failure})[0].send_bulk([self.message] * 2)]
            assert [type(result) for result in results] == [UnknownOutcomeError] * 2, failure
        two = self._recorded(stub.requests[0])
        results = [*self.provider({asked: two})[0].send_bulk([self.message] * 3)][:3]
        if provider.adapter.bulk_size >= 3:
            assert [type(result) for result in results] == [UnknownOutcomeError] * 3
