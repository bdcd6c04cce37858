from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from smsgate.sandbox import Fault, Sandbox, Text, magic

Ask = Callable[..., requests.Response]
Open = Callable[..., int]

NUMBER = "+12019772861"
SILENT = {Fault.STALL_BEFORE, Fault.STALL_AFTER, Fault.DROP_BEFORE, Fault.DROP_AFTER}
NUMBERS = {fault: number for number, fault in magic.FAULTS.items()}
OUTCOMES = {outcome: number for number, outcome in magic.OUTCOMES.items()}


def _seen(message: dict[str, Any]) -> list[str]:
    """Return which of a message's timestamps are set."""
    names = ("received_at", "send_at", "queued_at", "sent_at", "delivered_at", "failed_at")
    return [name for name in names if message[name] != ""]


def test_a_text_in_a_conversation_goes_on_air_from_the_conversations_number(
    ask: Ask, converse: Open, sandbox: Sandbox
) -> None:
    conversation = converse()
    assert not sandbox.texts
    before = datetime.now(UTC)
    message = ask("POST", f"messages/{conversation}", json={"message": "My text message"}).json()
    (text,) = sandbox.texts
    assert text == Text(
        vendor="salesmsg",
        to=NUMBER,
        text="My text message",
        sender="+12074894076",
        message_id=str(message["id"]),
        at=text.at,
    )
    assert before <= text.at <= datetime.now(UTC)


def test_a_message_has_the_fields_of_the_vendors_example(ask: Ask, converse: Open) -> None:
    conversation = converse()
    message = ask("POST", f"messages/{conversation}", json={"message": "My text message"}).json()
    contact, user = message.pop("contact"), message.pop("user")
    assert contact["number"] == NUMBER
    assert user["id"] == message["user_id"]
    created_at = message["created_at"]
    assert datetime.strptime(created_at, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC) <= datetime.now(UTC)
    assert message == {
        "id": message["id"],
        "conversation_id": conversation,
        "contact_id": contact["id"],
        "automated": False,
        "status": "queued",
        "type": "sms",
        "mms_status": "",
        "body": "My text message",
        "body_raw": "My text message",
        "has_tagging": False,
        "icon": None,
        "received_at": "",
        "send_at": "",
        "queued_at": created_at,
        "sent_at": "",
        "delivered_at": "",
        "failed_at": "",
        "failed_reason": None,
        "created_at": created_at,
        "stop_on_response": False,
        "record": None,
        "user_id": 1,
        "media": [],
        "source_id": 0,
        "source": "manual",
        "pending_mentions": [],
    }


def test_a_text_by_number_makes_contact_and_conversation_on_the_way(ask: Ask, sandbox: Sandbox) -> None:
    fields = {"number": "(201) 977-2861", "team_id": 16, "message": "hi"}
    first, second = (ask("POST", "messages", json=fields).json() for _ in range(2))
    assert first["conversation_id"] == second["conversation_id"]
    assert [(text.to, text.sender) for text in sandbox.texts] == [(NUMBER, "+12074894075")] * 2
    assert ask("GET", "contacts").json()["total"] == 1


def test_only_the_message_call_puts_a_text_on_air(ask: Ask, converse: Open, sandbox: Sandbox) -> None:
    conversation = converse()
    answer = ask("POST", f"conversations/{conversation}/send", json={"message": "hi"})
    assert (answer.status_code, answer.json()) == (404, {"message": "Not Found"})
    assert ask("GET", f"conversations/{conversation}/messages").status_code == 404
    assert sandbox.texts == ()


def test_a_text_goes_from_queued_over_sent_to_delivered_by_the_clock(
    ask: Ask, converse: Open, sandbox: Sandbox
) -> None:
    conversation = converse()
    ask("POST", f"messages/{conversation}", json={"message": "hi"})
    seen = []
    for _ in range(3):
        (message,) = ask("GET", f"messages/{conversation}").json()
        seen.append((message["status"], _seen(message)))
        sandbox.advance(timedelta(seconds=35))
    assert seen == [
        ("queued", ["queued_at"]),
        ("sent", ["queued_at", "sent_at"]),
        ("delivered", ["queued_at", "sent_at", "delivered_at"]),
    ]


