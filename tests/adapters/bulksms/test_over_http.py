"""Messages on their way and after it, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from attrs import evolve

from smsgate import (
    Accepted,
    AuthenticationError,
    Conversation,
    DeliveryReport,
    Direction,
    Effect,
    InsufficientCreditError,
    InvalidRecipientError,
    Message,
    NotFoundError,
    NotSentError,
    OptedOutError,
    Provider,
    ProviderError,
    RateLimitedError,
    RejectedError,
    Request,
    Source,
    Status,
    UnsupportedError,
    VendorOptOut,
)
from smsgate.sandbox import Fault, Sandbox

Open = Callable[..., Provider]

ADA = "+27821234567"
HELLO = Message(ADA, "Hello", reference="order-4711")
SINCE = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_message_goes_out_and_is_followed_until_it_is_delivered(sandbox: Sandbox, provider: Provider) -> None:
    sent = provider.send(evolve(HELLO, text="Olá 👍", sender="ACME"))
    [text] = sandbox.texts
    assert (text.to, text.text, text.sender, text.reference) == (ADA, "Olá 👍", "ACME", "order-4711")
    assert sent == Accepted(message_id=text.message_id, status=Status.QUEUED, sender="ACME", raw=sent.raw)
    sandbox.advance(timedelta(minutes=40))
    report = DeliveryReport(
        provider="bulk",
        message_id=sent.message_id,
        status=Status.SENT,
        raw_status="SENT",
        reference="order-4711",
        source=Source.POLLED,
    )
    assert evolve(provider.status(sent.message_id), raw={}) == report
    sandbox.advance(timedelta(hours=1))
    delivered = evolve(report, status=Status.DELIVERED, raw_status="DELIVERED")
    assert evolve(provider.status(sent.message_id), raw={}) == delivered


@pytest.mark.parametrize(
    ("number", "status", "word", "reason"),
    [
        ("+27820002001", Status.UNDELIVERED, "FAILED.HANDSET_ERROR", "handset error"),
        ("+27820002006", Status.EXPIRED, "FAILED.EXPIRED", "expired"),
        ("+27820002003", Status.REJECTED, "FAILED.BLOCKED", "opted out"),
        ("+27820002004", Status.UNKNOWN, "UNKNOWN", None),
        ("+27820002005", Status.SENT, "SENT", None),
    ],
)
def test_each_end_of_a_message_has_its_status_and_reason(  # noqa: PLR0917 - cases and fixtures
    number: str, status: Status, word: str, reason: str | None, sandbox: Sandbox, provider: Provider
) -> None:
    sent = provider.send(Message(number, "Hello"))
    sandbox.advance(timedelta(hours=2))
    report = provider.status(sent.message_id)
    assert (report.status, report.raw_status, report.reason) == (status, word, reason)


def test_texts_of_every_length_and_alphabet_arrive_as_they_are(sandbox: Sandbox, provider: Provider) -> None:
    texts = ["a" * 160, "€" * 400, "back`tick", "Я" * 300, "👍" * 134, "{F0", "line\nbreak \\ [x]"]
    for text in texts:
        provider.send(Message(ADA, text))
    assert [text.text for text in sandbox.texts] == texts


def test_a_scheduled_message_goes_out_at_its_time_and_is_not_shown_before(sandbox: Sandbox, provider: Provider) -> None:
    at = datetime.now(UTC).replace(microsecond=0) + timedelta(days=700)
    sent = provider.send(evolve(HELLO, send_at=at))
    assert (sent.status, sandbox.texts, [text.at for text in sandbox.scheduled]) == (Status.SCHEDULED, (), [at])
    with pytest.raises(NotFoundError):
        provider.status(sent.message_id)
    sandbox.advance(timedelta(days=700, hours=2))
    assert provider.status(sent.message_id).status is Status.DELIVERED
    with pytest.raises(RejectedError, match="two years"):
        provider.send(evolve(HELLO, send_at=at + timedelta(days=4_000)))


# Refusals ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "kind", "code"),
    [
        ("+27820000400", InvalidRecipientError, "bad-request"),
        ("+27820000401", AuthenticationError, "401"),
        ("+27820000402", InsufficientCreditError, "insufficient-credits"),
        ("+27820000403", NotSentError, "forbidden"),
        ("+27820000429", RateLimitedError, "429"),
    ],
)
def test_a_refusal_has_its_class_and_the_vendors_code(
    number: str, kind: type[ProviderError], code: str, sandbox: Sandbox, provider: Provider
) -> None:
    with pytest.raises(kind) as caught:
        provider.send(Message(number, "Hello"))
    assert caught.value.code == code
    assert sandbox.texts == ()


def test_credit_that_is_used_up_is_no_fault_of_the_message(sandbox: Sandbox, provider: Provider) -> None:
    provider.send(Message(ADA, "a" * 153 * 250))
    assert provider.balance().amount == 750
    for _ in range(3):
        provider.send(Message(ADA, "a" * 153 * 250))
    with pytest.raises(InsufficientCreditError, match="Insufficient Credits: 1 credits are needed"):
        provider.send(HELLO)
    assert len(sandbox.texts) == 4


def test_wrong_credentials_are_said_to_be_refused_without_being_shown(open_provider: Open) -> None:
    with pytest.raises(AuthenticationError, match="the credentials were refused") as caught:
        open_provider(token_secret="n0t-the-secret").balance()
    assert "n0t-the-secret" not in str(caught.value)


def test_an_address_that_is_not_the_vendors_is_not_taken_for_an_unknown_message(
    sandbox: Sandbox, open_provider: Open
) -> None:
    provider = open_provider(base_url=sandbox.url("bulksms").replace("/bulksms/", "/nowhere/"))
    with pytest.raises(NotSentError, match="check base_url"):
        provider.send(HELLO)


# Lists ---------------------------------------------------------------------------------------------------------------


def test_messages_are_listed_page_after_page_the_newest_first(
    sandbox: Sandbox, provider: Provider, asked: list[Request]
) -> None:
    ids = [provider.send(Message(ADA, f"Hello {place}")).message_id for place in range(5)]
    reply = sandbox.receive("bulksms", ADA, "Yes", message_id=ids[0])
    listed = [*provider.messages.list()]
    assert [each.id for each in listed] == [reply, *reversed(ids)]
    assert [request.query.get("filter") for request in asked[5:]] == [
        None,
        f"id<{ids[4]}",
        f"id<{ids[2]}",
        f"id<{ids[0]}",
    ]
    received, sent = listed[0], listed[-1]
    assert (received.direction, received.text, received.sender) == (Direction.INBOUND, "Yes", ADA)
    assert (received.in_reply_to, received.sent_at) == (ids[0], None)
    assert (sent.direction, sent.to, sent.segments, sent.cost) == (Direction.OUTBOUND, ADA, 1, Decimal(1))
    assert received.received_at is not None
    assert sent.sent_at is not None


def test_messages_are_filtered_by_the_vendor(sandbox: Sandbox, provider: Provider) -> None:
    other = provider.send(Message("+27820002006", "Hello", reference="order-4712")).message_id
    own = provider.send(HELLO).message_id
    sandbox.advance(timedelta(hours=2))
    reply = sandbox.receive("bulksms", ADA, "Yes")
    today = datetime.now(UTC).date()

    def ids(**wanted: object) -> list[str]:
        return [each.id for each in provider.messages.list(**wanted)]  # type: ignore[arg-type]

    assert ids(direction=Direction.INBOUND) == [reply]
    assert ids(direction=Direction.OUTBOUND) == [own, other]
    assert ids(status=Status.DELIVERED) == [own]
    assert ids(status=Status.EXPIRED) == [other]
    assert ids(reference="order-4711") == [own]
    assert ids(reference="order-4711", status=Status.EXPIRED) == []
    assert ids(since=today - timedelta(days=1), until=today + timedelta(days=1)) == [reply, own, other]
    assert ids(until=today - timedelta(days=2)) == []
    assert ids(since=today + timedelta(days=2)) == []


def test_what_a_filter_cannot_say_is_refused_before_any_request(provider: Provider, asked: list[Request]) -> None:
    for reference in ("a&type=SENT", "a" * 21):
        with pytest.raises(UnsupportedError, match="without & = < > only"):
            [*provider.messages.list(reference=reference)]
    with pytest.raises(UnsupportedError, match="has no status cancelled"):
        [*provider.messages.list(status=Status.CANCELLED)]
    assert asked == []


def test_statuses_of_many_messages_are_read_off_the_list(
    sandbox: Sandbox, provider: Provider, asked: list[Request]
) -> None:
    ids = [provider.send(Message(ADA, f"Hello {place}")).message_id for place in range(4)]
    sandbox.advance(timedelta(hours=2))
    asked.clear()
    assert {report.message_id: report.status for report in provider.statuses(ids)} == dict.fromkeys(
        ids, Status.DELIVERED
    )
    assert {request.path for request in asked} == {"messages"}


def test_replies_are_polled_with_the_message_that_they_answer(sandbox: Sandbox, provider: Provider) -> None:
    provider.send(evolve(HELLO, sender="ACME"))
    sent = provider.send(evolve(HELLO, sender="REPLIABLE"))
    ids = [sandbox.receive("bulksms", ADA, text) for text in ("Yes", "At nine", "STOP")]
    replies = [*provider.replies(SINCE)]
    assert [(reply.message_id, reply.sender, reply.text) for reply in replies] == [
        (ids[2], ADA, "STOP"),
        (ids[1], ADA, "At nine"),
        (ids[0], ADA, "Yes"),
    ]
    assert {reply.in_reply_to for reply in replies} == {sent.message_id}
    assert [*provider.replies(datetime.now(UTC) + timedelta(hours=1))] == []


def test_replies_are_asked_for_from_ten_minutes_earlier_on(provider: Provider, asked: list[Request]) -> None:
    """The vendor's clock may be behind ours."""
    assert [*provider.replies(SINCE)] == []
    assert asked[0].query["filter"] == "type=RECEIVED&submission.date>=2025-12-31T23:50:00Z"


