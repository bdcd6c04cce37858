from collections.abc import Iterator
from datetime import timedelta

import pytest

from smsgate import Gateway, InsufficientCreditError, InvalidRecipientError, Message, Status, UnknownOutcomeError
from smsgate.sandbox import Fault, Sandbox

MESSAGE = Message("+27821234567", "Your code is 4711")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:  # every vendor that is installed
        yield sandbox


@pytest.fixture
def gateway(sandbox: Sandbox) -> Iterator[Gateway]:
    account = {"adapter": "example", "base_url": sandbox.url("example"), **sandbox.credentials("example")}
    with Gateway.from_mapping({"providers": {"mine": account}}) as gateway:
        yield gateway


def test_a_message_is_sent_and_delivered(sandbox: Sandbox, gateway: Gateway) -> None:
    result = gateway.send(MESSAGE)
    assert result.message_id is not None
    assert [text.message_id for text in sandbox.texts] == [result.message_id]
    assert gateway.status(result.message_id).status is Status.SENT
    sandbox.advance(timedelta(seconds=1))
    assert gateway.status(result.message_id).status is Status.DELIVERED
    assert gateway.provider("mine").balance().amount == 999


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.REFUSE_NUMBER, InvalidRecipientError),
        (Fault.NO_CREDIT, InsufficientCreditError),
        (Fault.DROP_AFTER, UnknownOutcomeError),
        (Fault.NO_ID, UnknownOutcomeError),
    ],
)
def test_the_error_is_true_whatever_fails(
    sandbox: Sandbox, gateway: Gateway, fault: Fault, error: type[Exception]
) -> None:
    sandbox.misbehave("example", fault, path=sandbox.send_path("example"))
    with pytest.raises(error):
        gateway.send(MESSAGE)
    assert len(sandbox.texts) == fault.accepts