@pytest.mark.parametrize(
    ("outcome", "status", "reason", "texts"),
    [
        (magic.DeliveryOutcome.FAILED, "failed", "Landline number", 1),
        (magic.DeliveryOutcome.REFUNDED, "failed", "Landline number", 1),
        (magic.DeliveryOutcome.OPTED_OUT, "failed", "Contact opted out", 0),
        (magic.DeliveryOutcome.UNKNOWN, "unknown", None, 1),
        (magic.DeliveryOutcome.STAYS_SENT, "sent", None, 1),
    ],
)
def test_a_magic_number_decides_how_the_delivery_ends(
    ask: Ask,
    converse: Open,
    sandbox: Sandbox,
    *,
    outcome: magic.DeliveryOutcome,
    status: str,
    reason: str | None,
    texts: int,
) -> None:
    conversation = converse(OUTCOMES[outcome])
    assert ask("POST", f"messages/{conversation}", json={"message": "hi"}).status_code == 200
    sandbox.advance(timedelta(minutes=2))
    (message,) = ask("GET", f"messages/{conversation}").json()
    assert (message["status"], message["failed_reason"], len(sandbox.texts)) == (status, reason, texts)


@pytest.mark.parametrize(
    ("flags", "reason"),
    [
        ({"is_invalid": True, "invalid_reason": "Landline number"}, "Landline number"),
        ({"is_invalid": True}, "Invalid number"),
        ({"is_blocked": True}, "Contact is blocked"),
        ({"opt_out": "soft"}, "Contact opted out"),
    ],
)
def test_a_flagged_contact_gets_no_text_and_the_answer_says_failed_though_sent_at_is_set(
    ask: Ask, converse: Open, sandbox: Sandbox, flags: dict[str, Any], reason: str
) -> None:
    conversation = converse()
    sandbox.change_account("salesmsg", "flag_contact", number=NUMBER, **flags)
    message = ask("POST", f"messages/{conversation}", json={"message": "hi"}).json()
    assert (message["status"], message["failed_reason"], _seen(message)) == (
        "failed",
        reason,
        ["sent_at", "failed_at"],
    )
    assert sandbox.texts == ()


def test_the_body_is_escaped_and_the_raw_body_is_not(ask: Ask, converse: Open) -> None:
    raw = 'I\'m <here> & "there"\nnow'
    message = ask("POST", f"messages/{converse()}", json={"message": raw}).json()
    assert message["body"] == "I&#039;m &lt;here&gt; &amp; &quot;there&quot;<br>now"
    assert message["body_raw"] == raw


def test_the_newer_version_schedules_a_text(ask: Ask, converse: Open, sandbox: Sandbox) -> None:
    conversation = converse()
    due = (datetime.now(UTC) + timedelta(minutes=30)).replace(microsecond=0)
    fields = {"message": "later", "send_at": due.isoformat()}
    message = ask("POST", f"messages/{conversation}", version="v2.3", params=fields).json()
    assert (message["status"], message["send_at"]) == ("queued", due.strftime("%Y-%m-%d %H:%M:%S"))
    assert [(text.text, text.at) for text in sandbox.scheduled] == [("later", due)]
    scheduled = ask("GET", f"messages/{conversation}/paginated", params={"only_scheduled": "true"}).json()
    assert [one["id"] for one in scheduled["data"]] == [message["id"]]
    sandbox.advance(timedelta(minutes=45))
    assert [text.text for text in sandbox.texts] == ["later"]
    assert ask("GET", f"messages/{conversation}").json()[0]["status"] == "delivered"


def test_a_schedule_in_the_past_sends_at_once(ask: Ask, converse: Open, sandbox: Sandbox) -> None:
    conversation, before = converse(), datetime.now(UTC)
    fields = {"message": "late", "send_at": "2018-02-03T11:21:00Z"}
    assert ask("POST", f"messages/{conversation}", version="v2.3", params=fields).status_code == 200
    (text,) = sandbox.texts
    assert before <= text.at <= datetime.now(UTC)