def test_a_person_who_answers_stop_is_texted_no_more(sandbox: Sandbox, provider: Provider) -> None:
    provider.send(HELLO)
    sandbox.receive("bulksms", ADA, "STOP")
    sent = provider.send(HELLO)
    sandbox.advance(timedelta(hours=2))
    report = provider.status(sent.message_id)
    assert (report.status, report.reason, len(sandbox.texts)) == (Status.REJECTED, "opted out", 1)


def test_an_unknown_message_is_not_found(provider: Provider) -> None:
    for ask in (provider.status, provider.messages.get):
        with pytest.raises(NotFoundError):
            ask("1")


def test_faults_of_the_vendor_leave_a_send_without_a_journal_unknown_and_no_other(
    sandbox: Sandbox, provider: Provider
) -> None:
    sandbox.misbehave("bulksms", Fault.ERROR_AFTER)
    with pytest.raises(ProviderError, match="may have been sent") as caught:
        provider.send(HELLO)
    assert not isinstance(caught.value, NotSentError | OptedOutError)
    assert len(sandbox.texts) == 1


def test_numbers_that_the_vendor_blocks_are_listed_whatever_is_wrong_with_one(
    sandbox: Sandbox, provider: Provider
) -> None:
    numbers = [f"+2782123456{place}" for place in range(5)]
    for number in numbers:
        sandbox.receive("bulksms", number, "STOP")
    assert [*provider.opt_outs.list()] == [VendorOptOut(provider="bulk", number=number) for number in numbers]
    page = provider.opt_outs.page("3")
    assert ([each.number for each in page.items], page.next) == (numbers[2:], "6")
    provider.converse("block", _blocks(["12", "27821234567"]))
    listing = provider.opt_outs.list()
    assert [each.number for each in listing] == [*numbers, ADA]
    assert listing.skipped == 1


def _blocks(numbers: list[str]) -> Conversation[None]:
    yield Request("POST", "blocked-numbers", json=numbers, effect=Effect.CHANGES)
