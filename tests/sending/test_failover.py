"""What follows when a provider says no, or says nothing."""

from __future__ import annotations

import itertools

import pytest

from smsgate import (
    Answer,
    ConfigError,
    Gateway,
    InvalidMessageError,
    InvalidRecipientError,
    Message,
    NotSentError,
    OnUnknown,
    Outcome,
    Provider,
    ProviderError,
    Route,
    SendResult,
    SmsgateError,
    UnknownOutcomeError,
    UnreachableError,
)
from smsgate.testing import StubTransport, answer
from smsgate_zoomconnect import ZoomConnect, ZoomConnectSettings

ACCEPTED = answer(json={"messageId": "abc", "error": None})
SAYS: dict[str, Answer | ProviderError] = {
    "accepts": ACCEPTED,
    "refuses the recipient": answer(400, {"code": 2, "message": "Invalid mobile number"}),
    "refuses the text": answer(400, {"code": 3, "message": "Message cannot be empty"}),
    "refuses the credentials": answer(401),
    "has no credit": answer(json={"messageId": None, "error": "Insufficient credits"}),
    "is too busy": answer(429, retry_after="7"),
    "cannot be reached": UnreachableError("nobody listens"),
    "answers 500": answer(500),
    "answers in HTML": answer(text="<html>"),
    "loses the answer": UnknownOutcomeError("the connection was cut"),
}
GOES_ON = {"refuses the credentials", "has no credit", "is too busy", "cannot be reached"}
LEAVES_OPEN = {"answers 500", "answers in HTML", "loses the answer"}
MESSAGE = Message("+27821234567", "Your code is 4711")


Script = tuple[str, ...]
SCRIPTS: list[list[Script]] = [[*itertools.product(SAYS, repeat=length)] for length in (1, 2, 3)]
TRIPLES: list[Script] = [
    (*pair, [*SAYS][sum(map([*SAYS].index, pair)) % len(SAYS)]) for pair in itertools.product(SAYS, repeat=2)
]
"""Of the triples a tenth, with every pair of answers at every two places."""


def provider(name: str, *says: Answer | ProviderError) -> tuple[Provider, StubTransport]:
    transport = StubTransport(says)
    settings = ZoomConnectSettings(email="ops@example.com", token="secret")
    return Provider(name, ZoomConnect(settings, provider=name), transport), transport


def submit(gateway: Gateway) -> SendResult:
    try:
        return gateway.send(MESSAGE)
    except SmsgateError as error:
        if not isinstance(error.result, SendResult) or error.result.error is not error:
            raise AssertionError("an error of send carries its result") from error
        return error.result


def expected(script: Script, on_unknown: OnUnknown) -> tuple[int, Outcome]:
    """How many are asked and how it ends, said as plainly as can be."""
    in_doubt = False
    for asked, says in enumerate(script, start=1):
        if says == "accepts":
            return asked, Outcome.ACCEPTED
        if says in LEAVES_OPEN:
            in_doubt = True
            if on_unknown is OnUnknown.HOLD:
                return asked, Outcome.UNKNOWN
        elif says not in GOES_ON:
            return asked, Outcome.UNKNOWN if in_doubt else Outcome.REJECTED
    return len(script), Outcome.UNKNOWN if in_doubt else Outcome.NOT_SENT


@pytest.mark.parametrize("on_unknown", [OnUnknown.HOLD, OnUnknown.FAILOVER])
@pytest.mark.parametrize("scripts", [*SCRIPTS[:2], pytest.param(SCRIPTS[2], marks=pytest.mark.soak), TRIPLES])
def test_every_pair_and_triple_ends_as_the_plain_rule_says(scripts: list[Script], on_unknown: OnUnknown) -> None:
    for script in scripts:
        made = [provider(f"p{index}", SAYS[says]) for index, says in enumerate(script)]
        route = Route(name="all", providers=tuple(each.name for each, _ in made), on_unknown=on_unknown)
        with Gateway([each for each, _ in made], route=route) as gateway:
            result = submit(gateway)
        asked, outcome = expected(script, on_unknown)
        assert (sum(len(stub.requests) for _, stub in made), result.outcome) == (asked, outcome), script
        assert [attempt.provider for attempt in result.attempts] == [f"p{index}" for index in range(asked)], script


