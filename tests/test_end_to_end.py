"""A Gateway over real HTTP against the sandbox: whatever the vendor does, what we say agrees with what is on air."""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from smsgate import (
    AuthenticationError,
    Balance,
    DeliveryReport,
    Gateway,
    InsufficientCreditError,
    InvalidRecipientError,
    MalformedAnswerError,
    Message,
    NotFoundError,
    NotSentError,
    Outcome,
    PermissionDeniedError,
    ProviderError,
    RateLimitedError,
    RejectedError,
    SendResult,
    SmsgateError,
    Source,
    Status,
    UnknownOutcomeError,
    UnreachableError,
)
from smsgate.sandbox import Fault, Sandbox, Text

MESSAGE = Message("+27821234567", "Olá 👍", reference="r-1")
STALL = 2.0
HASTY = {"read_timeout": 1.0, "deadline": 2.5}
"""A vendor that stalls outlasts these; a busy machine does not."""

ENDS: dict[Fault, type[ProviderError]] = {
    Fault.REFUSE_NUMBER: InvalidRecipientError,
    Fault.NO_CREDIT: InsufficientCreditError,
    Fault.UNAUTHORIZED: AuthenticationError,
    Fault.FORBIDDEN: PermissionDeniedError,
    Fault.RATE_LIMITED: RateLimitedError,
    Fault.ERROR_BEFORE: UnknownOutcomeError,
    Fault.UNAVAILABLE: UnknownOutcomeError,
    Fault.REDIRECT: NotSentError,
    Fault.HTML: UnknownOutcomeError,
    Fault.STALL_BEFORE: UnknownOutcomeError,
    Fault.DROP_BEFORE: UnknownOutcomeError,
    Fault.ACCEPT_LATE: UnknownOutcomeError,
    Fault.ERROR_AFTER: UnknownOutcomeError,
    Fault.STALL_AFTER: UnknownOutcomeError,
    Fault.DROP_AFTER: UnknownOutcomeError,
    Fault.TRUNCATED: UnknownOutcomeError,
    Fault.WRONG_SHAPE: UnknownOutcomeError,
    Fault.NO_ID: UnknownOutcomeError,
    Fault.OVERSIZE: UnknownOutcomeError,
    Fault.GZIP_BOMB: UnknownOutcomeError,
    Fault.SLOW_DRIP: UnknownOutcomeError,
}
"""An answer that drips is cut off by the deadline; no fault ends in an acceptance."""


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(stall=STALL, drip=0.1) as server:
        yield server


@pytest.fixture
def spare() -> Iterator[Sandbox]:
    with Sandbox() as server:
        yield server


def account(sandbox: Sandbox, **changes: object) -> dict[str, object]:
    return {
        "adapter": "zoomconnect",
        "base_url": sandbox.url("zoomconnect"),
        **sandbox.credentials("zoomconnect"),
        **changes,
    }


@pytest.fixture
def gateway(sandbox: Sandbox) -> Iterator[Gateway]:
    with Gateway.from_mapping({"providers": {"zoom": account(sandbox)}}) as opened:
        yield opened


@pytest.fixture
def hasty(sandbox: Sandbox) -> Iterator[Gateway]:
    with Gateway.from_mapping({"providers": {"zoom": account(sandbox, **HASTY)}}) as opened:
        yield opened


def attempt(gateway: Gateway, message: Message = MESSAGE) -> SendResult:
    """Send, and return the result however it ends."""
    try:
        return gateway.send(message)
    except SmsgateError as error:
        assert isinstance(error.result, SendResult)  # noqa: PT017 - either end is wanted
        return error.result


def settled(sandbox: Sandbox, fault: Fault) -> tuple[Text, ...]:
    """Return what went on air, once a late text has had its time."""
    patience = time.monotonic() + 5 * STALL
    while fault is Fault.ACCEPT_LATE and not sandbox.texts and time.monotonic() < patience:
        time.sleep(0.05)
    return sandbox.texts


# As it should be -----------------------------------------------------------------------------------------------------


def test_a_message_goes_all_the_way(sandbox: Sandbox, gateway: Gateway) -> None:
    result = gateway.send(MESSAGE)
    [text] = sandbox.texts
    assert (text.to, text.text, text.reference) == (MESSAGE.to, MESSAGE.text, MESSAGE.reference)
    assert (result.outcome, result.status, result.provider) == (Outcome.ACCEPTED, Status.QUEUED, "zoom")
    assert result.message_id == text.message_id
    assert result.raw == {"messageId": text.message_id, "error": None}


def test_a_messages_status_can_be_asked_until_it_is_delivered(sandbox: Sandbox, gateway: Gateway) -> None:
    message_id = gateway.send(MESSAGE).message_id
    assert message_id is not None
    assert gateway.status(message_id).status is Status.SENT
    sandbox.advance(timedelta(minutes=1))
    assert gateway.status(message_id) == DeliveryReport(
        provider="zoom",
        message_id=message_id,
        status=Status.DELIVERED,
        raw_status="DELIVERED",
        reference="r-1",
        source=Source.POLLED,
        raw=gateway.status(message_id).raw,
    )


