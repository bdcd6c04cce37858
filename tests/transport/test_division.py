"""A bulk call that is refused whole: no message is blamed for another, and the refused one is found in few calls."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

import pytest
from attrs import define, evolve, field

from smsgate import (
    Accepted,
    Answer,
    AuthenticationError,
    Gateway,
    InsufficientCreditError,
    InvalidMessageError,
    InvalidRecipientError,
    Message,
    NotSentError,
    Outcome,
    Provider,
    ProviderError,
    RateLimitedError,
    RejectedError,
    Request,
    Scope,
    UnknownOutcomeError,
)
from smsgate.sandbox import Sandbox
from smsgate.testing import StubTransport, Unpaced, answer
from smsgate.transport.division import Submitted
from smsgate_zoomconnect import ZoomConnect, ZoomConnectSettings
from tests.blocking_core import submit_divided

Error = ProviderError | InvalidMessageError
Making = Callable[[], Error]

REFUSALS: dict[str, Making] = {
    "a message that is refused": partial(RejectedError, "Bad request"),
    "a recipient that is refused": partial(InvalidRecipientError, "Invalid number"),
    "not sent, for a message": partial(NotSentError, "Bad request", scope=Scope.MESSAGE),
    "refused before any request": partial(InvalidMessageError, "too long"),
}
OF_ALL: dict[str, Making] = {
    "the credentials": partial(AuthenticationError, "refused"),
    "the credit": partial(InsufficientCreditError, "none left"),
    "the rate": partial(RateLimitedError, "too many"),
    "no time": partial(NotSentError, "deadline exceeded"),
}


def messages(count: int) -> list[Message]:
    return [Message("+27821234567", f"text {number}") for number in range(count)]


@define
class Vendor:
    """Refuses a call that has a bad message in it, and takes any other."""

    bad: frozenset[str]
    error: Making = REFUSALS["a message that is refused"]
    calls: list[int] = field(factory=list)
    handed: list[str] = field(factory=list)
    """Texts that went out."""

    def call(self, part: Sequence[Message]) -> Sequence[Submitted] | Error:
        self.calls.append(len(part))
        if any(message.text in self.bad for message in part):
            return self.error()
        return [self.take(message) for message in part]

    def alone(self, message: Message) -> Submitted:
        self.calls.append(1)
        return RejectedError("by itself") if message.text in self.bad else self.take(message)

    def take(self, message: Message) -> Accepted:
        self.handed.append(message.text)
        return Accepted(message_id=message.text)

    def submit(self, sent: Sequence[Message]) -> Sequence[Submitted]:
        return submit_divided(sent, self.call, self.alone)


@pytest.mark.parametrize("refusal", REFUSALS)
@pytest.mark.parametrize("count", [1, 2, 3, 10, 64, 1000])
def test_one_bad_message_is_found_in_two_calls_for_each_halving(count: int, refusal: str) -> None:
    for place in {0, count // 2, count - 1}:
        vendor = Vendor(frozenset({f"text {place}"}), REFUSALS[refusal])
        results = vendor.submit(messages(count))
        assert [index for index, result in enumerate(results) if not isinstance(result, Accepted)] == [place]
        assert str(results[place]) == "by itself"
        assert len(vendor.calls) <= max(2, 1 + 2 * (count - 1).bit_length())


def test_each_message_is_submitted_once_and_its_result_is_at_its_place_whichever_are_bad() -> None:
    seed = random.randrange(2**32)
    print("seed", seed)  # noqa: T201 - to repeat a failure
    chance = random.Random(seed)
    for _ in range(300):
        sent = messages(chance.randrange(1, 40))
        bad = frozenset(chance.sample([message.text for message in sent], chance.randrange(len(sent) + 1)))
        vendor = Vendor(bad)
        results = vendor.submit(sent)
        told = [result.message_id if isinstance(result, Accepted) else None for result in results]
        assert told == [None if message.text in bad else message.text for message in sent]
        assert sorted(vendor.handed) == sorted(message.text for message in sent if message.text not in bad)
        assert len(vendor.calls) <= len(sent) + 1 + 2 * (len(sent) - 1).bit_length()


def test_a_call_that_is_answered_is_not_divided() -> None:
    vendor = Vendor(frozenset())
    assert all(isinstance(result, Accepted) for result in vendor.submit(messages(10)))
    assert vendor.calls == [10]


@pytest.mark.parametrize("refusal", OF_ALL)
def test_what_is_refused_to_all_is_asked_once(refusal: str) -> None:
    vendor = Vendor(frozenset({"text 3"}), OF_ALL[refusal])
    results = vendor.submit(messages(10))
    assert vendor.calls == [10]
    assert {type(result) for result in results} == {type(OF_ALL[refusal]())}
    assert len({id(result) for result in results}) == 10


@pytest.mark.parametrize("refusal", OF_ALL)
def test_nothing_more_is_submitted_once_all_is_refused(refusal: str) -> None:
    vendor = Vendor(frozenset({"text 9"}))

    def call(part: Sequence[Message]) -> Sequence[Submitted] | Error:
        return vendor.call(part) if len(vendor.calls) < 2 else OF_ALL[refusal]()

    results = submit_divided(messages(10), call, vendor.alone)
    assert [type(result) for result in results] == [Accepted] * 5 + [type(OF_ALL[refusal]())] * 5
    assert vendor.calls == [10, 5]


def test_a_part_whose_answer_is_lost_is_unknown_and_is_not_submitted_again() -> None:
    def call(part: Sequence[Message]) -> Sequence[Submitted] | Error:
        if len(part) == 4:
            return RejectedError("Bad request")
        return UnknownOutcomeError("lost") if part[0].text == "text 0" else [Accepted(message_id="x")] * len(part)

    results = submit_divided(messages(4), call, lambda _: pytest.fail("handed over again"))
    assert [type(result) for result in results] == [UnknownOutcomeError] * 2 + [Accepted] * 2


# Zoom Connect --------------------------------------------------------------------------------------------------------

PAGES = {
    "a web page": answer(400, text="<h1>Bad request</h1>", content_type="text/html"),
    "nothing": answer(400, text=""),
    "an empty object": answer(422, {}),
    "an error without a code": answer(422, {"message": "Something is wrong"}),
    "the vendor's error": answer(400, {"status": "400", "code": 3, "message": "Message cannot be empty"}),
}


def zoom(says: Callable[[Request], Answer] | Iterable[Answer], **settings: int) -> tuple[Provider, StubTransport]:
    stub = StubTransport(says)
    account = ZoomConnectSettings(email="ops@example.com", token="t0ken", **settings)  # type: ignore[arg-type]
    return Provider("zoom", ZoomConnect(account, provider="zoom"), stub, pace_store=Unpaced()), stub


@pytest.mark.parametrize("page", PAGES)
def test_a_refused_call_of_zoom_connect_rejects_the_bad_message_alone(page: str) -> None:
    def says(request: Request) -> Answer:
        body = request.json
        assert isinstance(body, dict)
        texts = [item["message"] for item in body.get("sendSmsRequests", [body])]
        if "text 7" in texts:
            return PAGES[page]
        replies = [{"messageId": text} for text in texts]
        return answer(200, {"sendSmsResponses": replies} if "sendSmsRequests" in body else replies[0])

    provider, stub = zoom(says)
    results = list(provider.send_bulk(messages(10)))
    assert [type(result) for result in results] == [Accepted] * 7 + [RejectedError] + [Accepted] * 2
    assert [result.message_id for result in results if isinstance(result, Accepted)] == [
        f"text {number}" for number in range(10) if number != 7
    ]
    assert [request.path for request in stub.requests].count("sms/send") == 1
    assert len(stub.requests) <= 9


def test_the_calls_share_one_deadline() -> None:
    limits: list[float] = []

    def says(request: Request) -> Answer:
        limits.append(request.deadline.left if request.deadline else 0.0)
        return PAGES["nothing"]

    provider, _ = zoom(says)
    list(provider.send_bulk(messages(4), deadline=30.0))
    assert all(0 < limit <= 30.0 for limit in limits)
    assert limits == sorted(limits, reverse=True)


def test_without_time_the_rest_is_not_sent() -> None:
    provider, stub = zoom(lambda _: PAGES["nothing"])
    results = list(provider.send_bulk(messages(4), deadline=0.0))
    assert [type(result) for result in results] == [NotSentError] * 4
    assert stub.requests == []


def test_a_run_ends_though_one_of_its_calls_is_refused_and_the_next_asks_nothing(tmp_path: Path) -> None:
    """Over real HTTP: for a field that it does not know the sandbox refuses a call whole."""
    sent = messages(10)
    sent[4] = evolve(sent[4], extra={"zoomconnect": {"nonsense": 1}})
    with Sandbox() as sandbox:
        account = {"adapter": "zoomconnect", "base_url": sandbox.url("zoomconnect")}
        providers = {"zoom": {**account, **sandbox.credentials("zoomconnect")}}
        settings = {"providers": providers, "journal": str(tmp_path / "journal.db")}
        asked: list[str] = []
        with Gateway.from_mapping(settings) as gateway:
            gateway.provider("zoom").on_request = lambda event: asked.append(event.path)
            first = list(gateway.send_bulk(sent, run="opening", workers=1))
            assert [result.outcome for result in first] == [
                Outcome.REJECTED if number == 4 else Outcome.ACCEPTED for number in range(10)
            ]
            assert len(sandbox.texts) == 9
            assert len(asked) <= 9
            del asked[:]
            again = list(gateway.send_bulk(sent, run="opening", workers=1))
        assert [result.outcome for result in again] == [result.outcome for result in first]
        assert asked == []
        assert len(sandbox.texts) == 9
