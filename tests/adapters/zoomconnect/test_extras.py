import traceback
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from attrs import evolve

from smsgate import (
    Accepted,
    InvalidMessageError,
    InvalidRecipientError,
    MalformedAnswerError,
    Message,
    NotFoundError,
    Provider,
    ProviderError,
    RejectedError,
    Status,
    UnknownOutcomeError,
)
from smsgate.sandbox import Fault, Sandbox
from smsgate.testing import StubTransport, answer
from smsgate_zoomconnect import (
    CampaignStatistics,
    Counts,
    Lookup,
    NewUser,
    User,
    UserChanges,
    ZoomConnect,
    ZoomConnectExtras,
    ZoomConnectSettings,
)

ADA = NewUser(
    email="ada@example.com",
    password="s3cret-of-ada",
    first_name="Ada",
    last_name="Lovelace",
    number="+27821234567",
    company="Engines",
)
OWNER = "sandbox@example.com"


def stubbed(answered: object) -> ZoomConnectExtras:
    settings = ZoomConnectSettings(email="ops@example.com", token="t0ken-of-the-tests")
    stub = StubTransport([answer(200, answered)])
    vendor = Provider("zoom", ZoomConnect(settings, provider="zoom"), stub).vendor
    assert isinstance(vendor, ZoomConnectExtras)
    return vendor


# Users and credit -----------------------------------------------------------------------------------------------------


def test_a_user_is_created_found_read_and_updated(vendor: ZoomConnectExtras) -> None:
    made = vendor.create_user(ADA)
    assert made == User(
        provider="zoom",
        id=made.id,
        email="ada@example.com",
        first_name="Ada",
        last_name="Lovelace",
        number="+27821234567",
        company="Engines",
        credit=Decimal("0.0"),
    )
    assert vendor.find_users("ada@example.com") == [made]
    assert vendor.find_users("no-user@example.com") == []
    changed = vendor.update_user(made.id, UserChanges(last_name="King"))
    assert changed == evolve(made, last_name="King") == vendor.get_user(made.id)


def test_a_password_shows_nowhere(sandbox: Sandbox, vendor: ZoomConnectExtras) -> None:
    sandbox.misbehave("zoomconnect", Fault.ERROR_BEFORE, times=None, path="account/user*")
    with pytest.raises(ProviderError) as caught:
        vendor.create_user(ADA)
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True).format()
    assert "s3cret-of-ada" not in "".join([*shown, repr(ADA), repr(UserChanges(password="s3cret-of-ada"))])


def test_credit_is_transferred(provider: Provider, vendor: ZoomConnectExtras) -> None:
    vendor.create_user(ADA)
    giver = vendor.transfer(sender_email=OWNER, recipient_email="ada@example.com", credit=100)
    assert giver is not None
    assert (giver.email, giver.credit) == (OWNER, Decimal("900.0"))
    assert provider.balance().amount == Decimal("900.0")
    assert [user.credit for user in vendor.find_users("ada@example.com")] == [Decimal("100.0")]


def test_a_transfer_whose_answer_is_lost_is_unknown_and_made_once(
    sandbox: Sandbox, provider: Provider, vendor: ZoomConnectExtras, asked: list[str]
) -> None:
    vendor.create_user(ADA)
    sandbox.misbehave("zoomconnect", Fault.DROP_AFTER, path="account/transfer")
    with pytest.raises(UnknownOutcomeError):
        vendor.transfer(sender_email=OWNER, recipient_email="ada@example.com", credit=100)
    assert asked.count("POST account/transfer") == 1
    assert provider.balance().amount == Decimal("900.0")


def test_a_transfer_that_is_refused_is_certainly_not_made(provider: Provider, vendor: ZoomConnectExtras) -> None:
    vendor.create_user(ADA)
    with pytest.raises(RejectedError, match="cannot transfer"):
        vendor.transfer(sender_email=OWNER, recipient_email="ada@example.com", credit=10**6)
    with pytest.raises(ValueError, match="give at least 1"):
        vendor.transfer(sender_email=OWNER, recipient_email="ada@example.com", credit=0)
    assert provider.balance().amount == Decimal("1000.0")


def test_an_unknown_user_is_not_found(vendor: ZoomConnectExtras, asked: list[str]) -> None:
    with pytest.raises(NotFoundError):
        vendor.get_user("99")
    with pytest.raises(NotFoundError):
        vendor.update_user("../../admin", UserChanges(last_name="King"))
    assert asked == ["GET account/user/{user_id}", "GET account/user/{user_id}"]


