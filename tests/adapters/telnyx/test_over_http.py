"""The adapter against a server that was written from the vendor's description by itself, over real HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from smsgate import (
    AuthenticationError,
    Direction,
    Gateway,
    InsufficientCreditError,
    InvalidMessageError,
    InvalidRecipientError,
    InvalidSenderError,
    Message,
    NotFoundError,
    OptedOutError,
    PermissionDeniedError,
    Provider,
    ProviderError,
    RateLimitedError,
    RejectedError,
    Scope,
    Status,
    UnknownOutcomeError,
    VendorOptOut,
)
from smsgate.sandbox import Fault, Sandbox
from smsgate_telnyx import TelnyxExtras

ADA, BOB, NUMBER = "+27821234567", "+27827654321", "+13125550001"
PROFILE = "4000eba1-a0c0-4563-9925-b25e842a7cb6"


def texts(sandbox: Sandbox) -> list[tuple[str, str, str | None]]:
    return [(text.to, text.text, text.sender) for text in sandbox.texts]


def vendor(provider: Provider) -> TelnyxExtras:
    extras = provider.vendor
    assert isinstance(extras, TelnyxExtras)
    return extras


def test_a_message_goes_out_and_its_delivery_is_asked(provider: Provider, sandbox: Sandbox) -> None:
    accepted = provider.send(Message(ADA, "I'm here & <there> 👍", sender=NUMBER))
    assert (accepted.status, accepted.sender) == (Status.QUEUED, NUMBER)
    assert texts(sandbox) == [(ADA, "I'm here & <there> 👍", NUMBER)]
    assert provider.status(accepted.message_id).status is Status.QUEUED
    sandbox.advance(timedelta(seconds=40))
    assert provider.status(accepted.message_id).status is Status.SENT
    sandbox.advance(timedelta(seconds=40))
    report = provider.status(accepted.message_id)
    assert (report.status, report.raw_status) == (Status.DELIVERED, "delivered")
    stored = provider.messages.get(accepted.message_id)
    assert (stored.text, stored.to, stored.direction) == ("I'm here & <there> 👍", ADA, Direction.OUTBOUND)
    assert (stored.sender, stored.segments, stored.cost) == (NUMBER, 1, Decimal("0.0040"))


@pytest.mark.parametrize("sender", [None, "ACME", "24273", PROFILE])
def test_every_kind_of_sender_goes_out(provider: Provider, sandbox: Sandbox, sender: str | None) -> None:
    provider.send(Message(ADA, "hello", sender=sender))
    assert texts(sandbox) == [(ADA, "hello", NUMBER if sender in {None, PROFILE} else sender)]


def test_a_message_with_media_goes_out(provider: Provider) -> None:
    message = Message(ADA, "", sender=NUMBER, media=["https://example.com/a.png"])
    stored = provider.messages.get(provider.send(message).message_id)
    assert stored.raw["type"] == "MMS"


def test_a_scheduled_message_waits_and_can_be_cancelled(provider: Provider, sandbox: Sandbox) -> None:
    at = datetime.now(UTC) + timedelta(hours=1)
    ids = [provider.send(Message(to, "later", send_at=at)).message_id for to in (ADA, BOB)]
    assert [provider.status(each).status for each in ids] == [Status.SCHEDULED] * 2
    assert vendor(provider).cancel(ids[0]).status is Status.CANCELLED
    sandbox.advance(timedelta(hours=2))
    assert texts(sandbox) == [(BOB, "later", NUMBER)]
    with pytest.raises(ProviderError) as refused:
        vendor(provider).cancel(ids[1])
    assert refused.value.code == "10010"
    with pytest.raises(NotFoundError):
        vendor(provider).cancel("40385f64-5717-4562-b3fc-2c963f66afa6")


@pytest.mark.parametrize("ahead", [timedelta(minutes=1), timedelta(days=6)])
def test_a_time_that_telnyx_does_not_schedule_is_refused(provider: Provider, ahead: timedelta) -> None:
    with pytest.raises(RejectedError) as refused:
        provider.send(Message(ADA, "later", send_at=datetime.now(UTC) + ahead))
    assert (refused.value.code, refused.value.scope) == ("10015", Scope.MESSAGE)


REFUSED: Mapping[str, tuple[Message, type[ProviderError], str, Scope]] = {
    "a number that is refused": (Message("+27820000400", "x"), InvalidRecipientError, "40310", Scope.RECIPIENT),
    "no credit": (Message("+27820000402", "x"), InsufficientCreditError, "20100", Scope.ACCOUNT),
    "a country that the profile does not list": (
        Message("+79161234567", "x"),
        PermissionDeniedError,
        "40309",
        Scope.ACCOUNT,
    ),
    "a sender of another account": (
        Message(ADA, "x", sender="+13125559999"),
        InvalidSenderError,
        "40305",
        Scope.SENDER,
    ),
    "a text of more than ten parts": (Message(ADA, "x" * 1600), RejectedError, "40302", Scope.MESSAGE),
}


@pytest.mark.parametrize("refused", REFUSED)
def test_a_refusal_has_its_code_and_scope(provider: Provider, sandbox: Sandbox, refused: str) -> None:
    message, kind, code, scope = REFUSED[refused]
    with pytest.raises(kind) as raised:
        provider.send(message)
    assert (raised.value.code, raised.value.scope) == (code, scope)
    assert code in str(raised.value)
    assert texts(sandbox) == []


def test_after_stop_the_person_is_not_texted_until_start(provider: Provider, sandbox: Sandbox) -> None:
    sandbox.receive("telnyx", ADA, "Stop")
    with pytest.raises(OptedOutError) as refused:
        provider.send(Message(ADA, "x"))
    assert refused.value.code == "40300"
    [block] = vendor(provider).opt_outs(profile=PROFILE)
    assert (block.provider, block.number, block.sender, block.keyword) == ("tel", ADA, NUMBER, "STOP")
    assert block.created_at is not None
    assert vendor(provider).opt_outs(sender="+13125559999") == []
    [listed] = provider.opt_outs.list()
    assert listed == VendorOptOut(provider="tel", number=ADA, sender=NUMBER, since=block.created_at, word="STOP")
    sandbox.receive("telnyx", ADA, "start")
    assert [*provider.opt_outs.list()] == []
    provider.send(Message(ADA, "x"))
    assert texts(sandbox) == [(ADA, "x", NUMBER)]


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.UNAUTHORIZED, AuthenticationError),
        (Fault.FORBIDDEN, PermissionDeniedError),
        (Fault.RATE_LIMITED, RateLimitedError),
        (Fault.ERROR_BEFORE, UnknownOutcomeError),
        (Fault.ERROR_AFTER, UnknownOutcomeError),
        (Fault.NO_ID, UnknownOutcomeError),
        (Fault.WRONG_SHAPE, UnknownOutcomeError),
    ],
)
def test_a_failure_is_what_it_proves(
    provider: Provider, sandbox: Sandbox, fault: Fault, kind: type[ProviderError]
) -> None:
    sandbox.misbehave("telnyx", fault)
    with pytest.raises(kind) as raised:
        provider.send(Message(ADA, "x"))
    assert raised.value.code


def test_bad_credentials_are_named(sandbox: Sandbox) -> None:
    account = {"adapter": "telnyx", "base_url": sandbox.url("telnyx"), "api_key": "KEY-of-another", "rate": "unlimited"}
    with Gateway.from_mapping({"providers": {"tel": account}}) as opened, pytest.raises(AuthenticationError) as raised:
        opened.provider("tel").balance()
    assert raised.value.code == "10009"
    assert "KEY-of-another" not in str(raised.value)


def test_a_message_without_a_profile_is_refused_before_any_request(sandbox: Sandbox) -> None:
    key = sandbox.credentials("telnyx")["api_key"]
    account = {"adapter": "telnyx", "base_url": sandbox.url("telnyx"), "api_key": key, "rate": "unlimited"}
    with Gateway.from_mapping({"providers": {"tel": account}}) as opened:
        for sender in (None, "ACME"):
            with pytest.raises(InvalidMessageError, match=r"set \[senders\], or messaging_profile_id"):
                opened.provider("tel").send(Message(ADA, "x", sender=sender))
        opened.provider("tel").send(Message(ADA, "x", sender=PROFILE))
    assert texts(sandbox) == [(ADA, "x", NUMBER)]


def test_balance_is_what_may_be_spent(provider: Provider) -> None:
    balance = provider.balance()
    assert (balance.amount, balance.unit) == (Decimal("400.00"), "USD")


def test_detail_records_list_what_is_no_longer_under_way(provider: Provider, sandbox: Sandbox) -> None:
    ids = [provider.send(Message(to, "x")).message_id for to in (ADA, "+27820002001", "+27820002004")]
    reply = sandbox.receive("telnyx", BOB, "Yes")
    assert [stored.id for stored in provider.messages.list()] == [reply]
    sandbox.advance(timedelta(minutes=2))
    listed = {stored.id: stored for stored in provider.messages.list()}
    assert [listed[each].status for each in ids] == [Status.DELIVERED, Status.FAILED, Status.UNKNOWN]
    assert {stored.text for stored in listed.values()} == {None}
    found = provider.messages.list(direction=Direction.OUTBOUND, to=ADA, sender=NUMBER, since=date(2020, 1, 1))
    assert [stored.id for stored in found] == [ids[0]]
    assert [*provider.messages.list(until=date(2020, 1, 1))] == []
    assert len([*provider.messages.list(until=date.max)]) == 4


def test_many_statuses_are_read_off_the_records(provider: Provider, sandbox: Sandbox) -> None:
    ids = [provider.send(Message(f"+2782123{number:04}", "x")).message_id for number in range(60)]
    sandbox.advance(timedelta(minutes=2))
    late = [provider.send(Message(ADA, "x")).message_id for _ in range(2)]
    reports = {report.message_id: report.status for report in provider.statuses([*ids, *late])}
    assert reports == {**dict.fromkeys(ids, Status.DELIVERED), **dict.fromkeys(late, Status.QUEUED)}


def test_a_failed_message_says_why(provider: Provider, sandbox: Sandbox) -> None:
    failed, opted_out = (provider.send(Message(f"+2782000200{each}", "x")).message_id for each in (1, 3))
    sandbox.advance(timedelta(minutes=2))
    report = provider.status(failed)
    assert (report.status, report.reason) == (Status.UNDELIVERED, "40008 Undeliverable")
    assert provider.status(opted_out).reason == "40300 Blocked due to STOP message"
