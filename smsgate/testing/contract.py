"""What smsgate expects of every adapter, as tests to inherit (needs pytest).

::

    class TestHooli(AdapterContract):
        adapter = Hooli
        settings = {"token": "t0ken-of-the-tests"}
        secrets = ("token",)
        recorded = {
            "POST texts": answer(201, {"id": "40124213"}),
            "GET texts/40124213": answer(200, {"id": "40124213", "state": "sent"}),
        }
        message_id = "40124213"
        refusals = {"no such number": Refusal({"POST texts": answer(422, {...})}, InvalidRecipientError)}
        statuses = {"sent": Status.SENT, "seen": Status.DELIVERED}

        def with_status(self, word: str) -> Answers:
            return {"GET texts/*": answer(200, {"id": "40124213", "state": word})}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import ClassVar

import attrs
import pytest

from smsgate import ability
from smsgate.adapter import Accepted, Adapter
from smsgate.capability import Level
from smsgate.converter import settings_converter
from smsgate.errors import (
    AuthenticationError,
    InvalidMessageError,
    MalformedAnswerError,
    NotFoundError,
    NotSentError,
    PermissionDeniedError,
    ProviderError,
    RateLimitedError,
    RejectedError,
    SmsgateError,
    UnknownOutcomeError,
    UnreachableError,
    UnsupportedError,
)
from smsgate.event import DeliveryReport
from smsgate.exchange import Answer, Effect, Request
from smsgate.message import Message
from smsgate.provider import Provider
from smsgate.registry import adapter_named
from smsgate.result import Status
from smsgate.settings import Settings
from smsgate.testing.calls import CALLS, LISTS, WISHES, Samples
from smsgate.testing.garbage import BROKEN, garbled
from smsgate.testing.leaks import leaks
from smsgate.testing.recorded import Answers, Recorded, Refusal, wire
from smsgate.testing.stub import StubTransport, answer

__all__ = ["AdapterContract"]

ACCOUNT = "an-account"
"""The name of the provider in these tests: errors and values must name it."""
HOSTILE = ("../../admin", "a/b", "..", ".", "", "a?b=c", "a#b", "a%2fb", "a b", "ä\n")

_REFUSALS: Mapping[int, tuple[type[ProviderError], ...]] = {
    400: (RejectedError, NotSentError),
    401: (AuthenticationError,),
    403: (PermissionDeniedError,),
    404: (RejectedError, NotSentError),
    429: (RateLimitedError,),
}
_FAILURES = (408, 500, 502, 503, 504)


class AdapterContract:
    """Inherit from this, say what the vendor answers, and every promise of smsgate to its users is tested.

    No network is used. A test that does not fit your vendor can be overridden; say why there.
    """

    adapter: ClassVar[type[Adapter[Settings]]]
    settings: ClassVar[Mapping[str, object]]
    """As in `[providers.<name>]`, without `adapter`."""
    secrets: ClassVar[Sequence[str]]
    """The settings that must never show."""
    recorded: ClassVar[Answers]
    """What the vendor answers when all goes well, to every request that the adapter can ask."""
    refusals: ClassVar[Mapping[str, Refusal]]
    """The vendor's ways to say no to a message, in and outside of 2xx."""
    statuses: ClassVar[Mapping[str, Status]] = {}
    """The vendor's words for where a message is; needed with `TellsStatus`."""
    endless: ClassVar[Mapping[str, Answers]] = {}
    """For lists that come in pages ("contacts.list"): a page which says that there are more."""
    any_2xx_accepts: ClassVar[bool] = False
    """Whether any JSON in 2xx, or none, to the request that sends means yes, as the vendor gave the id before."""

    message: ClassVar[Message] = Message(
        "+27821234567", "Your code is 4711", reference="order-4711", campaign="codes", extra={}
    )
    sender: ClassVar[str] = "+27600000000"
    message_id: ClassVar[str] = "1"
    contact_id: ClassVar[str] = "1"
    group_id: ClassVar[str] = "1"
    template_id: ClassVar[str] = "1"

    def with_status(self, word: str) -> Answers:
        """Say which answers make `Provider.status` meet a word; needed with `TellsStatus`."""
        raise NotImplementedError(f"{type(self).__name__}.with_status(word) is needed, as the adapter tells statuses")

    # What every test is made of -------------------------------------------------------------------------------------

    def provider(self, answers: Answers = {}) -> tuple[Provider, StubTransport]:  # noqa: B006 - never changed
        """Return the adapter's provider on a stub that gives the recorded answers, or other ones to some requests."""
        once: dict[str, object] = {"rate": "unlimited"}  # nobody waits for a vendor that is not there
        once |= {"read_attempts": 1} if "read_attempts" in attrs.fields_dict(Settings) else {}
        converter = settings_converter({}, Path(), from_text=False)
        settings = converter.structure({**self.settings, **once}, self.adapter.Settings)
        stub = StubTransport(Recorded(answers, self.recorded))
        return Provider(ACCOUNT, self.adapter(settings, provider=ACCOUNT), stub), stub

    def outcome(self, operation: str, answers: Answers = {}) -> object:  # noqa: B006 - never changed
        """Call an operation and return what it returned, or the error of ours that it raised."""
        return self._outcome(operation, self.provider(answers)[0])

    def steps(self, operation: str) -> list[Request]:
        """Return the requests of an operation when all goes well."""
        provider, stub = self.provider()
        CALLS[operation](provider, self._samples)
        return stub.requests

    # Sending --------------------------------------------------------------------------------------------------------

    def test_an_accepted_message_has_its_id_as_text_and_is_queued(self) -> None:
        accepted = self.outcome("send")
        assert isinstance(accepted, Accepted), accepted
        assert (accepted.message_id, accepted.status) == (self.message_id, Status.QUEUED)

    def test_exactly_one_request_of_a_send_says_that_it_sends(self) -> None:
        assert [request.effect for request in self.steps("send")].count(Effect.SENDS) == 1

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
            assert isinstance(error, (*_REFUSALS[refused_with], NotSentError)), (step, error)
            if refused_with in {401, 403, 429}:
                assert isinstance(error, _REFUSALS[refused_with]), (step, error)
            if refused_with == 429:
                assert isinstance(error, ProviderError)
                assert error.retry_after == 30.0

    def test_a_failure_of_the_vendor_is_unknown_only_once_a_text_may_be_out(self, failed_with: int) -> None:
        for step in self._until_sent("send"):
            error = self.outcome("send", {wire(step): answer(failed_with, {})})
            assert isinstance(error, self._of_a_failure(step)), (step, error)

    def test_no_answer_is_unknown_only_once_a_text_may_be_out(self) -> None:
        for step in self._until_sent("send"):
            lost = UnknownOutcomeError if step.effect is Effect.SENDS else ProviderError
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
                if step.effect is not Effect.SENDS:
                    assert isinstance(error, NotSentError | Accepted), (step, name, error)
                elif not (self.any_2xx_accepts and name in odd):
                    assert isinstance(error, UnknownOutcomeError), (step, name, error)

    def test_a_bulk_call_whose_answer_is_lost_or_miscounted_leaves_all_its_messages_unknown(self) -> None:
        provider, stub = self.provider()
        if not isinstance(provider.adapter, ability.SendsBulk):
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

    # Abilities ------------------------------------------------------------------------------------------------------

    def test_the_adapter_is_found_by_its_name(self) -> None:
        assert adapter_named(self.adapter.name) is self.adapter

    def test_what_is_declared_works(self, able: str) -> None:
        result = self.outcome(able)
        assert not isinstance(result, SmsgateError), result
        assert _ids_are_text(result)
        assert _providers_in(result) <= {ACCOUNT}

    def test_what_is_not_declared_is_refused_by_name(self, unable: str) -> None:
        provider, stub = self.provider()
        error = self._outcome(unable, provider)
        assert isinstance(error, InvalidMessageError if unable in WISHES else UnsupportedError), error
        assert ACCOUNT in str(error)
        assert stub.requests == []

    def test_nothing_is_written_without_being_declared(self) -> None:
        for kind in (getattr(ability, name) for name in ability.__all__):
            for method in getattr(kind, "__abstractmethods__", ()):
                assert issubclass(self.adapter, kind) or not hasattr(self.adapter, method), (
                    f"{self.adapter.__name__}.{method} is never called: inherit from {kind.__name__}"
                )

    def test_a_scheduled_message_is_said_to_be_scheduled(self) -> None:
        if self.provider()[0].can(ability.SendsLater):
            accepted = self.outcome("send later")
            assert isinstance(accepted, Accepted)
            assert accepted.status is Status.SCHEDULED

    def test_refused_and_failed_questions_raise_what_they_mean(self, able: str) -> None:
        if able in WISHES or able in {"send", "send bulk"}:
            return
        for status, kind in {401: AuthenticationError, 403: PermissionDeniedError, 429: RateLimitedError}.items():
            assert isinstance(self._all_answered(able, answer(status, {})), kind)
        failures: list[Answer | ProviderError] = [answer(500, {}), answer(503, {}), ProviderError("no answer")]
        for failure in failures:
            error = self._all_answered(able, failure)
            assert isinstance(error, ProviderError), error
            assert not isinstance(error, NotSentError | RejectedError | NotFoundError), error

    def test_an_unknown_id_is_not_found(self, able: str) -> None:
        if able.endswith((".get", ".delete", ".update", ".add", ".remove")) or able == "status":
            error = self._all_answered(able, answer(404, {}))
            assert isinstance(error, NotFoundError), error

    def test_answers_that_cannot_be_read_are_typed_errors(self, able: str) -> None:
        if able in WISHES or able in {"send", "send bulk"}:
            return
        returns = self.outcome(able) is not None
        for step in self.steps(able):
            for said in {**BROKEN, **garbled(self._recorded(step))}.values():
                self.outcome(able, {wire(step): said})  # an exception that is not ours fails the test here
        for name, said in BROKEN.items():
            error = self._all_answered(able, said)
            assert isinstance(error, ProviderError) or not returns, (name, error)

    def test_no_id_leaves_its_step_of_the_path(self, able: str, hostile: str) -> None:
        stub = StubTransport(lambda _: answer(404, {}))
        self._outcome(able, self._on(stub), self._samples.one_id(hostile))
        for request in stub.requests:
            steps = request.quoted_path.split("/")
            assert not {"", ".", ".."} & {*steps}, request.quoted_path
            assert not any(sign in request.quoted_path for sign in "?# \n"), request.quoted_path
            assert len(steps) == len(request.path.split("/")), request.quoted_path

    # Statuses and lists ---------------------------------------------------------------------------------------------

    def test_the_vendors_words_map_to_ours(self, word: str) -> None:
        report = self.outcome("status", self.with_status(word))
        assert isinstance(report, DeliveryReport), report
        assert (report.status, report.raw_status) == (self.statuses[word], word)

    def test_an_unmapped_word_is_unknown_and_kept(self) -> None:
        if issubclass(self.adapter, ability.TellsStatus):
            assert self.statuses, f"{type(self).__name__}.statuses is needed, as the adapter tells statuses"
            report = self.outcome("status", self.with_status("on the moon"))
            assert isinstance(report, DeliveryReport), report
            assert (report.status, report.raw_status) == (Status.UNKNOWN, "on the moon")

    def test_a_list_that_goes_in_a_circle_ends(self, paged: str) -> None:
        error = self.outcome(paged, self.endless[paged])
        assert isinstance(error, MalformedAnswerError), error

    def test_a_list_is_fetched_page_by_page(self, paged: str) -> None:
        provider, _ = self.provider(self.endless[paged])
        assert len([*islice(LISTS[paged](provider, self._samples), 1)]) == 1

    # Secrets --------------------------------------------------------------------------------------------------------

    def test_settings_provider_and_adapter_do_not_show_secrets(self) -> None:
        provider, _ = self.provider()
        assert leaks(self._secrets, provider, provider.adapter, provider.adapter.settings) == []

    def test_no_request_and_no_result_shows_a_secret(self, able: str) -> None:
        provider, stub = self.provider()
        assert leaks(self._secrets, self._outcome(able, provider), *stub.requests) == []

    def test_no_error_shows_a_secret(self, able: str, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(0)
        failures = [answer(status, {}) for status in (400, 401, 403, 404, 429, 500)]
        errors = [self.outcome(able, {wire(step): said}) for step in self.steps(able) for said in failures]
        errors += [self._all_answered(able, said) for said in BROKEN.values()]
        errors.append(self._all_answered(able, UnreachableError("no connection")))
        assert leaks(self._secrets, caplog.text, *errors) == []

    # Behind the tests -----------------------------------------------------------------------------------------------

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Make a test of each fact."""
        capable = self.provider()[0].capabilities
        levels = {name: level for name, level in capable.items() if name in CALLS}
        able = [name for name, level in levels.items() if level in {Level.NATIVE, Level.COMPOSED}]
        cases: dict[str, Sequence[object]] = {
            "able": able,
            "unable": [name for name in levels if name not in able],
            "refusal": [*self.refusals],
            "refused_with": [*_REFUSALS],
            "failed_with": _FAILURES,
            "word": [*self.statuses],
            "paged": [*self.endless],
            "hostile": HOSTILE,
        }
        for name, values in cases.items():  # in one order, so that workers collect the same tests
            if name in metafunc.fixturenames:
                metafunc.parametrize(name, values, ids=str)

    @property
    def _samples(self) -> Samples:
        return Samples(**{name: getattr(self, name) for name in attrs.fields_dict(Samples)})

    @property
    def _secrets(self) -> list[str]:
        secrets = [str(self.settings[name]) for name in self.secrets]
        assert secrets, "name the settings that are secret"
        assert all(len(secret) >= 8 for secret in secrets), "a secret of 8 characters or more is told from other words"
        return secrets

    def _on(self, stub: StubTransport) -> Provider:
        return Provider(ACCOUNT, self.provider()[0].adapter, stub)

    def _outcome(self, operation: str, provider: Provider, samples: Samples | None = None) -> object:
        call: Callable[[Provider, Samples], object] = CALLS[operation]
        try:
            return call(provider, samples or self._samples)
        except SmsgateError as error:
            return error

    def _all_answered(self, operation: str, said: Answer | ProviderError) -> object:
        return self._outcome(operation, self._on(StubTransport(lambda _: said)))

    def _until_sent(self, operation: str) -> list[Request]:
        """Return the requests of an operation up to the one that sends."""
        steps = self.steps(operation)
        return steps[: [step.effect for step in steps].index(Effect.SENDS) + 1]

    def _recorded(self, step: Request) -> Answer:
        said = Recorded(self.recorded)(step)
        assert isinstance(said, Answer)
        return said

    @staticmethod
    def _of_a_failure(step: Request) -> type[ProviderError]:
        return UnknownOutcomeError if step.effect is Effect.SENDS else NotSentError


def _ids_are_text(result: object) -> bool:
    values = result if isinstance(result, list) else [result]
    ids = [getattr(value, name) for value in values for name in ("id", "message_id") if hasattr(value, name)]
    return all(isinstance(id_, str) and id_ for id_ in ids)


def _providers_in(result: object) -> set[object]:
    values = result if isinstance(result, list) else [result]
    return {value.provider for value in values if hasattr(value, "provider")}