# Statistics -----------------------------------------------------------------------------------------------------------


def test_statistics_are_by_user_and_campaign(sandbox: Sandbox, provider: Provider, vendor: ZoomConnectExtras) -> None:
    provider.send(Message("+27821234567", "Hello", campaign="codes"))
    provider.send(Message("+27821234567", "x" * 161))
    provider.send(Message("+27820002002", "Hello"))
    sandbox.advance(timedelta(minutes=2))
    nothing = Counts(
        total=Decimal(0),
        sent=Decimal(0),
        delivered=Decimal(0),
        failed=Decimal(0),
        failed_opted_out=Decimal(0),
        failed_refunded=Decimal(0),
    )
    today = datetime.now(UTC).date()
    report = vendor.statistics(since=today - timedelta(days=2), until=today + timedelta(days=2))
    assert (report.by_credit, report.total) == (False, evolve(nothing, total=Decimal(2), delivered=Decimal(2)))
    assert {each.campaign for each in report.users[0].campaigns} == {None, "codes"}
    one = CampaignStatistics(campaign="codes", counts=evolve(nothing, total=Decimal(1), delivered=Decimal(1)))
    assert one in report.users[0].campaigns
    assert vendor.statistics(campaign="codes").total == one.counts
    assert vendor.statistics(include_refunded_and_opted_out=True).total.failed_refunded == 1
    assert vendor.statistics(by_credit=True, user_email=OWNER).total.delivered == 3


# Questions about a text -----------------------------------------------------------------------------------------------


def test_each_single_question_has_a_bare_answer(vendor: ZoomConnectExtras) -> None:
    assert vendor.credit_cost(Message("+27821234567", "x" * 161)) == Decimal("2.0")
    assert vendor.encoding("Olá 👍") == "UCS2"
    assert vendor.length("Hello") == 5
    assert vendor.fits("Hello") is True
    assert vendor.fits("x" * 5000) is False
    assert vendor.segments("x" * 161) == 2


@pytest.mark.parametrize("said", [None, "5", 5.5, True, [5], {"length": 5}])
def test_a_scalar_of_another_kind_is_malformed(said: object) -> None:
    with pytest.raises(MalformedAnswerError):
        stubbed(said).length("Hello")


@pytest.mark.parametrize("said", [None, "true", 1, 0])
def test_a_yes_that_is_none_is_malformed(said: object) -> None:
    with pytest.raises(MalformedAnswerError):
        stubbed(said).fits("Hello")


def test_a_number_is_looked_up(vendor: ZoomConnectExtras) -> None:
    assert evolve(vendor.look_up("0821234567"), raw={}) == Lookup(provider="zoom", number="0821234567", valid=True)
    assert vendor.look_up("12").valid is False


# Bulk -----------------------------------------------------------------------------------------------------------------


def test_paced_bulk_sends_at_a_default_time(sandbox: Sandbox, vendor: ZoomConnectExtras) -> None:
    at = datetime(2096, 2, 3, 9, 21, tzinfo=UTC)
    own = at + timedelta(hours=1)
    messages = [Message("+27821234567", "Hello"), Message("+27820000400", "Hello"), Message("+27821234567", "Bye")]
    messages[2] = evolve(messages[2], send_at=own)
    results = vendor.send_bulk(messages, messages_per_minute=30, default_send_at=at)
    assert [type(result) for result in results] == [Accepted, InvalidRecipientError, Accepted]
    assert {result.status for result in results if isinstance(result, Accepted)} == {Status.SCHEDULED}
    assert [text.at for text in sandbox.scheduled] == [at, own]


def test_paced_bulk_that_cannot_be_is_refused_before_any_request(vendor: ZoomConnectExtras, asked: list[str]) -> None:
    assert vendor.send_bulk([]) == []
    with pytest.raises(InvalidMessageError, match="no time zone"):
        vendor.send_bulk([Message("+27821234567", "Hello")], default_send_at=datetime(2096, 2, 3))  # noqa: DTZ001
    with pytest.raises(InvalidMessageError, match="no sender"):
        vendor.send_bulk([Message("+27821234567", "Hello", sender="ACME")])
    assert asked == []


def test_paced_bulk_whose_answers_do_not_add_up_is_unknown() -> None:
    vendor = stubbed({"sendSmsResponses": [{"messageId": "1", "error": None}]})
    with pytest.raises(UnknownOutcomeError, match="1 answers to 2 messages"):
        vendor.send_bulk([Message("+27821234567", "Hello")] * 2)
