from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import requests
from attrs import evolve

from smsgate.sandbox import ConversationText, Sandbox
from smsgate.sandbox.conversations import Conversations
from tests.sandbox.conftest import Ask

ANN, BEN = "+27821234567", "+27821234568"
AT = datetime(2026, 1, 1, tzinfo=UTC)
TEXT = ConversationText(vendor="zoomconnect", phone=ANN, text="hello", message_id="1", at=AT)


@pytest.fixture
def conversations() -> Conversations:
    return Conversations()


def test_the_phone_with_the_newest_text_comes_first(conversations: Conversations) -> None:
    for phone in (ANN, BEN, ANN):
        conversations.add(evolve(TEXT, phone=phone))
    assert [(phone.number, phone.count, phone.last.number) for phone in conversations.phones()] == [
        (ANN, 2, 3),
        (BEN, 1, 2),
    ]


def test_phones_come_page_by_page_and_a_new_text_moves_no_phone_to_a_later_page(conversations: Conversations) -> None:
    for place in range(5):
        conversations.add(evolve(TEXT, phone=f"{ANN}{place}"))
    first = conversations.phones(limit=2)
    conversations.add(evolve(TEXT, phone=f"{ANN}4"))
    second = conversations.phones(before=first[-1].last.number, limit=2)
    third = conversations.phones(before=second[-1].last.number, limit=2)
    assert [phone.number[-1] for phone in (*first, *second, *third)] == ["4", "3", "2", "1", "0"]


def test_the_texts_of_a_phone_come_page_by_page_the_newest_last(conversations: Conversations) -> None:
    for place in range(5):
        conversations.add(evolve(TEXT, text=str(place)))
        conversations.add(evolve(TEXT, phone=BEN))
    newest = conversations.of_phone(ANN, limit=2)
    older = conversations.of_phone(ANN, before=newest[0].number, limit=10)
    assert ([text.text for text in newest], [text.text for text in older]) == (["3", "4"], ["0", "1", "2"])


@pytest.mark.parametrize("words", ["234567", "HELLO", "ID-7", "Zoom", "acme", "order-9"])
def test_a_phone_is_found_by_any_field_of_any_of_its_texts(conversations: Conversations, words: str) -> None:
    conversations.add(evolve(TEXT, message_id="id-7", sender="ACME", reference="order-9"))
    conversations.add(evolve(TEXT, text="", vendor="twilio"))
    conversations.add(evolve(TEXT, phone=BEN, text="", vendor="twilio"))
    assert [phone.number for phone in conversations.phones(words)] == [ANN]


def test_numbers_go_on_after_everything_was_removed(conversations: Conversations) -> None:
    conversations.add(TEXT)
    conversations.clear()
    assert (len(conversations), conversations.newest, conversations.get(1)) == (0, 1, None)
    assert conversations.add(TEXT) == conversations.get(2) == next(conversations.after(1))
    assert [*conversations.after(2)] == []


def test_a_text_knows_the_request_that_sent_it_and_a_reply_the_text_that_it_answers(
    sandbox: Sandbox, send: Ask
) -> None:
    seen: list[ConversationText] = []
    sandbox.watch(seen.append)
    message_id = send(ANN, "Will you come?").json()["messageId"]
    reply_id = sandbox.receive("zoomconnect", ANN, "Yes", message_id=message_id)
    [sent, reply] = seen
    assert (sent.text, sent.message_id, sent.request, sent.inbound) == ("Will you come?", message_id, 1, False)
    assert (reply.text, reply.message_id, reply.inbound, reply.in_reply_to) == ("Yes", reply_id, True, message_id)
    assert reply.phone == ANN


def test_a_scheduled_text_is_in_the_conversation_when_its_time_comes_with_its_own_request(
    sandbox: Sandbox, send: Ask
) -> None:
    seen: list[ConversationText] = []
    sandbox.watch(seen.append)
    due = datetime.now(ZoneInfo("Africa/Johannesburg")) + timedelta(hours=1)
    send(ANN, "later", dateToSend=f"{due:%Y%m%d%H%M}")
    send(BEN, "now")
    sandbox.advance(timedelta(hours=2))
    assert [(text.text, text.request) for text in seen] == [("now", 2), ("later", 1)]


def test_a_reply_that_the_vendor_refuses_is_in_no_conversation(sandbox: Sandbox) -> None:
    seen: list[ConversationText] = []
    sandbox.watch(seen.append)
    with pytest.raises(LookupError):
        sandbox.receive("zoomconnect", ANN, "Yes", message_id="7")
    assert seen == []


def test_requests_as_the_client_makes_them_are_unchanged_by_their_log(session: requests.Session) -> None:
    with Sandbox(vendors=["twilio"]) as sandbox:
        account = sandbox.credentials("twilio")
        form = {"To": "+12025550123", "From": "+12025550100", "Body": "hi"}
        auth = (account["account_sid"], account["auth_token"])
        answer = session.post(f"{sandbox.url('twilio')}/Messages.json", data=form, auth=auth, timeout=10)
        assert (answer.status_code, sandbox.texts[0].text) == (201, "hi")
