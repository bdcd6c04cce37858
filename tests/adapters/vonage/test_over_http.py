"""The adapter against a server that was written from the vendor's description by itself, over real HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import pytest

from smsgate import (
    AuthenticationError,
    DeliveryReport,
    Direction,
    Entry,
    Event,
    Gateway,
    InsufficientCreditError,
    InvalidRecipientError,
    InvalidSenderError,
    Message,
    NotFoundError,
    OptOut,
    Outcome,
    PermissionDeniedError,
    Provider,
    ProviderError,
    RateLimitedError,
    Reply,
    SmsgateError,
    Source,
    State,
    Status,
    UnknownOutcomeError,
    webhooks,
)
from smsgate.sandbox import Fault, Sandbox
from smsgate_vonage_sandbox import Vonage
from tests.skipped_waits import skip_waits

ME, SENDER = "+27821234567", "+27600000000"
SECRET = "a-secret-of-the-tests"
MINUTE = timedelta(minutes=1)
Connect = Callable[..., Gateway]


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - wsgiref's name
        pass


@pytest.fixture(params=["MESSAGES", "SMS"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """Record texts where the vendor may record them, which no document says; leave fields out in place of null once."""
    vendor = Vonage(delivery=MINUTE, product=request.param, page_size=2)
    absent = ["vonage"] if request.param == "SMS" else []
    with Sandbox(vendors=[vendor], stall=0.05, drip=0.001, absent=absent) as sandbox:
        yield sandbox


@pytest.fixture
def connected(sandbox: Sandbox) -> Iterator[Connect]:
    """Return a gateway on the sandbox, over HTTP."""
    opened: list[Gateway] = []

    def connected(more: dict[str, Any] | None = None, **settings: Any) -> Gateway:
        own = {"adapter": "vonage", "base_url": sandbox.url("vonage"), "rate": "unlimited"}
        account = {**own, **sandbox.credentials("vonage"), **settings}
        opened.append(Gateway.from_mapping({"providers": {"mine": account}, **(more or {})}))
        return opened[-1]

    yield connected
    for gateway in opened:
        gateway.close()


@pytest.fixture
def provider(connected: Connect) -> Provider:
    return connected().provider("mine")


def text(to: str = ME, **fields: Any) -> Message:
    return Message(to, "Your code is 4711", sender=SENDER, **fields)


def reconciled(gateway: Gateway) -> list[Entry]:
    return [gateway.unknowns.reconcile(entry.id) for entry in [*gateway.unknowns.list()]]


def test_a_message_goes_out_and_its_record_shows_its_delivery(sandbox: Sandbox, provider: Provider) -> None:
    accepted = provider.send(text(reference="order-4711", validity=timedelta(hours=1)))
    assert accepted.status is Status.QUEUED
    [sent] = sandbox.texts
    assert (sent.to, sent.sender, sent.text, sent.reference) == (ME, SENDER, "Your code is 4711", "order-4711")
    assert provider.status(accepted.message_id).status is Status.SENT
    sandbox.advance(MINUTE)
    report = provider.status(accepted.message_id)
    assert (report.status, report.raw_status, report.reference) == (Status.DELIVERED, "delivered", "order-4711")
    assert [each.status for each in provider.statuses([accepted.message_id, "not-there"])] == [Status.DELIVERED]
    with pytest.raises(NotFoundError):
        provider.status("not-there")


def test_a_picture_goes_out(sandbox: Sandbox, provider: Provider) -> None:
    provider.send(Message(ME, "Look", sender=SENDER, media=["https://example.com/a.png"]))
    assert [each.text for each in sandbox.texts] == ["Look"]


@pytest.mark.parametrize(
    ("to", "status", "reason"),
    [
        ("+27820002001", Status.FAILED, "the number cannot be reached (1260)"),
        ("+27820002003", Status.REJECTED, "the recipient opted out (1240)"),
        ("+27820002004", Status.UNKNOWN, "its outcome is not known (1330)"),
        ("+27820002005", Status.SENT, None),
    ],
)
def test_a_message_ends_as_its_number_says(
    sandbox: Sandbox, provider: Provider, to: str, status: Status, reason: str | None
) -> None:
    accepted = provider.send(text(to))
    sandbox.advance(MINUTE)
    report = provider.status(accepted.message_id)
    assert (report.status, report.reason) == (status, reason)


@pytest.mark.parametrize(
    ("message", "error", "code"),
    [
        (text("+27820000400"), InvalidRecipientError, "1430"),
        (text("+27820000402"), InsufficientCreditError, "402"),
        (text("+27820000401"), AuthenticationError, "401"),
        (text("+27820000403"), PermissionDeniedError, "403"),
        (text("+27820000429"), RateLimitedError, "429"),
        (text("+27820001500"), UnknownOutcomeError, "500"),
        (Message(ME, "hello", extra={"vonage": {"from": "No & Name"}}), InvalidSenderError, "1420"),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_a_refusal_has_its_error_and_the_vendors_code(
    provider: Provider, message: Message, error: type[ProviderError], code: str
) -> None:
    with pytest.raises(error) as caught:
        provider.send(message)
    assert caught.value.code == code


def test_wrong_credentials_are_one_clear_error(connected: Connect) -> None:
    provider = connected(api_secret="not-the-secret").provider("mine")
    for ask in (lambda: provider.send(text()), provider.balance, lambda: provider.status("x")):
        with pytest.raises(AuthenticationError, match="credentials") as caught:
            ask()
        assert "not-the-secret" not in str(caught.value)


def test_the_balance_is_in_euros(provider: Provider) -> None:
    before = provider.balance()
    provider.send(text())
    assert before.unit == "EUR"
    assert before.amount - provider.balance().amount == Decimal("0.0333")


def test_messages_of_both_directions_are_listed(sandbox: Sandbox, provider: Provider) -> None:
    ids = [provider.send(text(f"+2782123456{number}")).message_id for number in range(5)]
    reply = sandbox.receive("vonage", ME, "Yes", message_id=ids[0])
    listed = {message.id: message for message in provider.messages.list()}
    assert listed.keys() == {*ids, reply}
    assert (listed[ids[0]].text, listed[ids[0]].to, listed[ids[0]].sender) == (
        "Your code is 4711",
        "+27821234560",
        SENDER,
    )
    assert (listed[reply].direction, listed[reply].sender, listed[reply].text) == (Direction.INBOUND, ME, "Yes")
    assert [message.id for message in provider.messages.list(direction=Direction.INBOUND)] == [reply]


def test_a_record_is_redacted_after_an_hour(sandbox: Sandbox, provider: Provider) -> None:
    accepted = provider.send(text())
    with pytest.raises(ProviderError, match="You must wait 60 minutes"):
        provider.messages.delete(accepted.message_id)
    sandbox.advance(timedelta(hours=1))
    provider.messages.delete(accepted.message_id)
    [message] = provider.messages.list(direction=Direction.OUTBOUND)
    assert message.text == "REDACTED"
    with pytest.raises(NotFoundError):
        provider.messages.delete("not-there")


@pytest.mark.parametrize("fault", [Fault.ERROR_AFTER, Fault.DROP_AFTER, Fault.TRUNCATED, Fault.NO_ID])
@pytest.mark.parametrize("reference", [None, "order-4711"])
def test_a_message_whose_answer_was_lost_is_found_and_not_sent_again(
    sandbox: Sandbox, connected: Connect, tmp_path: Path, fault: Fault, reference: str | None
) -> None:
    gateway = connected({"journal": str(tmp_path / "smsgate.db")})
    gateway.send(text("+27821234568", reference="another"))
    sandbox.misbehave("vonage", fault, path=sandbox.send_path("vonage"))
    with pytest.raises(SmsgateError) as caught:
        gateway.send(text(key="order-17", reference=reference))
    assert caught.value.result is not None
    assert caught.value.result.outcome is Outcome.UNKNOWN
    [entry] = reconciled(gateway)
    assert entry.state is State.ACCEPTED
    [lost] = [sent for sent in sandbox.texts if sent.to == ME]
    assert entry.recorded is not None
    assert entry.recorded.message_id == lost.message_id


def test_a_message_that_never_arrived_is_not_there_only_once_records_had_time(
    sandbox: Sandbox, connected: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    skip_waits(monkeypatch)
    gateway = connected({"journal": str(tmp_path / "smsgate.db")})
    sandbox.misbehave("vonage", Fault.DROP_BEFORE, path=sandbox.send_path("vonage"))
    with pytest.raises(UnknownOutcomeError):
        gateway.send(text(key="order-17"))
    with pytest.raises(UnknownOutcomeError, match="does not show the message"):
        reconciled(gateway)
    with connected({"journal": str(tmp_path / "smsgate.db")}, settling=0.0) as later:
        [entry] = reconciled(later)
    assert entry.state is State.NOT_SENT


# What comes back ------------------------------------------------------------------------------------------------------


@pytest.fixture
def way(sandbox: Sandbox, connected: Connect, tmp_path: Path) -> Iterator[tuple[Gateway, list[Event]]]:
    """Return a gateway whose receiver the sandbox calls, and what it received."""
    events: list[Event] = []
    with WSGIServer(("127.0.0.1", 0), Quiet) as server:
        url = f"http://127.0.0.1:{server.server_port}/sms"
        more = {"journal": str(tmp_path / "smsgate.db"), "webhooks": {"secret": SECRET, "public_url": url}}
        gateway = connected(more)
        inner = webhooks.wsgi(gateway, events.append)

        def mounted(environ: Any, start: Any) -> Any:
            environ["SCRIPT_NAME"], environ["PATH_INFO"] = "/sms", environ["PATH_INFO"].removeprefix("/sms")
            return inner(environ, start)

        server.set_app(mounted)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        sandbox.call_back("vonage", f"{url}/mine/{SECRET}")
        yield gateway, events
        server.shutdown()
        thread.join(20)


def test_reports_come_to_the_address_of_each_message_and_are_signed(
    sandbox: Sandbox, way: tuple[Gateway, list[Event]]
) -> None:
    gateway, events = way
    result = gateway.send(text(key="order-17"))
    sandbox.advance(MINUTE)
    sandbox.settle()
    reports = [event for event in events if isinstance(event, DeliveryReport)]
    assert [report.status for report in reports] == [Status.SENT, Status.DELIVERED]
    assert {report.message_id for report in reports} == {result.message_id}
    assert {report.source for report in reports} == {Source.SIGNED}
    assert all(report.submission for report in reports)
    assert all(call.status == 200 for call in sandbox.calls("vonage"))


def test_a_report_settles_a_message_whose_answer_was_lost(sandbox: Sandbox, way: tuple[Gateway, list[Event]]) -> None:
    gateway, _ = way
    sandbox.misbehave("vonage", Fault.DROP_AFTER, path=sandbox.send_path("vonage"))
    with pytest.raises(UnknownOutcomeError):
        gateway.send(text(key="order-17"))
    sandbox.advance(MINUTE)
    sandbox.settle()
    assert [*gateway.unknowns.list()] == []


def test_a_person_who_writes_stop_is_texted_no_more(sandbox: Sandbox, way: tuple[Gateway, list[Event]]) -> None:
    gateway, events = way
    result = gateway.send(text())
    sandbox.receive("vonage", ME, "STOP", message_id=result.message_id)
    sandbox.settle()
    [event] = [event for event in events if isinstance(event, OptOut | Reply)]
    assert isinstance(event, OptOut)
    assert (event.reply.sender, event.reply.to, event.reply.source) == (ME, SENDER, Source.SIGNED)


def test_a_call_without_a_signature_is_answered_so_that_it_comes_again_signed(
    sandbox: Sandbox, way: tuple[Gateway, list[Event]]
) -> None:
    _, events = way
    sandbox.change_account("vonage", "leave_unsigned", times=1)
    sandbox.receive("vonage", ME, "Yes")
    sandbox.settle()
    assert [call.status for call in sandbox.calls("vonage")] == [503]
    assert events == []
