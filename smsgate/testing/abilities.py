"""Tests of abilities: what is declared works, what is not is refused, and foreign data is never believed."""

from __future__ import annotations

from contextlib import suppress
from itertools import islice

import attrs
import pytest

from smsgate.adapter.abilities.delivery import TellsStatus
from smsgate.adapter.abilities.opt_outs import ListsOptOuts
from smsgate.adapter.abilities.sending import SendsLater, SendsMedia
from smsgate.adapter.adapter import Accepted
from smsgate.adapter.capabilities import ABILITIES
from smsgate.adapter.registry import adapter_named
from smsgate.adapter.request import Answer, Effect
from smsgate.model.errors import (
    AuthenticationError,
    ConfigError,
    InvalidMessageError,
    MalformedAnswerError,
    NotFoundError,
    NotSentError,
    PermissionDeniedError,
    ProviderError,
    RateLimitedError,
    RejectedError,
    SmsgateError,
    UnsupportedError,
)
from smsgate.model.event import DeliveryReport
from smsgate.model.media import Media
from smsgate.model.status import Status
from smsgate.testing.calls import LISTS, MEDIA, MESSAGE_OPTIONS
from smsgate.testing.facts import ACCOUNT, AdapterFacts
from smsgate.testing.garbage import BROKEN, garbled
from smsgate.testing.recorded import at_first, wire
from smsgate.testing.stub import StubTransport, answer

__all__ = ["AbilityContract"]

HOSTILE = ("../../admin", "a/b", "..", ".", "", "a?b=c", "a#b", "a%2fb", "a b", "ä\n")


class AbilityContract(AdapterFacts):
    """What the adapter can do beside sending."""

    def test_the_adapter_is_found_by_its_name(self) -> None:
        name = self.adapter.name
        try:
            found = adapter_named(name)
        except ConfigError as error:
            fix = f"the package must be installed, with an entry point {name!r} in the group smsgate.adapters"
            pytest.fail(f"{error}. For an adapter of your own, {fix}", pytrace=False)
        assert found is self.adapter

    def test_what_is_presumed_is_checked_by_reading_alone(self) -> None:
        provider, stub = self.provider()
        for presumption in provider.adapter.presumptions():
            if presumption.check is not None:
                with suppress(ProviderError):  # the recorded answers are those of one account
                    assert provider.converse("presumption", presumption.check()) in {True, False, None}
        assert {request.effect for request in stub.requests} <= {Effect.READS}

    def test_what_is_declared_works(self, able: str) -> None:
        result = self.outcome(able)
        assert not isinstance(result, SmsgateError), result
        assert _ids_are_text(result)
        assert _providers_in(result) <= {ACCOUNT}

    def test_what_is_not_declared_is_refused_by_name(self, unable: str) -> None:
        provider, stub = self.provider()
        error = self._outcome(unable, provider)
        assert isinstance(error, InvalidMessageError if unable in MESSAGE_OPTIONS else UnsupportedError), error
        assert ACCOUNT in str(error)
        assert stub.requests == []

    def test_opt_outs_are_listed_by_reading_alone(self) -> None:
        provider, _ = self.provider()
        if provider.can(ListsOptOuts):
            assert {request.effect for request in self.steps("opt_outs.list")} == {Effect.READS}

    def test_nothing_is_written_without_being_declared(self) -> None:
        for kind in ABILITIES:
            for method in getattr(kind, "__abstractmethods__", frozenset()) & vars(kind).keys():
                assert issubclass(self.adapter, kind) or not hasattr(self.adapter, method), (
                    f"{self.adapter.__name__}.{method} is never called: inherit from {kind.__name__}"
                )

    def test_a_scheduled_message_is_said_to_be_scheduled(self) -> None:
        if self.provider()[0].can(SendsLater):
            accepted = self.outcome("send later")
            assert isinstance(accepted, Accepted)
            assert accepted.status is Status.SCHEDULED

    def test_as_many_media_as_the_vendor_takes_reach_it_without_a_text_and_more_are_refused(self) -> None:
        provider, stub = self.provider()
        if not isinstance(adapter := provider.adapter, SendsMedia) or not provider.can(SendsMedia):
            return
        assert adapter.media_at_most >= 1
        media = [Media(f"{MEDIA.url}&page={page}", MEDIA.content_type) for page in range(adapter.media_at_most)]
        provider.send(attrs.evolve(self.message, text="", media=media))
        said = str([(request.json, request.form, request.query) for request in stub.requests])
        assert [each.url for each in media if each.url not in said] == [], said
        asked = len(stub.requests)
        with pytest.raises(InvalidMessageError, match=f"takes at most {adapter.media_at_most} media"):
            provider.send(attrs.evolve(self.message, media=[*media, MEDIA]))
        assert len(stub.requests) == asked

    def test_refused_and_failed_questions_raise_what_they_mean(self, able: str) -> None:
        if able in MESSAGE_OPTIONS or able in {"send", "send bulk"}:
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
        if able in MESSAGE_OPTIONS or able in {"send", "send bulk"}:
            return
        returns = self.outcome(able) is not None
        for step in self.steps(able):
            for said in {**BROKEN, **garbled(self._recorded(step))}.values():
                self.outcome(able, {wire(step): said})  # an exception that is not ours fails the test here
        for name, said in BROKEN.items():
            error = self._all_answered(able, said)
            assert isinstance(error, ProviderError) or not returns, (name, error)

    def test_no_id_leaves_its_step_of_the_path(self, able: str) -> None:
        stub = StubTransport(lambda _: answer(404, {}))
        for hostile in HOSTILE:
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
        if issubclass(self.adapter, TellsStatus):
            assert self.statuses, f"{type(self).__name__}.statuses is needed, as the adapter has TellsStatus"
            report = self.outcome("status", self.with_status("on the moon"))
            assert isinstance(report, DeliveryReport), report
            assert (report.status, report.raw_status) == (Status.UNKNOWN, "on the moon")

    def test_a_list_that_goes_in_a_circle_ends(self, paged: str) -> None:
        error = self.outcome(paged, self.endless[paged])
        assert isinstance(error, MalformedAnswerError), error

    def test_a_page_of_which_nothing_is_left_does_not_end_a_list(self, filtered: str) -> None:
        listed = self.outcome(filtered, at_first(self.filtered[filtered], self.recorded))
        assert listed == self.outcome(filtered), listed
        assert listed, f"record an answer with an entry for {filtered}"

    def test_a_list_is_fetched_page_by_page(self, paged: str) -> None:
        provider, _ = self.provider(self.endless[paged])
        assert len([*islice(LISTS[paged](provider, self._samples), 1)]) == 1


def _ids_are_text(result: object) -> bool:
    values = result if isinstance(result, list) else [result]
    ids = [getattr(value, name) for value in values for name in ("id", "message_id") if hasattr(value, name)]
    return all(isinstance(id_, str) and id_ for id_ in ids)


def _providers_in(result: object) -> set[object]:
    values = result if isinstance(result, list) else [result]
    return {value.provider for value in values if hasattr(value, "provider")}
