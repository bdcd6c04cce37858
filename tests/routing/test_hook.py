"""An application's own functions: their errors are reported as such, before any provider is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

import pytest

from smsgate import (
    BreakerState,
    Candidate,
    ConfigError,
    Gateway,
    InvalidMessageError,
    Message,
    Outcome,
    Route,
    UnknownOutcomeError,
)
from smsgate.config.hooks import Hooks
from tests.stub_provider import StubProvider, accepting, send_result

MESSAGE = Message("+27821234567", "Hello")
OWN = Route(name="own", providers=("a", "b"), order="own")


def stub_providers() -> list[StubProvider]:
    return [accepting("a"), accepting("b")]


def fails(error: Exception) -> Callable[..., bool]:
    def hook(*_: object) -> bool:
        raise error

    return hook


def hooks(hook: str, function: Callable[..., object]) -> Hooks:
    return cast("Hooks", {"orders": {"own": function}} if hook == "orders" else {hook: function})


HOOKS = {"opted_out": "opted_out", "choose": "choose", "orders": "order 'own'"}


@pytest.mark.parametrize("hook", HOOKS)
@pytest.mark.parametrize("error", [KeyError("who"), StopIteration(), UnknownOutcomeError("?")], ids=repr)
def test_a_function_that_fails_is_no_vendors_failure(hook: str, error: Exception) -> None:
    providers = stub_providers()
    route = OWN if hook == "orders" else None
    gateway = Gateway(providers, route=route, **hooks(hook, fails(error)))
    result = send_result(gateway, MESSAGE)
    assert isinstance(result.error, ConfigError)
    assert str(result.error) == (
        f"{HOOKS[hook]} failed with {type(error).__name__}, an error in the application; no provider was asked"
    )
    assert result.error.__cause__ is error
    assert (result.outcome, result.attempts) == (Outcome.NOT_SENT, ())
    assert [(each.asked, gateway.breaker(each.name)) for each in providers] == [(0, BreakerState.CLOSED)] * 2
    with pytest.raises(ConfigError, match="failed with"):
        gateway.plan(MESSAGE)


@pytest.mark.parametrize("hook", HOOKS)
def test_a_function_may_refuse_the_message_itself(hook: str) -> None:
    gateway = Gateway(
        stub_providers(),
        route=OWN if hook == "orders" else None,
        **hooks(hook, fails(InvalidMessageError("not on a Sunday"))),
    )
    result = send_result(gateway, MESSAGE)
    assert (str(result.error), result.outcome) == ("not on a Sunday", Outcome.REJECTED)


A, B = Candidate("a"), Candidate("b")


@pytest.mark.parametrize(
    ("hook", "returned", "told"),
    [
        ("opted_out", None, "opted_out returned NoneType, not True or False; no provider was asked"),
        ("opted_out", 0, "opted_out returned int, not True or False; no provider was asked"),
        ("choose", 5, "choose returned int, not a route's name or None; no provider was asked"),
        ("choose", ["own"], "choose returned list, not a route's name or None; no provider was asked"),
        ("choose", "nowhere", "no route 'nowhere' (there are: own)"),
        ("choose", "", "no route '' (there are: own)"),
        ("orders", None, "order 'own' failed with TypeError, an error in the application; no provider was asked"),
        ("orders", [A, B, A], "order 'own' returned 'a' twice; each provider is asked once"),
        ("orders", ["a", "b"], "order 'own' returned a value that is not a candidate of route 'own'"),
        ("orders", [Candidate("c")], "order 'own' returned a value that is not a candidate of route 'own'"),
        ("orders", [], "order 'own' left no provider of route 'own'"),
    ],
    ids=str,
)
def test_what_makes_no_sense_makes_no_request(hook: str, returned: object, told: str) -> None:
    providers = stub_providers()
    function: dict[str, Callable[..., object]] = {"own": lambda *_: [A, B]}
    own = {hook: lambda *_: returned} if hook != "orders" else {"orders": {"own": lambda *_: returned}}
    gateway = Gateway(providers, route=OWN, **cast("Hooks", {"orders": function, **own}))
    result = send_result(gateway, MESSAGE)
    assert str(result.error) == told
    assert sum(each.asked for each in providers) == 0


def test_an_order_may_leave_a_provider_out() -> None:
    def only_the_last(_: Message, candidates: Sequence[Candidate], __: int) -> Sequence[Candidate]:
        return candidates[-1:]

    gateway = Gateway(stub_providers(), route=OWN, orders={"own": only_the_last})
    assert gateway.send(MESSAGE).provider == "b"


def test_an_application_may_replace_an_order_and_choose_a_route() -> None:
    routes = [Route(name="fast", providers=("b",), campaign="never")]
    gateway = Gateway(
        stub_providers(), routes=routes, choose=lambda message: "fast" if "code" in message.text else None
    )
    assert gateway.send(Message("+27821234567", "Your code is 4711")).provider == "b"
    assert gateway.send(MESSAGE).provider == "a"
    assert gateway.send(Message("+27821234567", "Your code is 4711", route="default")).provider == "a"


def test_opted_out_numbers_are_asked_of_the_function() -> None:
    providers = stub_providers()
    gateway = Gateway(providers, opted_out=lambda number: number == MESSAGE.to)
    assert str(send_result(gateway, MESSAGE).error) == "limits.opt_out: +27821234567 asked not to be texted"
    assert gateway.send(Message("+27831234567", "Hello")).outcome is Outcome.ACCEPTED
