"""Twilio over real HTTP, against the sandbox: out by the adapter, back by signed calls to the receiver."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, demo_app, make_server

import pytest
from attrs import define, field

from smsgate import (
    AuthenticationError,
    ConflictError,
    DeliveryReport,
    Doubt,
    Event,
    Gateway,
    InvalidRecipientError,
    InvalidSenderError,
    Message,
    NotFoundError,
    NotSentError,
    OptedOutError,
    OptOut,
    Outcome,
    PermissionDeniedError,
    Provider,
    ProviderError,
    Reply,
    SmsgateError,
    Source,
    Status,
    UnknownOutcomeError,
    webhooks,
)
from smsgate.sandbox import Fault, Sandbox
from smsgate_twilio import TwilioExtras
from smsgate_twilio_sandbox import Twilio
from tests.adapters.twilio.samples import KEY, NUMBER, PERSON, SENT, SERVICE

SECRET = "a-secret-of-the-tests"


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - wsgiref's name
        pass


@define
class RoundTrip:
    """A gateway on the sandbox, and the receiver that the sandbox calls."""

    gateway: Gateway
    sandbox: Sandbox
    url: str
    events: list[Event] = field(factory=list)

    @property
    def provider(self) -> Provider:
        return self.gateway.provider("twilio")

    def wait(self) -> None:
        """Let a minute pass at the vendor, and all its calls be answered."""
        self.sandbox.advance(timedelta(minutes=1))
        self.sandbox.settle()

    def received(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]


def account(sandbox: Sandbox, **changes: object) -> dict[str, object]:
    own = {"adapter": "twilio", "base_url": sandbox.url("twilio"), **sandbox.credentials("twilio")}
    return {**own, "read_timeout": 2, "deadline": 5, "read_attempts": 1, "rate": "unlimited", **changes}


@pytest.fixture(name="sandbox")
def _sandbox(nulls: str) -> Iterator[Sandbox]:
    vendor = Twilio(delivery=timedelta(minutes=1))
    with Sandbox(vendors=[vendor], stall=0.2, absent=["twilio"] if nulls == "absent" else ()) as sandbox:
        yield sandbox


@pytest.fixture(name="trip")
def _trip(sandbox: Sandbox, tmp_path: Path) -> Iterator[RoundTrip]:
    with make_server("127.0.0.1", 0, demo_app, handler_class=Quiet) as server:  # the receiver is set below
        url = f"http://127.0.0.1:{server.server_port}"
        settings = {
            "providers": {"twilio": account(sandbox)},
            "journal": str(tmp_path / "smsgate.db"),
            "webhooks": {"secret": SECRET, "public_url": url},
        }
        with Gateway.from_mapping(settings) as gateway:
            trip = RoundTrip(gateway, sandbox, url)
            server.set_app(webhooks.wsgi(gateway, trip.events.append))
            thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
            thread.start()
            sandbox.call_back("twilio", f"{url}/twilio/{SECRET}", kind="reply")
            try:
                yield trip
            finally:
                server.shutdown()
                thread.join()


def test_a_message_goes_out_and_its_signed_reports_come_back(trip: RoundTrip) -> None:
    result = trip.gateway.send(SENT)
    assert (result.outcome, result.status) == (Outcome.ACCEPTED, Status.QUEUED)
    trip.wait()
    reports = trip.received(DeliveryReport)
    assert [(getattr(each, "status", None), each.source) for each in reports if isinstance(each, DeliveryReport)] == [
        (Status.SENT, Source.SIGNED),
        (Status.DELIVERED, Source.SIGNED),
    ]
    assert {call.status for call in trip.sandbox.calls("twilio")} == {204}
    assert result.message_id is not None
    assert trip.gateway.status(result.message_id).status is Status.DELIVERED


def test_a_failure_is_reported_with_its_reason_and_code(trip: RoundTrip) -> None:
    trip.gateway.send(Message("+27820002001", "Hello", sender=NUMBER))
    trip.wait()
    [*_, report] = trip.received(DeliveryReport)
    assert isinstance(report, DeliveryReport)
    assert (report.status, report.reason) == (Status.UNDELIVERED, "handset unreachable")
    assert report.raw["ErrorCode"] == "30003"


def test_a_reply_comes_back_signed_and_is_answered_with_nothing_to_text(trip: RoundTrip) -> None:
    trip.sandbox.receive("twilio", PERSON, "Yes & no")
    trip.sandbox.settle()
    [reply] = trip.received(Reply)
    assert isinstance(reply, Reply)
    assert (reply.sender, reply.text, reply.to, reply.source) == (PERSON, "Yes & no", NUMBER, Source.SIGNED)
    assert [call.status for call in trip.sandbox.calls("twilio")] == [200]


def test_a_stop_is_an_opt_out_and_the_next_message_is_refused(trip: RoundTrip) -> None:
    trip.sandbox.receive("twilio", PERSON, "STOP")
    trip.sandbox.settle()
    assert len(trip.received(OptOut)) == 1
    with pytest.raises(OptedOutError):
        trip.gateway.send(SENT)
    with pytest.raises(OptedOutError) as refused:  # the vendor's own word
        trip.provider.send(SENT)
    assert refused.value.code == "21610"


def test_a_call_with_another_accounts_signature_is_refused(trip: RoundTrip) -> None:
    settings = {
        "providers": {"twilio": account(trip.sandbox, auth_token="an0ther-t0ken-of-the-tests")},
        "webhooks": {"secret": SECRET, "public_url": trip.url},
    }
    with Gateway.from_mapping(settings) as other:
        events: list[Event] = []
        with make_server("127.0.0.1", 0, webhooks.wsgi(other, events.append), handler_class=Quiet) as server:
            thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
            thread.start()
            try:
                trip.sandbox.call_back("twilio", f"http://127.0.0.1:{server.server_port}/twilio/{SECRET}")
                trip.sandbox.receive("twilio", PERSON, "Forged")
                trip.sandbox.settle()
            finally:
                server.shutdown()
                thread.join()
    assert (events, [call.status for call in trip.sandbox.calls("twilio")]) == ([], [403])


def test_a_lost_answer_is_settled_by_the_report_to_the_submissions_address(trip: RoundTrip) -> None:
    trip.sandbox.misbehave("twilio", Fault.DROP_AFTER, path="Messages")
    with pytest.raises(UnknownOutcomeError):
        trip.gateway.send(SENT)
    [entry] = trip.gateway.unknowns.list()
    trip.wait()
    assert [*trip.gateway.unknowns.list()] == []
    [*_, report] = trip.received(DeliveryReport)
    assert isinstance(report, DeliveryReport)
    assert report.entry is not None
    assert report.entry.id == entry.id
    assert len(trip.sandbox.texts) == 1


@pytest.mark.parametrize(("fault", "found"), [(Fault.DROP_AFTER, True), (Fault.DROP_BEFORE, False)])
def test_a_lost_answer_is_settled_by_the_list(sandbox: Sandbox, fault: Fault, found: bool) -> None:  # noqa: FBT001
    with Gateway.from_mapping({"providers": {"twilio": account(sandbox)}}) as gateway:
        sandbox.misbehave("twilio", fault, path="Messages")
        since = datetime.now(UTC).replace(microsecond=0)
        with pytest.raises(UnknownOutcomeError):
            gateway.send(SENT)
        provider = gateway.provider("twilio")
        if found:
            accepted = provider.reconcile(Doubt(SENT, since, None, since))
            assert accepted is not None
            assert accepted.message_id == sandbox.texts[0].message_id
        else:
            with pytest.raises(UnknownOutcomeError, match="certain from"):
                provider.reconcile(Doubt(SENT, since, None, since))
            long_ago = since - timedelta(minutes=16)
            assert provider.reconcile(Doubt(SENT, long_ago, None, long_ago)) is None


def test_two_equal_messages_leave_a_doubt_open(sandbox: Sandbox) -> None:
    with Gateway.from_mapping({"providers": {"twilio": account(sandbox)}}) as gateway:
        since = datetime.now(UTC).replace(microsecond=0)
        for _ in range(2):
            gateway.send(SENT)
        with pytest.raises(UnknownOutcomeError, match="2 texts"):
            gateway.provider("twilio").reconcile(Doubt(SENT, since, None, since))


@pytest.mark.parametrize(
    ("to", "sender", "kind", "code"),
    [
        ("+15005550001", NUMBER, InvalidRecipientError, "21211"),
        ("+15005550002", NUMBER, NotSentError, "21612"),
        ("+15005550003", NUMBER, PermissionDeniedError, "21408"),
        ("+15005550004", NUMBER, OptedOutError, "21610"),
        ("+15005550009", NUMBER, InvalidRecipientError, "21614"),
        (PERSON, "+15005550001", InvalidSenderError, "21212"),
        (PERSON, "+15005550007", InvalidSenderError, "21606"),
        (PERSON, "+15005550008", NotSentError, "21611"),
    ],
)
def test_the_magic_numbers_of_the_test_credentials_are_refused(
    sandbox: Sandbox, to: str, sender: str, kind: type[ProviderError], code: str
) -> None:
    with Gateway.from_mapping({"providers": {"twilio": account(sandbox)}}) as gateway:
        with pytest.raises(kind) as refused:
            gateway.send(Message(to, "Hello", sender=sender))
        assert (type(refused.value), refused.value.code) == (kind, code)
    assert sandbox.texts == ()


def test_bad_credentials_are_named_as_such_without_a_secret(sandbox: Sandbox) -> None:
    wrong = account(sandbox, auth_token="wr0ng-t0ken-of-the-tests")
    with Gateway.from_mapping({"providers": {"twilio": wrong}}) as gateway:
        with pytest.raises(AuthenticationError, match="check account_sid") as refused:
            gateway.send(SENT)
        assert refused.value.code == "20003"
        assert "wr0ng" not in str(refused.value)


def test_an_api_key_sends(sandbox: Sandbox) -> None:
    key = {"key_sid": "SK" + "5b" * 16, "key_secret": "twilio-sandbox-key-secret", "auth_token": None}
    own = {name: value for name, value in account(sandbox, **key).items() if value is not None}
    with Gateway.from_mapping({"providers": {"twilio": own}}) as gateway:
        assert gateway.send(SENT).outcome is Outcome.ACCEPTED
    wrong = {"providers": {"twilio": {**own, "key_sid": KEY}}}
    with Gateway.from_mapping(wrong) as gateway, pytest.raises(AuthenticationError):
        gateway.send(SENT)


def test_messages_are_scheduled_cancelled_listed_redacted_and_deleted(sandbox: Sandbox) -> None:
    with Gateway.from_mapping({"providers": {"twilio": account(sandbox)}}) as gateway:
        later = Message(PERSON, "Later", sender=SERVICE, send_at=datetime.now(UTC) + timedelta(minutes=10))
        scheduled, sent = gateway.send(later), gateway.send(SENT)
        assert (scheduled.status, sent.status) == (Status.SCHEDULED, Status.QUEUED)
        vendor = gateway.provider("twilio").vendor
        assert isinstance(vendor, TwilioExtras)
        assert vendor.cancel(str(scheduled.message_id)).status is Status.CANCELLED
        with pytest.raises(ConflictError, match="too late"):
            vendor.cancel(str(sent.message_id))
        with pytest.raises(ConflictError, match="not final yet"):
            gateway.messages.delete(str(sent.message_id))
        assert [message.id for message in gateway.messages.list(to=PERSON)] == [sent.message_id, scheduled.message_id]
        sandbox.advance(timedelta(minutes=20))
        assert [text.text for text in sandbox.texts] == [SENT.text]
        assert vendor.redact(str(sent.message_id)).text is None
        gateway.messages.delete(str(sent.message_id))
        with pytest.raises(NotFoundError):
            gateway.messages.get(str(sent.message_id))


def test_statuses_and_replies_are_polled(sandbox: Sandbox, tmp_path: Path) -> None:
    settings = {"providers": {"twilio": account(sandbox)}, "journal": str(tmp_path / "smsgate.db")}
    with Gateway.from_mapping(settings) as gateway:
        sent = [gateway.send(Message(f"+2782123{place:04}", "Hello", sender=NUMBER)) for place in range(5)]
        sandbox.advance(timedelta(minutes=1))
        sandbox.receive("twilio", PERSON, "Thanks")
        events = [*gateway.poll()]
        reports = {each.message_id: each.status for each in events if isinstance(each, DeliveryReport)}
        assert reports == {result.message_id: Status.DELIVERED for result in sent}
        assert [each.text for each in events if isinstance(each, Reply)] == ["Thanks"]
        assert gateway.provider("twilio").balance().unit == "USD"


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault is not Fault.NO_CREDIT])
def test_a_fault_ends_a_send_truthfully(sandbox: Sandbox, fault: Fault) -> None:
    with Gateway.from_mapping({"providers": {"twilio": account(sandbox, read_timeout=0.5, deadline=2)}}) as gateway:
        sandbox.misbehave("twilio", fault, path="Messages")
        try:
            outcome = gateway.send(SENT).outcome
        except SmsgateError as error:
            assert error.result is not None  # noqa: PT017 - every ended send has one
            outcome = error.result.outcome
    if outcome is Outcome.ACCEPTED:
        assert len(sandbox.texts) == 1
    elif outcome is not Outcome.UNKNOWN:
        assert sandbox.texts == ()
    assert not fault.accepts or outcome in {Outcome.UNKNOWN, Outcome.ACCEPTED}
