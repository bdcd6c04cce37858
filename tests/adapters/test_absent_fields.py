"""Absent means null, at Salesmsg and Salesbox; an entry that cannot be read hides no other, and proves nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from smsgate import (
    Adapter,
    Answer,
    Doubt,
    MalformedAnswerError,
    Message,
    Provider,
    Settings,
    Status,
    UnknownOutcomeError,
)
from smsgate.testing import StubTransport, Unpaced, answer
from smsgate_salesbox import Salesbox, SalesboxSettings
from smsgate_salesmsg import Salesmsg, SalesmsgSettings

NUMBER = "+12019772861"
LONG_AGO = datetime.now(UTC) - timedelta(hours=1)
ROTTEN: list[object] = [5, None, {"id": []}, {"id": {"of": "nothing"}}]
"""Entries of a list that no adapter can read."""


def provider(adapter: Adapter[Settings], *says: Answer) -> Provider:
    return Provider("p", adapter, StubTransport(says), pace_store=Unpaced())


def box(*says: Answer) -> Provider:
    return provider(Salesbox(SalesboxSettings(token="box-token", campaigns_as_groups=True), provider="p"), *says)


def sales(*says: Answer) -> Provider:
    return provider(Salesmsg(SalesmsgSettings(token="sales-token", team_id=16), provider="p"), *says)


def test_a_salesbox_text_is_read_by_its_id_alone() -> None:
    stored = box(answer(200, {"textMessage": {"id": 17}})).messages.get("17")
    assert (stored.id, stored.text, stored.to, stored.status) == ("17", None, None, Status.UNKNOWN)


def test_a_salesbox_text_without_its_status_is_no_answer_to_the_question_for_it() -> None:
    with pytest.raises(MalformedAnswerError, match="the text 17 has no status"):
        box(answer(200, {"textMessage": {"id": 17}})).status("17")


def test_a_salesbox_text_without_its_status_settles_no_doubt() -> None:
    doubt = Doubt(Message(NUMBER, "hello"), LONG_AGO, "17")
    with pytest.raises(UnknownOutcomeError, match="does not say whether it is a draft"):
        box(answer(200, {"textMessage": {"id": 17}})).reconcile(doubt)


def test_a_salesbox_campaign_without_a_name_is_called_by_its_id() -> None:
    assert [each.name for each in box(answer(200, {"campaigns": [{"id": 5}]})).groups.list()] == ["5"]


@pytest.mark.parametrize(
    "empty", [{"textMessages": None}, {"data": None}, {"total": 0}, {"data": {"textMessages": None}}]
)
def test_a_salesbox_list_with_nothing_on_it_may_be_left_out(empty: object) -> None:
    assert [*box(answer(200, empty)).messages.list()] == []


def test_a_salesbox_entry_that_cannot_be_read_hides_no_other(caplog: pytest.LogCaptureFixture) -> None:
    page = {"textMessages": [ROTTEN[0], {"id": 17, "status": "sent"}, *ROTTEN[1:], {"id": 18}], "total": 6}
    assert [each.id for each in box(answer(200, page)).messages.list()] == ["17", "18"]
    assert "4 of 6 entries of a list were skipped" in caplog.text


def test_a_salesbox_entry_that_cannot_be_read_may_be_the_message_in_doubt() -> None:
    listed = answer(200, {"textMessages": [{"id": "?"}], "total": 1})
    with pytest.raises(UnknownOutcomeError, match="1 of the newest texts there cannot be read"):
        box(listed).reconcile(Doubt(Message(NUMBER, "hello"), LONG_AGO))


def test_a_salesmsg_entry_that_cannot_be_read_hides_no_other(caplog: pytest.LogCaptureFixture) -> None:
    page = {"data": [ROTTEN[0], {"id": 7, "number": NUMBER}, *ROTTEN[1:], {"id": 8}]}
    assert [each.id for each in sales(answer(200, page)).contacts.list()] == ["7", "8"]
    assert "4 of 6 entries of a list were skipped" in caplog.text


def test_a_salesmsg_reply_whose_time_cannot_be_read_is_still_a_reply() -> None:
    reply = {"id": 5, "conversation_id": 1, "status": "received", "body": "STOP", "received_at": "some day"}
    contact = {"contact": {"number": NUMBER}}
    asked = sales(answer(200, [{"id": 1}]), answer(200, [{"id": "?"}, {**reply, **contact}]))
    assert [each.text for each in asked.replies(LONG_AGO)] == ["STOP"]


@pytest.mark.parametrize("empty", [{"data": None}, {"results": None}, {"meta": {"total": 0}}])
def test_a_salesmsg_list_with_nothing_on_it_may_be_left_out(empty: object) -> None:
    assert [*sales(answer(200, empty)).contacts.list()] == []


def test_a_salesmsg_message_that_cannot_be_read_may_be_the_one_in_doubt() -> None:
    doubt = Doubt(Message(NUMBER, "hello"), LONG_AGO, "1:")
    with pytest.raises(UnknownOutcomeError, match="1 of the conversation's messages cannot be read"):
        sales(answer(200, [{"id": "?"}])).reconcile(doubt)


def test_a_salesmsg_contact_that_cannot_be_read_may_be_the_one_that_was_texted() -> None:
    doubt = Doubt(Message(NUMBER, "hello"), LONG_AGO)
    with pytest.raises(UnknownOutcomeError, match="gave others"):
        sales(answer(200, {"data": [{"id": []}]})).reconcile(doubt)
