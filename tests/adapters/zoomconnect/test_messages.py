from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from attrs import evolve

from smsgate import (
    Answer,
    Direction,
    Message,
    NotFoundError,
    Provider,
    ProviderError,
    RemoteAnalysis,
    Request,
    Status,
    StoredMessage,
    UnsupportedError,
)
from smsgate.sandbox import Sandbox
from smsgate.testing import StubTransport, answer
from smsgate_zoomconnect import ZoomConnect, ZoomConnectSettings
from smsgate_zoomconnect.dates import moment_of

SETTINGS = ZoomConnectSettings(email="ops@example.com", token="t0ken-of-the-tests")
ADA = "+27821234567"


def ids(messages: Iterator[StoredMessage]) -> set[str]:
    return {message.id for message in messages}


def stubbed(*answers: object) -> tuple[Provider, StubTransport]:
    stub = StubTransport(answer(200, said) for said in answers)
    return Provider("zoom", ZoomConnect(SETTINGS, provider="zoom"), stub), stub


def test_a_sent_message_is_read_back_whole(sandbox: Sandbox, provider: Provider) -> None:
    sent = provider.send(Message(ADA, "Hello", reference="order-4711", campaign="codes"))
    sandbox.advance(timedelta(minutes=2))
    stored = provider.messages.get(sent.message_id)
    assert stored.sent_at is not None
    assert datetime.now(UTC) - stored.sent_at < timedelta(minutes=1)
    assert evolve(stored, raw={}, sent_at=None) == StoredMessage(
        provider="zoom",
        id=sent.message_id,
        direction=Direction.OUTBOUND,
        status=Status.DELIVERED,
        raw_status="DELIVERED",
        text="Hello",
        to=ADA,
        sender="+27600000000",
        campaign="codes",
        reference="order-4711",
        segments=1,
        cost=Decimal("1.0"),
        read=False,
    )
    assert stored.raw["userDataField"] == "order-4711"


def test_a_reply_is_listed_unread_and_marked(sandbox: Sandbox, provider: Provider) -> None:
    provider.send(Message(ADA, "Hello?"))
    reply = sandbox.receive("zoomconnect", ADA, "Yes")
    assert ids(provider.messages.list(unread=True)) == {reply}
    (found,) = provider.messages.list(direction=Direction.INBOUND)
    assert (found.text, found.sender, found.read, found.status) == ("Yes", ADA, False, Status.UNKNOWN)
    assert found.received_at is not None
    provider.messages.mark_read(reply)
    assert ids(provider.messages.list(unread=True)) == set()
    assert ids(provider.messages.list(unread=False)) == {reply}
    provider.messages.mark_unread(reply)
    assert ids(provider.messages.list(unread=True)) == {reply}


def test_messages_are_filtered_by_what_they_are(provider: Provider) -> None:
    one = provider.send(Message(ADA, "Hello", reference="a-1", campaign="codes")).message_id
    two = provider.send(Message("+27821234568", "Bye", reference="b-2", campaign="offers")).message_id
    listed = provider.messages.list
    assert ids(listed()) == {one, two}
    assert ids(listed(to=ADA)) == {one}
    assert ids(listed(sender="+27600000000")) == {one, two}
    assert ids(listed(text="Bye")) == {two}
    assert ids(listed(campaign="codes")) == {one}
    assert ids(listed(reference="b-2")) == {two}
    assert ids(listed(direction=Direction.OUTBOUND, status=Status.SENT)) == {one, two}
    assert ids(listed(status=Status.DELIVERED)) == set()


def test_failed_is_three_words_of_the_vendors_and_all_of_them_are_listed(sandbox: Sandbox, provider: Provider) -> None:
    sent = {provider.send(Message(f"+2782000200{digit}", "Hello")).message_id for digit in (1, 2, 3)}
    provider.send(Message(ADA, "Hello"))
    sandbox.advance(timedelta(minutes=2))
    assert ids(provider.messages.list(status=Status.FAILED)) == sent


def test_days_are_of_messages_in_both_directions(sandbox: Sandbox, provider: Provider) -> None:
    sent = provider.send(Message(ADA, "Hello?")).message_id
    reply = sandbox.receive("zoomconnect", ADA, "Yes")
    today = datetime.now(UTC).date()
    tomorrow, yesterday = today + timedelta(days=2), today - timedelta(days=2)
    assert ids(provider.messages.list(since=yesterday, until=tomorrow)) == {sent, reply}
    assert ids(provider.messages.list(since=tomorrow)) == set()
    assert ids(provider.messages.list(until=yesterday)) == set()
    assert ids(provider.messages.list(since=yesterday, direction=Direction.INBOUND)) == {reply}


