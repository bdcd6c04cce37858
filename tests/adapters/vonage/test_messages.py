"""The vendor's records: statuses, lists, deletion, and looking for a message whose answer was lost."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve

from smsgate import (
    Accepted,
    Answer,
    Direction,
    Doubt,
    MalformedAnswerError,
    Message,
    NotFoundError,
    Provider,
    ProviderError,
    Request,
    Status,
    Submission,
    UnknownOutcomeError,
)
from smsgate.testing import answer
from tests.adapters.vonage.callbacks import KEY, UUID
from tests.adapters.vonage.conftest import Stubbed
from tests.adapters.vonage.test_contract import RECORD, listed

SENT = datetime(2024, 3, 10, 10, 0, tzinfo=UTC)
OWN = "sg0123456789abcdef01"
MESSAGE = Message("+27821234567", "Your code is 4711", sender="ACME")
SUBMISSION = Submission(OWN, reference=OWN)
DOUBT = Doubt(MESSAGE, SENT - timedelta(seconds=1), None, SENT + timedelta(seconds=30), SUBMISSION)
LOST = {**RECORD, "client_ref": OWN}


def found(provider: Provider, doubt: Doubt = DOUBT) -> Accepted | None:
    return provider.reconcile(doubt)


def by_product(**records: list[dict[str, object]]) -> Any:
    def say(request: Request) -> Answer:
        return answer(200, listed(*records.get(str(request.query["product"]), [])))

    return say


def test_a_status_is_looked_for_among_messages_and_then_among_texts(stubbed: Stubbed) -> None:
    provider, stub = stubbed(by_product(SMS=[{**RECORD, "status": "failed", "error_code": "7"}]))
    report = provider.status(UUID)
    assert (report.status, report.raw_status, report.reason) == (Status.FAILED, "failed", "error code 7")
    own = {"account_id": KEY, "direction": "outbound", "id": UUID}
    assert [request.query for request in stub.requests] == [
        {**own, "product": "MESSAGES"},
        {**own, "product": "SMS"},
    ]


def test_twenty_ids_are_asked_for_in_one_call(stubbed: Stubbed) -> None:
    ids = [f"id-{number}" for number in range(45)]

    def say(request: Request) -> Answer:
        asked = str(request.query["id"]).split(",")
        assert len(asked) <= 20
        return answer(200, listed(*({**RECORD, "message_id": each} for each in asked)))

    provider, stub = stubbed(say)
    assert {report.message_id for report in provider.statuses(ids)} == {*ids}
    assert len(stub.requests) == 3, "and none for those of the other product"


def test_an_id_that_the_vendor_never_gives_is_not_asked_for(stubbed: Stubbed) -> None:
    provider, stub = stubbed()
    with pytest.raises(NotFoundError):
        provider.status("one,another")
    assert stub.requests == []


def test_no_record_is_no_message(stubbed: Stubbed) -> None:
    provider, _ = stubbed(lambda _: answer(200, listed(ids_not_found=UUID)))
    with pytest.raises(NotFoundError, match="no record has the id"):
        provider.status(UUID)


def test_a_list_goes_back_day_by_day_through_products_and_directions(stubbed: Stubbed) -> None:
    def say(request: Request) -> Answer:
        kind = f"{request.query['product']}-{request.query['direction']}-{str(request.query['date_start'])[:10]}"
        return answer(200, listed({**RECORD, "message_id": kind}))

    provider, stub = stubbed(say)
    ids = [each.id for each in provider.messages.list(since=date(2024, 3, 1), until=date(2024, 3, 2))]
    assert ids == [
        *("MESSAGES-outbound-2024-03-02", "MESSAGES-inbound-2024-03-02"),
        *("SMS-outbound-2024-03-02", "SMS-inbound-2024-03-02"),
        *("MESSAGES-outbound-2024-03-01", "MESSAGES-inbound-2024-03-01"),
        *("SMS-outbound-2024-03-01", "SMS-inbound-2024-03-01"),
    ]
    assert stub.requests[0].query["date_start"] == "2024-03-02T00:00:00Z"
    assert stub.requests[0].query["date_end"] == "2024-03-03T00:00:00Z"
    assert stub.requests[0].query["include_message"] == "true"


def test_no_list_covers_more_than_a_day_or_begins_in_the_future(stubbed: Stubbed) -> None:
    provider, stub = stubbed(lambda _: answer(200, listed()))
    now = datetime.now(UTC)
    assert [*provider.messages.list(since=(now - timedelta(days=3)).date(), until=date(9000, 1, 1))] == []
    for request in stub.requests:
        start, end = (datetime.fromisoformat(str(request.query[name])) for name in ("date_start", "date_end"))
        assert start < now
        assert timedelta() < end - start <= timedelta(days=1)
    covered = [datetime.fromisoformat(str(request.query["date_start"])) for request in stub.requests]
    assert min(covered).date() == (now - timedelta(days=3)).date()


def test_a_list_asks_for_the_next_thousand_by_the_vendors_cursor(stubbed: Stubbed) -> None:
    said = [
        listed({**RECORD, "message_id": "1"}, request_status="TRUNCATED", cursor="Vww_x=", iv="Qn&J"),
        listed({**RECORD, "message_id": "2"}),
    ]
    provider, stub = stubbed(lambda _: answer(200, said.pop(0) if said else listed()))
    day = date(2024, 3, 1)
    assert [each.id for each in provider.messages.list(since=day, until=day, direction=Direction.OUTBOUND)] == [
        "1",
        "2",
    ]
    assert "cursor" not in stub.requests[0].query
    assert (stub.requests[1].query["cursor"], stub.requests[1].query["iv"]) == ("Vww_x=", "Qn&J")


def test_a_list_goes_back_no_further_than_records_are_kept(stubbed: Stubbed) -> None:
    provider, stub = stubbed(lambda _: answer(200, listed()))
    assert [*provider.messages.list(since=date(1, 1, 1), until=date(2024, 3, 1), direction=Direction.OUTBOUND)] == []
    assert len(stub.requests) == 2 * 403
    assert min(str(request.query["date_start"]) for request in stub.requests) == "2023-01-24T00:00:00Z"


def test_days_that_have_not_come_have_no_messages(stubbed: Stubbed) -> None:
    provider, stub = stubbed()
    assert [*provider.messages.list(since=date(9000, 1, 1))] == []
    assert stub.requests == []


def test_a_message_has_its_time_by_its_direction(stubbed: Stubbed) -> None:
    provider, _ = stubbed(by_product(MESSAGES=[RECORD]))
    day = date(2024, 3, 1)
    outbound, inbound = (
        next(iter(provider.messages.list(since=day, until=day, direction=direction)))
        for direction in (Direction.OUTBOUND, Direction.INBOUND)
    )
    assert (outbound.sent_at, outbound.received_at, inbound.sent_at, inbound.received_at) == (SENT, None, None, SENT)
    assert (outbound.to, outbound.sender, outbound.text) == ("+27821234567", "+27600000000", "Your code is 4711")
    assert outbound.reference == "order-4711"


@pytest.mark.parametrize("word", ["PENDING", "PROCESSING", "ABORTED", "FAILED", "TRUNCATED"])
def test_records_that_the_vendor_could_not_complete_prove_nothing(stubbed: Stubbed, word: str) -> None:
    provider, _ = stubbed(lambda _: answer(200, listed(request_status=word)))
    with pytest.raises(MalformedAnswerError, match="incomplete"):
        provider.status(UUID)
    with pytest.raises(ProviderError):
        found(provider)


# A lost answer --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("product", ["MESSAGES", "SMS"])
def test_a_lost_message_is_found_by_its_reference_in_either_product(stubbed: Stubbed, product: str) -> None:
    provider, _ = stubbed(by_product(**{product: [{**LOST, "client_ref": "another"}, LOST]}))
    accepted = found(provider)
    assert accepted is not None
    assert accepted.message_id == UUID


def test_it_is_not_there_only_if_both_products_have_no_record_of_it(stubbed: Stubbed) -> None:
    provider, stub = stubbed(by_product(MESSAGES=[{**LOST, "client_ref": "another"}], SMS=[RECORD]))
    assert found(provider) is None
    assert [request.query["product"] for request in stub.requests] == ["MESSAGES", "SMS"]
    for request in stub.requests:
        assert str(request.query["date_start"]) <= "2024-03-10T09:50:00Z"
        assert str(request.query["date_end"]) >= "2024-03-10T10:15:00Z"


def test_a_submission_that_waited_long_is_looked_for_in_windows_of_a_day(stubbed: Stubbed) -> None:
    provider, stub = stubbed(by_product())
    assert found(provider, evolve(DOUBT, until=SENT + timedelta(days=2))) is None
    for product in ("MESSAGES", "SMS"):
        asked = [request.query for request in stub.requests if request.query["product"] == product]
        assert len(asked) == 3
        assert [day["date_end"] for day in asked[1:]] == [day["date_start"] for day in asked[:-1]], "no gap"
        assert str(asked[0]["date_end"]) >= "2024-03-12T10:00:00Z"
        assert str(asked[-1]["date_start"]) <= "2024-03-10T09:50:00Z"


def test_it_stays_unknown_where_a_record_cannot_be_read(stubbed: Stubbed) -> None:
    provider, _ = stubbed(by_product(MESSAGES=[{**LOST, "message_id": None}]))
    with pytest.raises(UnknownOutcomeError, match="1 records cannot be read"):
        found(provider)


def test_it_stays_unknown_where_two_messages_have_the_application_s_reference(stubbed: Stubbed) -> None:
    doubt = evolve(DOUBT, message=evolve(MESSAGE, reference="order-4711"))
    provider, _ = stubbed(by_product(MESSAGES=[RECORD], SMS=[{**RECORD, "message_id": "another"}]))
    with pytest.raises(UnknownOutcomeError):
        found(provider, doubt)


def test_an_own_reference_that_was_found_ends_the_search(stubbed: Stubbed) -> None:
    for records in ([LOST], [LOST, {**LOST, "message_id": None}]):
        provider, stub = stubbed(by_product(MESSAGES=records))
        accepted = found(provider)
        assert accepted is not None
        assert accepted.message_id == UUID
        assert len(stub.requests) == 1


def test_no_list_has_a_time_of_no_seconds(stubbed: Stubbed) -> None:
    until = SENT + timedelta(hours=24, microseconds=1) - timedelta(minutes=40)  # a day with the margins, and a bit
    provider, stub = stubbed(by_product())
    assert found(provider, evolve(DOUBT, since=SENT, until=until)) is None
    assert len(stub.requests) == 2


def test_it_stays_unknown_where_no_reference_went_out(stubbed: Stubbed) -> None:
    provider, stub = stubbed()
    for doubt in (evolve(DOUBT, submission=None), evolve(DOUBT, message=evolve(MESSAGE, reference="r" * 41))):
        with pytest.raises(UnknownOutcomeError, match="only a message that went out with a reference"):
            found(provider, doubt)
    assert stub.requests == []


@pytest.mark.parametrize("change", [{"date_received": "2020-01-01T00:00:00+0000"}, {"to": "0821234567"}], ids=str)
def test_an_own_reference_counts_whatever_else_the_record_says(stubbed: Stubbed, change: dict[str, object]) -> None:
    provider, _ = stubbed(by_product(MESSAGES=[{**LOST, **change}]))
    accepted = found(provider)
    assert accepted is not None


@pytest.mark.parametrize("change", [{"date_received": "2020-01-01T00:00:00+0000"}, {"to": "27821234568"}], ids=str)
def test_another_message_with_the_application_s_reference_is_not_taken_for_it(
    stubbed: Stubbed, change: dict[str, object]
) -> None:
    doubt = evolve(DOUBT, message=evolve(MESSAGE, reference="order-4711"))
    provider, _ = stubbed(by_product(MESSAGES=[{**RECORD, **change}]))
    assert found(provider, doubt) is None


# Deletion -------------------------------------------------------------------------------------------------------------


def test_a_record_is_redacted_in_the_product_and_direction_that_has_it(stubbed: Stubbed) -> None:
    missing = answer(404, {"type": "https://developer.nexmo.com/api-errors#invalid-id", "title": "Invalid ID"})
    provider, stub = stubbed([missing, answer(204, text="")])
    provider.messages.delete(UUID)
    assert [request.json for request in stub.requests] == [
        {"id": UUID, "product": "messages", "type": "outbound"},
        {"id": UUID, "product": "sms", "type": "outbound"},
    ]
    provider, stub = stubbed(lambda _: missing)
    with pytest.raises(NotFoundError):
        provider.messages.delete(UUID)
    assert len(stub.requests) == 4


def test_it_is_too_early_to_redact_within_the_hour(stubbed: Stubbed) -> None:
    early = {
        "type": "https://developer.nexmo.com/api-errors/redact#premature-redaction",
        "title": "Premature Redaction",
    }
    provider, _ = stubbed([answer(403, {**early, "detail": "You must wait 60 minutes"})])
    with pytest.raises(ProviderError, match="You must wait 60 minutes") as caught:
        provider.messages.delete(UUID)
    assert caught.value.code == "premature-redaction"