def test_the_older_version_knows_no_schedule(ask: Ask, converse: Open, sandbox: Sandbox) -> None:
    fields = {"message": "later", "send_at": "2099-01-01T00:00:00Z"}
    answer = ask("POST", f"messages/{converse()}", json=fields)
    assert answer.status_code == 422
    assert answer.json()["errors"] == {"send_at": ["The send_at field is unknown."]}
    assert sandbox.scheduled == ()


@pytest.mark.parametrize("send_at", ["tomorrow", "20990101", 4070908800, "9999-12-31T23:59:59-05:00"])
def test_a_schedule_is_a_date_and_time(ask: Ask, converse: Open, send_at: object) -> None:
    fields = {"message": "later", "send_at": send_at}
    answer = ask("POST", f"messages/{converse()}", version="v2.3", params=fields)
    expected = 200 if send_at == "20990101" else 422  # a day is ISO 8601, too
    assert answer.status_code == expected


def test_media_stand_in_the_query_whatever_the_version(ask: Ask, converse: Open) -> None:
    conversation = converse()
    media = {"media_url[][url]": ["https://example.com/1.png", "https://example.com/2.png"]}
    answer = ask("POST", f"messages/{conversation}", json={"message": "look"}, params=media)
    assert answer.json()["type"] == "mms"
    assert answer.json()["media"] == [{"url": "https://example.com/1.png"}, {"url": "https://example.com/2.png"}]
    newer = ask("POST", f"messages/{conversation}", version="v2.3", params={"message": "look", **media})
    assert newer.json()["media"] == answer.json()["media"]
    stray = ask("POST", "contacts", json={"number": "+12027953213"}, params=media)
    assert (stray.status_code, list(stray.json()["errors"])) == (422, ["media_url[][url]"])


