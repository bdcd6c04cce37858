"""A gateway asks its route in order, goes on only when it is certain that no text is out, and tells what happened."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest
from attrs import evolve, frozen

from smsgate import (
    Accepted,
    Adapter,
    Answer,
    AuthenticationError,
    ChoosesSender,
    ConfigError,
    Conversation,
    Effect,
    Gateway,
    InsufficientCreditError,
    InvalidMessageError,
    InvalidRecipientError,
    LimitsValidity,
    Message,
    NotFoundError,
    NotSentError,
    OptedOutError,
    Outcome,
    Provider,
    ProviderError,
    RateLimitedError,
    RejectedError,
    Request,
    Scope,
    SendResult,
    SendsLater,
    SendsMedia,
    Settings,
    SmsgateError,
    Status,
    Submission,
    UnknownOutcomeError,
    UnreachableError,
    UnsupportedError,
)
from smsgate.testing import StubTransport, answer

MESSAGE = Message("+27821234567", "Hello")
CANARY = "CANARY-c0de"


@frozen(kw_only=True)
class StubSettings(Settings):
    base_url: str = "https://stub.example"
    ring: str = CANARY


class StubAdapter(Adapter[Settings]):
    """The least that an adapter can be."""

    name = "stub"
    Settings = StubSettings

    def headers(self) -> Mapping[str, str]:
        return {}

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        said = yield Request("POST", "send", json={"to": message.to}, effect=Effect.SENDS)
        return Accepted(message_id=str(said.json()), raw=said.raw())


class FullStubAdapter(StubAdapter, SendsLater, ChoosesSender, LimitsValidity, SendsMedia):
    """Takes every wish."""

    media_at_most = 2


Said = Answer | ProviderError


class StubProvider(Provider):
    """A provider whose vendor says what the test sets."""

    def __init__(self, name: str, adapter: Adapter[Settings], says: tuple[Said, ...]) -> None:
        self.stub = StubTransport(says)
        super().__init__(name, adapter, self.stub)


def stub_provider(
    *says: Said, name: str = "a", adapter: Callable[..., Adapter[Settings]] = StubAdapter
) -> StubProvider:
    return StubProvider(name, adapter(StubSettings(), provider=name), says)


def asked(provider: StubProvider) -> int:
    return len(provider.stub.requests)


def ended(gateway: Gateway, message: Message = MESSAGE) -> tuple[SmsgateError, SendResult]:
    """Return the error that a send ended with, and its result."""
    with pytest.raises(SmsgateError) as raised:
        gateway.send(message)
    assert isinstance(raised.value.result, SendResult)
    assert raised.value.result.error is raised.value
    return raised.value, raised.value.result


def tale(result: SendResult) -> list[tuple[str, Outcome]]:
    return [(attempt.provider, attempt.outcome) for attempt in result.attempts]


# Route ---------------------------------------------------------------------------------------------------------------


def test_the_first_provider_of_the_route_is_asked() -> None:
    first, second = stub_provider(answer(json=4711)), stub_provider(name="b")
    result = Gateway([first, second]).send(MESSAGE)
    [attempt] = result.attempts
    assert result == SendResult(
        message=MESSAGE,
        outcome=Outcome.ACCEPTED,
        status=Status.QUEUED,
        provider="a",
        message_id="4711",
        segments=1,
        attempts=(attempt,),
        raw={"answer": 4711},
    )
    assert (attempt.provider, attempt.outcome, attempt.error) == ("a", Outcome.ACCEPTED, None)
    assert attempt.started.tzinfo is UTC
    assert 0 <= attempt.seconds < 5
    assert (asked(first), asked(second)) == (1, 0)


@pytest.mark.parametrize(
    "failure",
    [
        NotSentError("no"),
        UnreachableError("no"),
        RateLimitedError("no"),
        AuthenticationError("no"),
        InsufficientCreditError("no"),
        RejectedError("no", scope=Scope.ACCOUNT),
        RejectedError("no", scope=Scope.PROVIDER),
        answer(401),
        answer(402),
        answer(404),
        answer(429),
    ],
)
def test_the_next_provider_is_asked_where_it_is_certain_that_no_text_is_out(failure: Said) -> None:
    result = Gateway([stub_provider(failure), stub_provider(answer(json=1), name="b")]).send(MESSAGE)
    assert (result.outcome, result.provider, result.message_id) == (Outcome.ACCEPTED, "b", "1")
    assert result.error is None
    first, second = tale(result)
    assert first[0] == "a"
    assert first[1] in {Outcome.NOT_SENT, Outcome.REJECTED}
    assert second == ("b", Outcome.ACCEPTED)


@pytest.mark.parametrize(
    "failure",
    [
        RejectedError("no"),
        InvalidRecipientError("no"),
        OptedOutError("no"),
        RejectedError("no", scope=Scope.SENDER),
        answer(400),
        answer(422),
    ],
)
def test_a_refused_message_or_recipient_is_not_offered_elsewhere(failure: Said) -> None:
    second = stub_provider(name="b")
    error, result = ended(Gateway([stub_provider(failure), second]))
    assert isinstance(error, RejectedError)
    assert (result.outcome, result.status, result.provider) == (Outcome.REJECTED, Status.REJECTED, "a")
    assert tale(result) == [("a", Outcome.REJECTED)]
    assert asked(second) == 0


@pytest.mark.parametrize(
    "failure",
    [
        UnknownOutcomeError("?"),
        ProviderError("?"),
        NotFoundError("?"),
        answer(500),
        answer(503),
        answer(302),
        answer(408),
        answer(200, text="<html>"),
        answer(204, text=""),
    ],
)
def test_an_unknown_outcome_stops_the_route(failure: Said) -> None:
    second = stub_provider(name="b")
    error, result = ended(Gateway([stub_provider(failure), second]))
    assert type(error) is UnknownOutcomeError
    assert (result.outcome, result.status, result.message_id) == (Outcome.UNKNOWN, Status.UNKNOWN, None)
    assert tale(result) == [("a", Outcome.UNKNOWN)]
    assert asked(second) == 0


def test_attempts_have_every_provider_that_was_asked_up_to_the_end() -> None:
    providers = [
        stub_provider(UnreachableError("down"), name="a"),
        stub_provider(answer(429), name="b"),
        stub_provider(answer(502), name="c"),
        stub_provider(name="d"),
    ]
    error, result = ended(Gateway(providers))
    assert error.result is result
    assert tale(result) == [("a", Outcome.NOT_SENT), ("b", Outcome.NOT_SENT), ("c", Outcome.UNKNOWN)]
    assert [str(attempt.error).partition(":")[0] for attempt in result.attempts] == ["a", "b", "c"]
    assert [asked(provider) for provider in providers] == [1, 1, 1, 0]


def test_the_error_of_a_route_on_which_all_fail_has_every_reason() -> None:
    error, result = ended(
        Gateway([stub_provider(UnreachableError("down")), stub_provider(RateLimitedError("slow"), name="b")])
    )
    assert type(error) is NotSentError
    assert str(error) == "no provider of the route accepted the message: a: down; b: slow"
    assert (result.outcome, result.status, result.provider) == (Outcome.NOT_SENT, Status.PENDING, "b")


def test_a_single_provider_that_fails_raises_its_own_error() -> None:
    error, _ = ended(Gateway([stub_provider(answer(429, retry_after="30"))]))
    assert isinstance(error, RateLimitedError)
    assert (error.provider, error.retry_after) == ("a", 30.0)


def test_a_provider_that_is_named_is_asked_alone_even_outside_the_route() -> None:
    first, second = stub_provider(name="a"), stub_provider(answer(json=1), UnreachableError("down"), name="b")
    gateway = Gateway([first, second], route=["a"])
    assert gateway.send(MESSAGE, provider="b").provider == "b"
    with pytest.raises(UnreachableError):
        gateway.send(MESSAGE, provider="b")
    assert asked(first) == 0


@pytest.mark.parametrize("name", ["sales", ""])
def test_a_provider_that_is_not_there_is_named_with_those_that_are(name: str) -> None:
    gateway = Gateway([stub_provider(), stub_provider(name="b")])
    with pytest.raises(ConfigError) as raised:
        gateway.provider(name)
    assert str(raised.value) == f"no provider {name!r} (there are: a, b)"
    with pytest.raises(ConfigError) as refused:
        gateway.send(MESSAGE, provider=name)
    assert str(refused.value) == f"no provider {name!r} (there are: a, b)"
    result = refused.value.result
    assert result is not None
    assert (result.outcome, result.provider, result.attempts, result.error) == (
        Outcome.NOT_SENT,
        None,
        (),
        refused.value,
    )


def test_a_misspelt_provider_or_route_is_answered_with_what_was_meant() -> None:
    gateway = Gateway([stub_provider(name="bulk")])
    with pytest.raises(ConfigError, match=r"no provider 'bukl' \(there are: bulk\); did you mean 'bulk'\?$"):
        gateway.provider("bukl")
    with pytest.raises(ConfigError, match=r"no provider 'bukl' \(there are: bulk\); did you mean 'bulk'\?$"):
        gateway.send(MESSAGE, provider="bukl")
    with pytest.raises(ConfigError, match=r"no route 'defualt' \(there are: default\); did you mean 'default'\?$"):
        gateway.send(evolve(MESSAGE, route="defualt"))


def test_a_gateway_needs_providers_of_different_names() -> None:
    with pytest.raises(ConfigError, match="needs at least one provider"):
        Gateway([])
    with pytest.raises(ConfigError, match="providers must name at least one provider, got none"):
        Gateway([stub_provider()], route=[])
    with pytest.raises(ConfigError, match="a name of its own"):
        Gateway([stub_provider(), stub_provider()])
    with pytest.raises(ConfigError, match="no provider 'b'"):
        Gateway([stub_provider()], route=["b"])


# What is refused before anybody is asked -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "why"),
    [
        (
            Message("+27821234567", "Hello", send_at=datetime(2020, 1, 1, tzinfo=UTC)),
            "is past; leave it out to send now",
        ),
        (Message("+27821234567", "x" * 1024 * 1024), "segments; a message has at most 255"),
        (Message("+27821234567", "x" * (153 * 255 + 1)), "the text needs 256 segments"),
        (Message("+27821234567", "👍" * (33 * 255 + 1)), "the text needs 256 segments"),
        (Message("+27821234567", "Hello", key="k"), "a key needs a journal"),
    ],
    ids=["past", "1 MiB", "GSM-7", "UCS-2", "key"],
)
def test_what_no_vendor_should_be_asked_is_refused_here(message: Message, why: str) -> None:
    provider = stub_provider(adapter=FullStubAdapter)
    error, result = ended(Gateway([provider]), message)
    assert isinstance(error, InvalidMessageError)
    assert why in str(error)
    assert (result.outcome, result.provider, result.attempts) == (Outcome.REJECTED, None, ())
    assert asked(provider) == 0


def test_the_longest_text_is_sent() -> None:
    result = Gateway([stub_provider(answer(json=1))]).send(Message("+27821234567", "x" * 153 * 255))
    assert result.segments == 255


SOON = datetime.now(UTC) + timedelta(days=1)
WISHES: dict[Literal["send_at", "sender", "validity", "media"], Message] = {
    "send_at": Message("+27821234567", "Hello", send_at=SOON),
    "sender": Message("+27821234567", "Hello", sender="ACME"),
    "validity": Message("+27821234567", "Hello", validity=timedelta(hours=1)),
    "media": Message("+27821234567", "Hello", media=["https://example.com/a.png"]),
}


@pytest.mark.parametrize(("wish", "message"), WISHES.items())
def test_a_wish_that_the_vendor_cannot_meet_is_refused_not_dropped(wish: str, message: Message) -> None:
    provider = stub_provider()
    error, result = ended(Gateway([provider]), message)
    assert isinstance(error, InvalidMessageError)
    assert str(error) == f"a (stub) takes no {wish}; leave it out or name another provider"
    assert (result.outcome, result.status) == (Outcome.REJECTED, Status.REJECTED)
    assert asked(provider) == 0


@pytest.mark.parametrize("message", WISHES.values())
def test_a_wish_goes_to_the_provider_that_can_meet_it(message: Message) -> None:
    plain, fancy = stub_provider(), stub_provider(answer(json=1), name="b", adapter=FullStubAdapter)
    result = Gateway([plain, fancy]).send(message)
    assert result.provider == "b"
    assert asked(plain) == 0


def test_more_media_than_a_provider_takes_go_to_one_that_takes_them() -> None:
    class Album(FullStubAdapter):
        media_at_most = 3

    message = evolve(WISHES["media"], media=["https://example.com/a.png"] * 3)
    few, many = stub_provider(adapter=FullStubAdapter), stub_provider(answer(json=1), name="b", adapter=Album)
    assert Gateway([few, many]).send(message).provider == "b"
    error, _ = ended(Gateway([few]), message)
    assert type(error) is InvalidMessageError
    assert str(error) == "a (stub) takes at most 2 media a message, got 3; send fewer"
    assert asked(few) == 0


def test_a_wish_that_no_provider_can_meet_is_invalid_and_not_to_be_tried_again() -> None:
    error, result = ended(Gateway([stub_provider(), stub_provider(name="b")]), WISHES["sender"])
    assert type(error) is InvalidMessageError
    assert str(error).count("takes no sender") == 2
    assert result.outcome is Outcome.REJECTED


# Adapters that misbehave ---------------------------------------------------------------------------------------------


class Returning(StubAdapter):
    """Returns what no adapter should, after the text has gone."""

    returned: object = None

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        yield from super().send(message, submission)
        return self.returned  # type: ignore[return-value]


@pytest.mark.parametrize(
    "returned",
    [None, "4711", {}, Accepted(message_id=""), Accepted(message_id=5), Accepted(message_id=None)],  # type: ignore[arg-type]
)
def test_what_is_no_accepted_with_an_id_leaves_the_outcome_unknown(returned: object) -> None:
    adapter = type("Wrong", (Returning,), {"returned": returned})
    error, result = ended(Gateway([stub_provider(answer(json=1), adapter=adapter), stub_provider(name="b")]))
    assert type(error) is UnknownOutcomeError
    assert "error in the adapter" in str(error)
    assert result.outcome is Outcome.UNKNOWN


class Stumbling(StubAdapter):
    """Fails before it has asked anything, and is no generator."""

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        raise KeyError(message.to)


class Unwilling(StubAdapter):
    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        if message.to:
            raise UnsupportedError("cannot write today")
        return (yield from super().send(message, submission))


@pytest.mark.parametrize("adapter", [Stumbling, Unwilling])
def test_an_adapter_that_fails_before_it_asks_has_sent_nothing(adapter: type[StubAdapter]) -> None:
    result = Gateway([stub_provider(adapter=adapter), stub_provider(answer(json=1), name="b")]).send(MESSAGE)
    assert tale(result) == [("a", Outcome.NOT_SENT), ("b", Outcome.ACCEPTED)]


class Headless(StubAdapter):
    def headers(self) -> Mapping[str, str]:
        raise StopIteration


class Inexplicable(StubAdapter):
    def explain(self, request: Request, answer: Answer) -> ProviderError | None:
        raise StopIteration(request, answer)


@pytest.mark.parametrize("adapter", [Headless, Inexplicable])
def test_an_adapter_that_fails_around_its_request_leaves_the_outcome_unknown(adapter: type[StubAdapter]) -> None:
    error, _ = ended(Gateway([stub_provider(answer(400), adapter=adapter)]))
    assert type(error) is UnknownOutcomeError


# The rest of the gateway ---------------------------------------------------------------------------------------------


def test_analyse_makes_no_request() -> None:
    analysis = Gateway([stub_provider()]).analyse(Message("+27821234567", "Olá 👍"))
    assert (analysis.encoding.value, analysis.units, analysis.segments) == ("UCS-2", 6, 1)


def test_an_operation_that_a_provider_lacks_is_unsupported() -> None:
    gateway = Gateway([stub_provider()])
    provider = gateway.provider("a")
    asks: dict[str, Callable[[], object]] = {
        "status": lambda: gateway.status("1"),
        "balance": provider.balance,
        "contacts.list": provider.contacts.list,
    }
    for operation, ask in asks.items():
        with pytest.raises(UnsupportedError) as raised:
            ask()
        assert str(raised.value) == f"a (stub) has no {operation}"


def test_closing_closes_every_provider_also_those_outside_the_route() -> None:
    closed: list[str] = []

    class Closing(StubTransport):
        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

        def close(self) -> None:
            closed.append(self.name)

    providers = [Provider(name, StubAdapter(StubSettings(), provider=name), Closing(name)) for name in "ab"]
    with Gateway(providers, route=["b"]) as gateway:
        assert closed == []
        assert [provider.name for provider in gateway.providers] == ["a", "b"]
        assert [provider.name for provider in gateway.route] == ["b"]
    assert closed == ["a", "b"]


def test_threads_share_a_gateway() -> None:
    def vendor(request: Request) -> Said:
        assert isinstance(request.json, dict)
        return answer(json=request.json["to"])

    providers = [
        Provider(name, adapter(StubSettings(), provider=name), StubTransport(vendor))
        for name, adapter in {"a": StubAdapter, "b": FullStubAdapter}.items()
    ]
    gateway = Gateway(providers)
    senders = [None if number % 3 else "ACME" for number in range(300)]
    messages = [Message(f"+2782123{number:04}", "Hello", sender=sender) for number, sender in enumerate(senders)]
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(gateway.send, messages))
    assert [(result.message, result.message_id) for result in results] == [(one, one.to) for one in messages]
    assert [tale(result) for result in results] == [
        [("a", Outcome.ACCEPTED)] if sender is None else [("a", Outcome.REJECTED), ("b", Outcome.ACCEPTED)]
        for sender in senders
    ]
