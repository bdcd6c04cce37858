"""Whatever the vendors do, no person is texted twice, nothing is lost silently: checked against what went on air."""

from __future__ import annotations

from contextlib import ExitStack
from itertools import count

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from smsgate import Gateway, Message, OnUnknown, Outcome, SendResult, SmsgateError
from smsgate.sandbox import Fault, Sandbox

NAMES = ("first", "second", "third")
FAULTS = [fault for fault in Fault if fault not in {Fault.OVERSIZE, Fault.GZIP_BOMB, Fault.SLOW_DRIP}]
SERIAL = count()


class Vendors:
    """Three vendors on loopback, and a gateway over them for each way to treat an unknown outcome."""

    def __init__(self, stack: ExitStack) -> None:
        self.sandboxes = {name: stack.enter_context(Sandbox(stall=0.3)) for name in NAMES}
        self.stack = stack

    def gateway(self, on_unknown: OnUnknown) -> Gateway:
        providers = {
            name: {
                "adapter": "zoomconnect",
                "base_url": sandbox.url("zoomconnect"),
                "read_timeout": 0.15,
                "deadline": 0.3,
                **sandbox.credentials("zoomconnect"),
            }
            for name, sandbox in self.sandboxes.items()
        }
        return Gateway.from_mapping({"providers": providers, "on_unknown": on_unknown.value, "deadline": 1})


class FailingVendors(RuleBasedStateMachine):
    """Vendors break in every way and are repaired, while messages go out."""

    vendors: Vendors

    def __init__(self) -> None:
        super().__init__()
        for sandbox in self.vendors.sandboxes.values():
            sandbox.behave()
        self.gateways = {on_unknown: self.vendors.gateway(on_unknown) for on_unknown in OnUnknown}

    def teardown(self) -> None:
        for gateway in self.gateways.values():
            gateway.close()

    @rule(name=st.sampled_from(NAMES), fault=st.sampled_from(FAULTS), times=st.integers(1, 3))
    def break_one(self, name: str, fault: Fault, times: int) -> None:
        self.vendors.sandboxes[name].misbehave("zoomconnect", fault, times=times, path="sms/send")

    @rule(name=st.sampled_from(NAMES))
    def recover_one(self, name: str) -> None:
        self.vendors.sandboxes[name].behave()

    @rule(on_unknown=st.sampled_from(OnUnknown))
    def send(self, on_unknown: OnUnknown) -> None:
        message = Message("+27821234567", f"Your code is {next(SERIAL)}")
        try:
            result = self.gateways[on_unknown].send(message)
        except SmsgateError as error:
            if not isinstance(error.result, SendResult):
                raise
            result = error.result
        self.check(result, on_unknown)

    def check(self, result: SendResult, on_unknown: OnUnknown) -> None:
        on_air = [
            name
            for name, sandbox in self.vendors.sandboxes.items()
            for text in sandbox.texts
            if text.text == result.message.text
        ]
        if on_unknown is not OnUnknown.FAILOVER:
            assert len(on_air) <= 1, f"texted twice: {result}"
        if result.outcome in {Outcome.NOT_SENT, Outcome.REJECTED}:
            assert not on_air, f"{result.outcome} and yet on air: {result}"
        outcomes = {attempt.provider: attempt.outcome for attempt in result.attempts}
        for name in NAMES:
            match outcomes.get(name):
                case Outcome.ACCEPTED:
                    assert name in on_air, f"accepted by {name} and not on air: {result}"
                case None | Outcome.NOT_SENT | Outcome.REJECTED:
                    assert name not in on_air, f"on air at {name}, and the attempts do not say so: {result}"


@pytest.mark.slow
@pytest.mark.parametrize("examples", [10, pytest.param(200, marks=pytest.mark.soak)])
def test_no_message_is_sent_twice_and_every_attempt_is_true(examples: int) -> None:
    with ExitStack() as stack:
        FailingVendors.vendors = Vendors(stack)
        run_state_machine_as_test(
            FailingVendors,
            settings=settings(max_examples=examples, stateful_step_count=15, deadline=None, print_blob=True),
        )