@pytest.mark.parametrize(
    ("path", "fields", "wrong"),
    [
        ("messages/{}", {}, "message"),
        ("messages/{}", {"message": ""}, "message"),
        ("messages/{}", {"message": 7}, "message"),
        ("messages/{}", {"message": "x", "text": "x"}, "text"),
        ("messages", {"number": NUMBER, "message": "x"}, "team_id"),
        ("messages", {"number": NUMBER, "team_id": "16", "message": "x"}, "team_id"),
        ("messages", {"number": NUMBER, "team_id": 99, "message": "x"}, "team_id"),
        ("messages", {"number": "12", "team_id": 16, "message": "x"}, "number"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_sent(
    ask: Ask, converse: Open, sandbox: Sandbox, *, path: str, fields: dict[str, Any], wrong: str
) -> None:
    answer = ask("POST", path.format(converse()), json=fields)
    assert answer.status_code == 422
    assert answer.json()["message"] == "The given data was invalid."
    assert list(answer.json()["errors"]) == [wrong]
    assert sandbox.texts == ()


def test_a_conversation_that_does_not_exist_is_a_404(ask: Ask) -> None:
    assert ask("POST", "messages/7", json={"message": "x"}).status_code == 404
    assert ask("GET", "messages/7").json() == {"message": "Conversation not found"}


def test_a_conversation_is_listed_newest_first_without_those_of_others(ask: Ask, converse: Open) -> None:
    conversation, other = converse(), converse("+12027953213")
    ids = []
    for place, text in ((conversation, "1"), (other, "x"), (conversation, "2"), (conversation, "3")):
        message = ask("POST", f"messages/{place}", json={"message": text}).json()
        ids += [message["id"]] if place == conversation else []
    newest_first = ids[::-1]

    def listed(**query: int) -> list[int]:
        return [message["id"] for message in ask("GET", f"messages/{conversation}", params=query).json()]

    assert listed() == newest_first
    assert listed(limit=2) == newest_first[:2]
    assert listed(limit=2, page=2) == newest_first[2:]
    assert listed(before=ids[1]) == ids[:1]
    page = ask("GET", f"messages/{conversation}/paginated", params={"page": 2, "per_page": 2}).json()
    assert [message["id"] for message in page["data"]] == ids[:1]
    assert page["meta"] == {"current_page": 2, "last_page": 2, "per_page": 2, "total": 3}


def test_the_messages_of_contacts_are_listed_across_conversations(ask: Ask, add: Open) -> None:
    contact = add()
    ids = []
    for team, number in ((16, 2), (17, 3)):
        fields = {"contact_id": contact, "team_id": team, "number_id": number}
        conversation = ask("POST", "conversations", json=fields).json()["id"]
        ids.append(ask("POST", f"messages/{conversation}", json={"message": "x"}).json()["id"])
    query = {"contacts[]": contact}
    assert [one["id"] for one in ask("GET", "messages/contacts", params=query).json()] == ids[::-1]
    query |= {"before": ids[1], "limit": 5}
    assert [one["id"] for one in ask("GET", "messages/contacts", params=query).json()] == ids[:1]
    assert ask("GET", "messages/contacts").status_code == 422


def test_a_reply_is_a_received_message_without_a_user(ask: Ask, converse: Open, sandbox: Sandbox) -> None:
    conversation = converse()
    sent = ask("POST", f"messages/{conversation}", json={"message": "hi"}).json()
    reply = sandbox.receive("salesmsg", NUMBER, "great!", message_id=str(sent["id"]))
    newest = ask("GET", f"messages/{conversation}").json()[0]
    assert (str(newest["id"]), newest["status"], newest["user_id"], newest["user"]) == (reply, "received", 0, {"id": 0})
    assert _seen(newest) == ["received_at"]
    assert len(sandbox.texts) == 1


def test_a_person_who_texts_in_becomes_a_contact_and_stop_opts_out(ask: Ask, sandbox: Sandbox) -> None:
    sandbox.receive("salesmsg", NUMBER, " Stop ")
    (contact,) = ask("GET", "contacts/search", params={"term": NUMBER}).json()["results"]
    assert contact["opt_out"] == "soft"
    with pytest.raises(LookupError, match="no message '7'"):
        sandbox.receive("salesmsg", NUMBER, "what?", message_id="7")


@pytest.mark.parametrize("by_number", [False, True])
@pytest.mark.parametrize("fault", Fault)
def test_a_text_is_on_air_exactly_if_its_fault_accepts(
    ask: Ask, converse: Open, sandbox: Sandbox, fault: Fault, *, by_number: bool
) -> None:
    plain, magical = converse(), converse(NUMBERS[fault])

    def send(conversation: int, number: str) -> None:
        fields = {"message": "x"} | ({"number": number, "team_id": 16} if by_number else {})
        path = "messages" if by_number else f"messages/{conversation}"
        if fault in SILENT:
            with pytest.raises(requests.ConnectionError):
                ask("POST", path, json=fields)
        else:
            ask("POST", path, json=fields)

    sandbox.misbehave("salesmsg", fault, path="messages*")
    send(plain, NUMBER)
    send(magical, NUMBERS[fault])
    assert [text.to for text in sandbox.texts] == [NUMBER, NUMBERS[fault]] * fault.accepts


def test_a_refused_number_and_an_account_without_credit_have_different_errors(
    ask: Ask, converse: Open, sandbox: Sandbox
) -> None:
    refused = ask("POST", f"messages/{converse(NUMBERS[Fault.REFUSE_NUMBER])}", json={"message": "x"})
    assert (refused.status_code, refused.json()["errors"]) == (422, {"number": ["The number is invalid."]})
    poor = ask("POST", f"messages/{converse(NUMBERS[Fault.NO_CREDIT])}", json={"message": "x"})
    assert (poor.status_code, poor.json()) == (402, {"message": "Insufficient credits"})
    sandbox.misbehave("salesmsg", Fault.UNAUTHORIZED)
    answer = ask("GET", "teams")
    assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized", "auth_required": True})


def test_magic_numbers_mean_nothing_before_the_message_call(ask: Ask, converse: Open, sandbox: Sandbox) -> None:
    conversation = converse(NUMBERS[Fault.ERROR_BEFORE])
    assert ask("GET", f"messages/{conversation}").status_code == 200
    assert ask("POST", f"messages/{conversation}", json={"message": "x"}).status_code == 500
    newer = {"number": NUMBERS[Fault.DROP_AFTER], "team_id": 16, "message": "x"}
    with pytest.raises(requests.ConnectionError):
        ask("POST", "messages", version="v2.3", params=newer)
    assert [text.to for text in sandbox.texts] == [NUMBERS[Fault.DROP_AFTER]]