def test_pages_are_asked_one_after_the_other() -> None:
    def page(number: int) -> dict[str, object]:
        found = [{"messageId": str(number), "messageStatus": "SENT"}]
        return {"page": number, "totalPages": 3, "webServiceMessages": found}

    provider, stub = stubbed(page(1), page(2), page(3))
    day = date(2026, 2, 3)
    assert len(list(provider.messages.list(direction=Direction.OUTBOUND, since=day, until=day))) == 3
    query = {"type": "OUTBOUND", "fromDateTimeSent": "20260203", "toDateTimeSent": "20260203", "pageSize": 100}
    assert [dict(request.query) for request in stub.requests] == [{**query, "page": page} for page in (1, 2, 3)]


def test_a_list_of_messages_that_never_ends_ends() -> None:
    said = {"page": 1, "totalPages": 10**9, "webServiceMessages": [{"messageId": "1", "messageStatus": "SENT"}]}
    provider, stub = stubbed(*[said] * 9)
    with pytest.raises(ProviderError, match="repeats itself"):
        list(provider.messages.list())
    assert len(stub.requests) == 4


def test_a_filter_or_status_that_the_vendor_does_not_have_is_refused_by_name(
    provider: Provider, asked: list[str]
) -> None:
    with pytest.raises(UnsupportedError, match=r"zoom has no filter conversation"):
        provider.messages.list(conversation="1")
    with pytest.raises(UnsupportedError, match=r"zoom \(zoomconnect\) has no status expired \(it has: delivered, "):
        next(provider.messages.list(status=Status.EXPIRED))
    assert asked == []


def test_a_message_is_deleted_from_the_records(provider: Provider, asked: list[str]) -> None:
    sent = provider.send(Message(ADA, "Hello")).message_id
    provider.messages.delete(sent)
    assert asked[-1] == "DELETE messages/{message_id}"
    assert provider.messages.get(sent).raw["deleted"] is True


def test_unknown_messages_are_not_found(provider: Provider) -> None:
    for ask in (provider.messages.get, provider.messages.delete, provider.messages.mark_read):
        with pytest.raises(NotFoundError):
            ask("5a757c7b7736b6c1d340ffff")


def test_the_vendor_analyses_a_message(provider: Provider) -> None:
    analysis = provider.analyse(Message(ADA, "Olá 👍" * 20))
    assert evolve(analysis, raw={}) == RemoteAnalysis(
        provider="zoom", encoding="UCS2", length=120, segments=2, cost=Decimal("2.0"), allowed=True
    )
    assert "characterAnalysis" in analysis.raw


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2018-02-03T11:21:00+02:00", datetime(2018, 2, 3, 9, 21, tzinfo=UTC)),
        ("2018-02-03T09:21:00Z", datetime(2018, 2, 3, 9, 21, tzinfo=UTC)),
        ("2018-02-03T11:21:00", datetime(2018, 2, 3, 9, 21, tzinfo=UTC)),
        ("201802031121", datetime(2018, 2, 3, 9, 21, tzinfo=UTC)),
        ("20180203112105", datetime(2018, 2, 3, 9, 21, 5, tzinfo=UTC)),
        (1517649660000, datetime(2018, 2, 3, 9, 21, tzinfo=UTC)),
        ("soon", None),
        ("201813031121", None),
        (10**20, None),
        (None, None),
        ({}, None),
    ],
)
def test_every_way_to_write_a_moment_is_read_as_utc_and_others_are_left_in_raw(
    written: object, read: datetime | None
) -> None:
    assert moment_of(written, SETTINGS) == read


@pytest.mark.parametrize("size", [1, 100])
def test_a_message_that_shows_under_two_words_is_listed_once(size: int) -> None:
    """A filter for FAILED may take in what was refunded, and a word may change between two questions."""
    listed = {"FAILED": [str(id_) for id_ in range(3 * size)], "FAILED_REFUNDED": [str(id_) for id_ in range(2 * size)]}
    listed["FAILED_OPTOUT"] = listed["FAILED"]

    def says(request: Request) -> Answer:
        found, page = listed[str(request.query["status"])], int(str(request.query["page"]))
        shown = found[(page - 1) * size : page * size]
        messages = [{"messageId": id_, "messageStatus": "FAILED_REFUNDED"} for id_ in shown]
        return answer(200, {"totalPages": -(-len(found) // size), "webServiceMessages": messages})

    provider = Provider("zoom", ZoomConnect(SETTINGS, provider="zoom"), StubTransport(says))
    found = [message.id for message in provider.messages.list(status=Status.FAILED)]
    assert found == listed["FAILED"]
