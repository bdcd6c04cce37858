from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from smsgate import Balance, Direction, ProviderError, Status, StoredMessage, UnsupportedError
from smsgate.testing import Recorded, StubTransport, answer
from smsgate_twilio import TwilioExtras
from tests.adapters.twilio.samples import MESSAGE, NUMBER, PERSON, REPLY, SID, account, listed

SENT_AT = "Thu, 24 Aug 2023 05:01:47 +0000"


def test_a_message_is_read_with_what_it_cost() -> None:
    said = {**MESSAGE, "status": "delivered", "date_sent": SENT_AT, "price": "-0.00750", "num_segments": "2"}
    assert account(StubTransport([answer(200, said)])).messages.get(SID) == StoredMessage(
        provider="twilio",
        id=SID,
        direction=Direction.OUTBOUND,
        status=Status.DELIVERED,
        raw_status="delivered",
        text="Your code is 4711",
        to=PERSON,
        sender=NUMBER,
        segments=2,
        cost=Decimal("0.00750"),
        sent_at=datetime(2023, 8, 24, 5, 1, 47, tzinfo=UTC),
        raw=said,
    )


def test_what_a_person_sent_was_received_and_not_sent() -> None:
    stored = account(StubTransport([answer(200, REPLY)])).messages.get(SID)
    assert (stored.direction, stored.sent_at) == (Direction.INBOUND, None)
    assert stored.received_at == datetime(2023, 8, 24, 5, 3, 45, tzinfo=UTC)


@pytest.mark.parametrize(
    "odd",
    [
        {"num_segments": "many", "price": "free", "date_sent": "yesterday", "error_code": "x", "direction": 5},
        {"num_segments": "0", "price": None, "date_sent": "", "error_code": None, "direction": None},
    ],
)
def test_fields_that_decide_nothing_may_be_odd(odd: dict[str, object]) -> None:
    stored = account(StubTransport([answer(200, {**MESSAGE, **odd})])).messages.get(SID)
    assert (stored.segments, stored.cost, stored.sent_at, stored.direction) == (None, None, None, None)


def test_a_time_without_a_zone_is_in_utc() -> None:
    said = answer(200, {**MESSAGE, "date_sent": "Thu, 24 Aug 2023 05:01:47 -0000"})
    assert account(StubTransport([said])).messages.get(SID).sent_at == datetime(2023, 8, 24, 5, 1, 47, tzinfo=UTC)


def test_messages_are_listed_by_number_and_day_page_by_page() -> None:
    link = "https://elsewhere.example/evil?To=%2B27821234567&PageSize=100&Page=1&PageToken=PASM1&token=no#x"
    stub = StubTransport([listed([MESSAGE], link), listed([{**MESSAGE, "sid": "SM2"}])])
    since, until = date(2026, 11, 1), date(2026, 11, 29)
    messages = [*account(stub).messages.list(to=PERSON, sender=NUMBER, since=since, until=until)]
    assert [message.id for message in messages] == [SID, "SM2"]
    first, second = stub.requests
    wanted = {"To": PERSON, "From": NUMBER, "DateSent>": "2026-11-01", "DateSent<": "2026-11-29", "PageSize": "100"}
    assert first.query == wanted
    assert second.query == {"To": PERSON, "PageSize": "100", "Page": "1", "PageToken": "PASM1"}
    assert second.path == "Messages.json"


def test_a_filter_that_the_vendor_has_not_is_refused() -> None:
    with pytest.raises(UnsupportedError):
        [*account(StubTransport()).messages.list(text="code")]


def test_replies_are_polled_by_day_and_what_was_sent_is_left_out() -> None:
    stub = StubTransport([listed([MESSAGE, REPLY])])
    [reply] = account(stub).replies(datetime(2026, 11, 29, 0, 5, tzinfo=UTC))
    assert (reply.message_id, reply.sender, reply.text, reply.to) == (REPLY["sid"], PERSON, "Thank you", NUMBER)
    assert stub.requests[0].query["DateSent>"] == "2026-11-28"


def test_many_statuses_are_read_off_the_list() -> None:
    others = [{**MESSAGE, "sid": f"SM{number:032x}", "status": "sent"} for number in range(50)]
    stub = StubTransport(Recorded({"GET Messages.json": listed([*others, REPLY])}))
    reports = account(stub).statuses([str(other["sid"]) for other in others])
    assert {report.status for report in reports} == {Status.SENT}
    assert (len(reports), len(stub.requests)) == (50, 1)


def test_a_message_is_deleted() -> None:
    stub = StubTransport([answer(204, text="")])
    account(stub).messages.delete(SID)
    assert str(stub.requests[0]) == "DELETE Messages/{id}.json"


def test_a_scheduled_message_is_cancelled_and_a_text_is_redacted() -> None:
    stub = StubTransport([answer(200, {**MESSAGE, "status": "canceled"}), answer(200, {**MESSAGE, "body": ""})])
    vendor = account(stub).vendor
    assert isinstance(vendor, TwilioExtras)
    assert vendor.cancel(SID).status is Status.CANCELLED
    assert vendor.redact(SID).text is None
    assert [request.form for request in stub.requests] == [{"Status": "canceled"}, {"Body": ""}]


def test_the_balance_has_its_currency() -> None:
    said = {"account_sid": "AC1", "balance": "12.50", "currency": "EUR"}
    balance = account(StubTransport([answer(200, said)])).balance()
    assert balance == Balance(provider="twilio", amount=Decimal("12.50"), unit="EUR", raw=said)


@pytest.mark.parametrize("balance", [None, "", "much"])
def test_a_subaccount_has_no_balance_and_the_error_says_where_it_is(balance: str | None) -> None:
    with pytest.raises(ProviderError, match="main account"):
        account(StubTransport([answer(200, {"balance": balance})])).balance()