@pytest.mark.parametrize("says", sorted(LEAVES_OPEN))
def test_after_an_unknown_outcome_the_second_vendor_is_asked_zero_times(says: str) -> None:
    first, _ = provider("first", SAYS[says])
    second, never = provider("second", ACCEPTED)
    with Gateway([first, second]) as gateway, pytest.raises(UnknownOutcomeError):
        gateway.send(MESSAGE)
    assert never.requests == []


def test_failing_over_an_unknown_outcome_says_that_the_person_may_be_texted_twice() -> None:
    first, _ = provider("first", SAYS["loses the answer"])
    second, _ = provider("second", ACCEPTED)
    route = Route(name="all", providers=("first", "second"), on_unknown=OnUnknown.FAILOVER)
    with Gateway([first, second], route=route) as gateway:
        result = gateway.send(MESSAGE)
    assert (result.outcome, result.provider, result.may_be_duplicate) == (Outcome.ACCEPTED, "second", True)


def test_a_later_refusal_does_not_make_an_unknown_outcome_certain_again() -> None:
    first, _ = provider("first", SAYS["loses the answer"])
    second, _ = provider("second", SAYS["refuses the recipient"])
    route = Route(name="all", providers=("first", "second"), on_unknown=OnUnknown.FAILOVER)
    with (
        Gateway([first, second], route=route) as gateway,
        pytest.raises(
            UnknownOutcomeError,
            match=r"may have been sent: first: the connection was cut.*; second: Invalid",
        ),
    ):
        gateway.send(MESSAGE)


def test_the_error_of_an_exhausted_route_lists_each_provider_with_its_reason() -> None:
    first, _ = provider("first", SAYS["cannot be reached"])
    second, _ = provider("second", SAYS["has no credit"])
    with Gateway([first, second]) as gateway, pytest.raises(NotSentError) as caught:
        gateway.send(MESSAGE)
    assert str(caught.value) == (
        "no provider of the route accepted the message: first: nobody listens; second: Insufficient credits"
    )


def test_a_route_of_one_gives_its_own_error() -> None:
    only, _ = provider("only", SAYS["refuses the recipient"])
    with Gateway([only]) as gateway, pytest.raises(InvalidRecipientError):
        gateway.send(MESSAGE)


def test_a_provider_that_cannot_do_what_the_message_asks_is_passed_over() -> None:
    first, never = provider("first", ACCEPTED)
    with Gateway([first]) as gateway, pytest.raises(InvalidMessageError, match="takes no sender"):
        gateway.send(Message("+27821234567", "Hi", sender="ACME"))
    assert never.requests == []


def test_a_message_may_name_its_provider() -> None:
    first, never = provider("first", ACCEPTED)
    second, _ = provider("second", ACCEPTED)
    with Gateway([first, second]) as gateway:
        result = gateway.send(Message("+27821234567", "Hi", provider="second"))
    assert (result.provider, never.requests) == ("second", [])


@pytest.mark.parametrize("dry_run", [False, True])
@pytest.mark.parametrize(
    ("message", "told"),
    [
        (Message("+27821234567", "Hi", provider="third"), "no provider 'third' (there are: first)"),
        (Message("+27821234567", "Hi", route="fast"), "no route 'fast' (there are: default)"),
    ],
)
def test_a_message_that_names_what_is_not_there_is_refused_with_its_result(
    message: Message, told: str, *, dry_run: bool
) -> None:
    first, never = provider("first", ACCEPTED)
    with Gateway([first]) as gateway, pytest.raises(ConfigError) as caught:
        gateway.send(message, dry_run=dry_run)
    assert str(caught.value) == told
    result = caught.value.result
    assert result is not None
    assert (result.outcome, result.error, result.attempts, never.requests) == (
        Outcome.NOT_SENT,
        caught.value,
        (),
        [],
    )


def test_a_dry_run_makes_no_request() -> None:
    first, never = provider("first", ACCEPTED)
    with Gateway([first]) as gateway:
        result = gateway.send(MESSAGE, dry_run=True)
    assert (result.outcome, result.provider, result.error, never.requests) == (Outcome.NOT_SENT, "first", None, [])
