"""A lost answer is followed by the same call with the same key, and the vendor sends nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from smsgate import Accepted, Effect, Gateway, Message, Outcome, Provider, Request, UnknownOutcomeError, bulk_number
from smsgate.sandbox import Fault, Sandbox
from smsgate.testing import answer
from smsgate_bulksms_sandbox import BulkSms
from tests.adapters.bulksms.accounts import HELLO, accepted, stubbed, submission, submit, submit_together
from tests.skipped_waits import skip_waits

LOST = [Fault.ERROR_AFTER, Fault.DROP_AFTER, Fault.STALL_AFTER]
"""What the vendor takes, and the client cannot know."""
NUMBERS = [f"+2782123456{digit}" for digit in range(8)]


@pytest.fixture(name="sandbox")
def _sandbox() -> Iterator[Sandbox]:
    with Sandbox(vendors=[BulkSms()], stall=0.05) as sandbox:
        yield sandbox


@pytest.fixture(autouse=True)
def _skipped_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    skip_waits(monkeypatch)


@pytest.fixture(name="gateway")
def _gateway(sandbox: Sandbox, tmp_path: Path) -> Iterator[Gateway]:
    account = {"adapter": "bulksms", "base_url": sandbox.url("bulksms"), **sandbox.credentials("bulksms")}
    settings = {"providers": {"bulk": {**account, "bulk_size": 4}}, "journal": str(tmp_path / "smsgate.db")}
    with Gateway.from_mapping(settings) as gateway:
        yield gateway


@pytest.mark.parametrize("fault", LOST)
@pytest.mark.parametrize("times", [1, 3])
def test_a_message_whose_answers_are_lost_is_accepted_and_goes_out_once(
    sandbox: Sandbox, gateway: Gateway, fault: Fault, times: int
) -> None:
    sandbox.misbehave("bulksms", fault, times=times)
    result = gateway.send(HELLO)
    [text] = sandbox.texts
    assert (result.outcome, result.message_id) == (Outcome.ACCEPTED, text.message_id)
    assert sandbox.counts("bulksms") == {"repeated": times}


@pytest.mark.parametrize("fault", LOST)
def test_messages_of_a_bulk_call_whose_answer_is_lost_go_out_once_each(
    sandbox: Sandbox, gateway: Gateway, fault: Fault
) -> None:
    sandbox.misbehave("bulksms", fault, times=1)
    results = [*gateway.send_bulk(Message(number, "Hello") for number in NUMBERS)]
    assert [result.outcome for result in results] == [Outcome.ACCEPTED] * 8
    ids = {text.to: text.message_id for text in sandbox.texts}
    assert len(sandbox.texts) == 8
    assert [result.message_id for result in results] == [ids[number] for number in NUMBERS]
    assert sandbox.counts("bulksms") == {"repeated": 1}


def test_a_bad_number_of_a_bulk_call_is_found_and_every_other_message_goes_out_once(
    sandbox: Sandbox, gateway: Gateway
) -> None:
    numbers = [*NUMBERS[:2], "+27820000400", NUMBERS[2]]
    outcomes = [result.outcome for result in gateway.send_bulk(Message(number, "Hello") for number in numbers)]
    assert outcomes == [Outcome.ACCEPTED, Outcome.ACCEPTED, Outcome.REJECTED, Outcome.ACCEPTED]
    assert sorted(text.to for text in sandbox.texts) == sorted(NUMBERS[:3])


def test_two_equal_messages_have_keys_of_their_own_and_both_go_out(sandbox: Sandbox, gateway: Gateway) -> None:
    results = [gateway.send(HELLO), gateway.send(HELLO), *gateway.send_bulk([HELLO, HELLO])]
    assert len({result.message_id for result in results}) == 4
    assert len(sandbox.texts) == 4


# Without HTTP --------------------------------------------------------------------------------------------------------


def test_the_key_is_the_journals_number_and_a_bulk_call_has_one_of_its_own() -> None:
    provider, stub = stubbed(accepted)
    made = [submission(f"sg{place}", place) for place in (7, 8)]
    submit(provider, HELLO, made[0])
    submit_together(provider, [HELLO, HELLO], made)
    assert [request.query["deduplication-id"] for request in stub.requests] == [7, bulk_number(made)]
    assert {request.effect for request in stub.requests} == {Effect.KEYED}


def test_without_a_journal_there_is_no_key_and_nothing_is_repeated() -> None:
    for hand_over in (alone, together):
        provider, stub = stubbed([answer(503, {})])
        hand_over(provider)
        [request] = stub.requests
        assert (request.effect, request.query) == (Effect.SENDS, {})


def alone(provider: Provider) -> None:
    assert isinstance(submit(provider, HELLO, submission(number=None)), UnknownOutcomeError)


def together(provider: Provider) -> None:
    made = [submission("sg7", None), submission("sg8", None)]
    assert isinstance(submit_together(provider, [HELLO, HELLO], made), UnknownOutcomeError)


@pytest.mark.parametrize("lost", [answer(500, {}), answer(502, {}), answer(503, {}), answer(504, {})])
def test_the_same_bytes_are_asked_again_until_the_vendor_answers(lost: object) -> None:
    says: list[object] = [lost, lost]

    def say(request: Request) -> object:
        return says.pop() if says else accepted(request)

    provider, stub = stubbed(say)  # type: ignore[arg-type]
    assert isinstance(submit(provider, HELLO, submission()), Accepted)
    assert len(stub.requests) == 3
    assert len({str((request.json, request.query, request.quoted_path)) for request in stub.requests}) == 1