def test_a_message_for_later_waits_for_its_time(sandbox: Sandbox, gateway: Gateway) -> None:
    later = (datetime.now(UTC) + timedelta(hours=3)).replace(second=0, microsecond=0)
    result = gateway.send(Message("+27821234567", "Hello", send_at=later))
    assert result.status is Status.SCHEDULED
    assert sandbox.texts == ()
    [text] = sandbox.scheduled
    assert text.at == later
    assert gateway.status(text.message_id).status is Status.SCHEDULED


def test_a_balance_is_what_the_texts_have_left_of_it(gateway: Gateway) -> None:
    provider = gateway.provider("zoom")
    before = provider.balance()
    gateway.send(Message("+27821234567", "x" * 161))
    after = provider.balance()
    assert after == Balance(provider="zoom", amount=before.amount - Decimal(2), unit="credits", raw=after.raw)


def test_threads_share_one_gateway_and_its_connections(sandbox: Sandbox, gateway: Gateway) -> None:
    messages = [Message(f"+2782123{number:04}", f"Hello {number}") for number in range(80)]
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(gateway.send, messages))
    on_air = {text.message_id: (text.to, text.text) for text in sandbox.texts}
    assert {result.message_id: (result.message.to, result.message.text) for result in results} == on_air
    assert len(on_air) == 80


# Faults --------------------------------------------------------------------------------------------------------------


def test_every_fault_of_the_sandbox_has_an_end() -> None:
    assert set(ENDS) == set(Fault)


@pytest.mark.parametrize("fault", Fault)
def test_a_fault_ends_a_send_truthfully(sandbox: Sandbox, hasty: Gateway, fault: Fault) -> None:
    sandbox.misbehave("zoomconnect", fault, path="sms/send")
    started = time.monotonic()
    result = attempt(hasty)
    seconds = time.monotonic() - started
    on_air = settled(sandbox, fault)
    assert type(result.error) is ENDS[fault]
    assert len(on_air) == fault.accepts
    if on_air:
        assert result.outcome is Outcome.UNKNOWN
    assert str(result.error).isprintable()
    assert seconds < 20


@pytest.mark.parametrize("fault", Fault)
def test_failover_never_texts_a_person_twice(sandbox: Sandbox, spare: Sandbox, fault: Fault) -> None:
    sandbox.misbehave("zoomconnect", fault, path="sms/send")
    settings = {"providers": {"zoom": account(sandbox, **HASTY), "spare": account(spare)}}
    with Gateway.from_mapping(settings) as gateway:
        result = attempt(gateway)
    on_air = [*settled(sandbox, fault), *spare.texts]
    assert len(on_air) <= 1
    match result.outcome:
        case Outcome.ACCEPTED:
            assert [text.message_id for text in on_air] == [result.message_id]
        case Outcome.NOT_SENT | Outcome.REJECTED:
            assert on_air == []
        case Outcome.UNKNOWN:
            assert spare.texts == ()
    moves_on = issubclass(ENDS[fault], NotSentError)
    assert (result.provider == "spare") is moves_on


def test_the_wait_that_the_vendor_asks_for_is_shown(sandbox: Sandbox, gateway: Gateway) -> None:
    sandbox.misbehave("zoomconnect", Fault.RATE_LIMITED)
    error = attempt(gateway).error
    assert isinstance(error, RateLimitedError)
    assert (error.retry_after, error.code, error.provider) == (1.0, "429", "zoom")


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.HTML, MalformedAnswerError),
        (Fault.TRUNCATED, MalformedAnswerError),
        (Fault.WRONG_SHAPE, MalformedAnswerError),
        (Fault.UNAUTHORIZED, AuthenticationError),
        (Fault.ERROR_BEFORE, ProviderError),
    ],
)
def test_a_look_up_that_fails_is_never_unknown(
    sandbox: Sandbox, gateway: Gateway, fault: Fault, kind: type[ProviderError]
) -> None:
    sandbox.misbehave("zoomconnect", fault, times=None, path="account/balance")
    with pytest.raises(kind) as raised:
        gateway.provider("zoom").balance()
    assert not isinstance(raised.value, UnknownOutcomeError | RejectedError)


@pytest.mark.parametrize("message_id", ["5a757c7b7736b6c1d340a0db", "../account/balance", "a/b?c#d", "é👍", ".."])
def test_an_id_that_the_vendor_does_not_have_is_not_found(gateway: Gateway, message_id: str) -> None:
    with pytest.raises(NotFoundError):
        gateway.status(message_id)


def test_wrong_credentials_are_named_as_such(sandbox: Sandbox) -> None:
    with Gateway.from_mapping({"providers": {"zoom": account(sandbox, token="wrong")}}) as gateway:
        error = attempt(gateway).error
    assert isinstance(error, AuthenticationError)
    assert str(error).startswith("zoom: the credentials were refused; check them in the settings")
    assert sandbox.texts == ()


def test_a_closed_port_is_unreachable_and_the_next_provider_is_asked(spare: Sandbox) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{unused.getsockname()[1]}"
        settings = {"providers": {"zoom": account(spare, base_url=nobody), "spare": account(spare)}}
        with Gateway.from_mapping(settings) as gateway:
            result = gateway.send(MESSAGE)
    assert [type(one.error) for one in result.attempts] == [UnreachableError, type(None)]
    assert [text.message_id for text in spare.texts] == [result.message_id]
