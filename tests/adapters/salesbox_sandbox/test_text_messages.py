from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from smsgate.sandbox import Fault, Sandbox, Text, magic
from smsgate_salesbox_sandbox import Salesbox

Ask = Callable[..., requests.Response]
Draft = Callable[..., int]

NUMBER = "+12019772861"
SILENT = {Fault.STALL_BEFORE, Fault.STALL_AFTER, Fault.DROP_BEFORE, Fault.DROP_AFTER}
NUMBERS = {fault: number for number, fault in magic.FAULTS.items()}
OUTCOMES = {outcome: number for number, outcome in magic.OUTCOMES.items()}


@pytest.fixture
def look(ask: Ask) -> Callable[[int], dict[str, Any]]:
    def look(key: int) -> dict[str, Any]:
        message: dict[str, Any] = ask("GET", f"text-messages/{key}").json()["textMessage"]
        return message

    return look


Look = Callable[[int], dict[str, Any]]


def test_a_draft_stays_a_draft_until_it_is_sent(ask: Ask, draft: Draft, look: Look, sandbox: Sandbox) -> None:
    key = draft(content="Your appointment is confirmed")
    sandbox.advance(timedelta(days=365))
    assert look(key)["status"] == "draft"
    assert not sandbox.texts
    before = datetime.now(UTC) + timedelta(days=365)
    assert ask("POST", f"text-messages/{key}/send").status_code == 200
    (text,) = sandbox.texts
    assert text == Text(
        vendor="salesbox", to=NUMBER, text="Your appointment is confirmed", message_id=str(key), at=text.at
    )
    assert text.at >= before


def test_a_text_message_has_exactly_the_documented_properties(ask: Ask, draft: Draft, look: Look) -> None:
    campaign = ask("POST", "campaigns/new", json={"name": "Appointment Reminders"}).json()["campaign"]["id"]
    key = draft(campaignId=campaign)
    shown = look(key)
    created = datetime.fromisoformat(shown["createdAt"])
    assert created.tzinfo is not None
    assert shown["createdAt"].endswith("+00:00")
    assert shown == {
        "id": key,
        "content": "hello",
        "recipient": NUMBER,
        "status": "draft",
        "sentAt": None,
        "deliveredAt": None,
        "createdAt": shown["createdAt"],
        "modifiedAt": None,
        "createdBy": 1,
        "createdByUser": "Sandbox Owner",
        "modifiedBy": 1,
        "modifiedByUser": "Sandbox Owner",
        "campaign": {"id": campaign, "name": "Appointment Reminders"},
    }


def test_a_text_goes_from_queued_over_sent_to_delivered_by_the_clock(
    ask: Ask, draft: Draft, look: Look, sandbox: Sandbox
) -> None:
    key = draft()
    assert ask("POST", f"text-messages/{key}/send").json()["textMessage"]["status"] == "queued"
    seen = []
    for _ in range(3):
        shown = look(key)
        seen.append((shown["status"], bool(shown["sentAt"]), bool(shown["deliveredAt"])))
        sandbox.advance(timedelta(seconds=35))
    assert seen == [("queued", False, False), ("sent", True, False), ("delivered", True, True)]


@pytest.mark.parametrize(
    ("outcome", "status", "texts"),
    [
        (magic.DeliveryOutcome.FAILED, "failed", 1),
        (magic.DeliveryOutcome.REFUNDED, "failed", 1),
        (magic.DeliveryOutcome.OPTED_OUT, "failed", 0),
        (magic.DeliveryOutcome.UNKNOWN, "unknown", 1),
        (magic.DeliveryOutcome.STAYS_SENT, "sent", 1),
    ],
)
def test_a_magic_number_decides_how_the_delivery_ends(
    ask: Ask, draft: Draft, look: Look, sandbox: Sandbox, *, outcome: magic.DeliveryOutcome, status: str, texts: int
) -> None:
    key = draft(OUTCOMES[outcome])
    assert ask("POST", f"text-messages/{key}/send").status_code == 200
    sandbox.advance(timedelta(minutes=2))
    assert (look(key)["status"], len(sandbox.texts)) == (status, texts)


def test_a_sent_text_may_still_look_like_a_draft_until_it_settles(session: requests.Session) -> None:
    with Sandbox(vendors=[Salesbox(settling=timedelta(minutes=5))]) as sandbox:
        session.headers["Authorization"] = f"Bearer {sandbox.credentials('salesbox')['token']}"
        url = f"{sandbox.url('salesbox')}/text-messages"
        made = session.post(f"{url}/new", json={"recipient": NUMBER, "content": "x"}, timeout=10).json()
        one = f"{url}/{made['textMessage']['id']}"
        session.post(f"{one}/send", timeout=10)
        assert len(sandbox.texts) == 1
        statuses = []
        for _ in range(2):
            statuses.append(session.get(one, timeout=10).json()["textMessage"]["status"])
            sandbox.advance(timedelta(minutes=6))
        assert statuses == ["draft", "delivered"]


def test_what_is_sent_twice_is_on_air_twice(ask: Ask, draft: Draft, sandbox: Sandbox) -> None:
    key = draft()
    for _ in range(2):
        assert ask("POST", f"text-messages/{key}/send").json()["textMessage"]["status"] == "queued"
        sandbox.advance(timedelta(minutes=2))
    assert [text.message_id for text in sandbox.texts] == [str(key)] * 2


def test_a_scheduled_text_leaves_by_itself_and_its_schedule_cannot_be_read_back(
    draft: Draft, look: Look, sandbox: Sandbox
) -> None:
    due = (datetime.now(UTC) + timedelta(hours=1)).replace(microsecond=0)
    key = draft(scheduledFor=due.isoformat())
    shown = look(key)
    assert shown["status"] == "queued"
    assert "scheduledFor" not in shown
    assert not sandbox.texts
    assert [(text.message_id, text.at) for text in sandbox.scheduled] == [(str(key), due)]
    sandbox.advance(timedelta(hours=2))
    assert [text.at for text in sandbox.texts] == [due]
    assert (look(key)["status"], look(key)["sentAt"]) == ("delivered", due.isoformat())


def test_a_schedule_in_the_past_sends_at_once(draft: Draft, sandbox: Sandbox) -> None:
    before = datetime.now(UTC)
    draft(scheduledFor="2018-02-03T11:21:00+00:00")
    (text,) = sandbox.texts
    assert before <= text.at <= datetime.now(UTC)


def test_a_scheduled_text_that_is_sent_leaves_at_once_and_only_once(
    ask: Ask, draft: Draft, look: Look, sandbox: Sandbox
) -> None:
    key = draft(scheduledFor="2099-01-01T00:00:00+00:00")
    ask("POST", f"text-messages/{key}/send")
    assert (len(sandbox.texts), sandbox.scheduled) == (1, ())
    sandbox.advance(timedelta(minutes=2))
    assert look(key)["status"] == "delivered"


def test_a_scheduled_text_that_is_deleted_never_leaves(ask: Ask, draft: Draft, sandbox: Sandbox) -> None:
    key, other = (draft(scheduledFor="2099-01-01T00:00:00+00:00") for _ in range(2))
    ask("DELETE", f"text-messages/{key}/delete")
    assert [text.message_id for text in sandbox.scheduled] == [str(other)]


def test_a_scheduled_text_that_is_edited_leaves_at_the_new_time(ask: Ask, draft: Draft, sandbox: Sandbox) -> None:
    key = draft(scheduledFor="2099-01-01T00:00:00+00:00")
    due = (datetime.now(UTC) + timedelta(hours=1)).replace(microsecond=0)
    fields = {"content": "new", "scheduledFor": due.isoformat()}
    assert ask("PATCH", f"text-messages/{key}/edit", json=fields).status_code == 200
    assert [(text.text, text.at) for text in sandbox.scheduled] == [("new", due)]


def test_a_moment_with_another_offset_is_read_as_it_says(draft: Draft, sandbox: Sandbox) -> None:
    draft(scheduledFor="2099-01-01T00:00:00-03:00")
    assert [text.at.isoformat() for text in sandbox.scheduled] == ["2099-01-01T03:00:00+00:00"]


def test_a_draft_is_edited_and_a_sent_text_is_not(ask: Ask, draft: Draft, look: Look, sandbox: Sandbox) -> None:
    key = draft()
    edited = ask("PATCH", f"text-messages/{key}/edit", json={"content": "new"}).json()["textMessage"]
    assert (edited["content"], edited["recipient"], edited["status"]) == ("new", NUMBER, "draft")
    assert edited["modifiedAt"] is not None
    assert edited == look(key)
    ask("POST", f"text-messages/{key}/send")
    answer = ask("PATCH", f"text-messages/{key}/edit", json={"content": "newer"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_request")
    assert [text.text for text in sandbox.texts] == ["new"]


def test_a_deleted_draft_is_gone(ask: Ask, draft: Draft) -> None:
    key = draft()
    assert ask("DELETE", f"text-messages/{key}/delete").json()["textMessage"]["id"] == key
    for method, path in (("GET", ""), ("POST", "/send"), ("DELETE", "/delete"), ("PATCH", "/edit")):
        answer = ask(method, f"text-messages/{key}{path}", json={} if method == "PATCH" else None)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


def test_texts_are_listed_filtered_and_sorted(ask: Ask, draft: Draft) -> None:
    campaign = ask("POST", "campaigns/new", json={"name": "x"}).json()["campaign"]["id"]
    ann, ben, cid = draft(content="Ann"), draft(content="Ben", campaignId=campaign), draft(content="Cid")
    ask("POST", f"text-messages/{cid}/send")

    def listed(**query: Any) -> list[int]:
        answer = ask("GET", "text-messages", params=query).json()
        return [message["id"] for message in answer["textMessages"]]

    assert listed() == [ann, ben, cid]
    assert listed(orderBy="content", orderByDir="desc") == [cid, ben, ann]
    assert listed(limit=2, page=2) == [cid]
    assert listed(limit=2, page=3) == []
    assert listed(search="EN") == [ben]
    assert listed(status="draft") == [ann, ben]
    assert listed(status="queued") == [cid]
    assert listed(campaignId=campaign) == [ben]
    assert listed(campaignId=7) == []
    assert ask("GET", "text-messages", params={"limit": 1}).json()["total"] == 3


def test_the_list_shows_thirty_and_at_most_a_hundred(ask: Ask, draft: Draft) -> None:
    for _ in range(101):
        draft()

    def length(**query: int) -> int:
        return len(ask("GET", "text-messages", params=query).json()["textMessages"])

    assert (length(), length(limit=50), length(limit=500)) == (30, 50, 100)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"content": "x"}, "recipient is required"),
        ({"recipient": NUMBER}, "content is required"),
        ({"recipient": NUMBER, "content": ""}, "content is required"),
        ({"recipient": "2019772861", "content": "x"}, "recipient: a phone number"),
        ({"recipient": 12019772861, "content": "x"}, "recipient: a str"),
        ({"recipient": NUMBER, "content": "x", "sender": "me"}, "Unknown field 'sender'"),
        ({"recipient": NUMBER, "content": "x", "campaignId": "7"}, "campaignId: a int"),
        ({"recipient": NUMBER, "content": "x", "campaignId": True}, "campaignId: a int"),
        ({"recipient": NUMBER, "content": "x", "scheduledFor": "soon"}, "scheduledFor: a date"),
        ({"recipient": NUMBER, "content": "x", "scheduledFor": 4070908800}, "scheduledFor: a date"),
        ({"recipient": NUMBER, "content": "x", "scheduledFor": "2099-01-01T00:00:00"}, "scheduledFor: an offset"),
        ({"recipient": NUMBER, "content": "x", "scheduledFor": "9999-12-31T23:59:59-05:00"}, "scheduledFor: a date"),
        ([], "A JSON object"),
    ],
)
def test_a_wrong_draft_is_refused(ask: Ask, fields: object, problem: str) -> None:
    answer = ask("POST", "text-messages/new", json=fields)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"].startswith(problem)
    assert ask("GET", "text-messages").json()["total"] == 0


def test_a_draft_for_a_campaign_that_does_not_exist_is_refused(ask: Ask) -> None:
    fields = {"recipient": NUMBER, "content": "x", "campaignId": 7}
    assert ask("POST", "text-messages/new", json=fields).status_code == 404


def _try(send: Callable[[], requests.Response], fault: Fault) -> None:
    if fault in SILENT:
        with pytest.raises(requests.ConnectionError):
            send()
    else:
        send()


@pytest.mark.parametrize("fault", Fault)
def test_a_text_is_on_air_exactly_if_its_fault_accepts(ask: Ask, draft: Draft, sandbox: Sandbox, fault: Fault) -> None:
    plain, magical = draft(), draft(NUMBERS[fault])
    sandbox.misbehave("salesbox", fault, path="text-messages/*/send")
    _try(lambda: ask("POST", f"text-messages/{plain}/send"), fault)
    _try(lambda: ask("POST", f"text-messages/{magical}/send"), fault)
    assert [text.to for text in sandbox.texts] == [NUMBER, NUMBERS[fault]] * fault.accepts


@pytest.mark.parametrize("fault", Fault)
def test_a_scheduled_text_waits_exactly_if_its_fault_accepts(ask: Ask, sandbox: Sandbox, fault: Fault) -> None:
    fields = {"recipient": NUMBERS[fault], "content": "x", "scheduledFor": "2099-01-01T00:00:00+00:00"}
    _try(lambda: ask("POST", "text-messages/new", json=fields), fault)
    assert [text.to for text in sandbox.scheduled] == [NUMBERS[fault]] * fault.accepts


@pytest.mark.parametrize("fault", [Fault.DROP_AFTER, Fault.ERROR_AFTER])
def test_an_ambiguous_create_leaves_an_orphan_draft_at_most(ask: Ask, sandbox: Sandbox, fault: Fault) -> None:
    sandbox.misbehave("salesbox", fault, path="text-messages/new")
    _try(lambda: ask("POST", "text-messages/new", json={"recipient": NUMBER, "content": "x"}), fault)
    assert [one["status"] for one in ask("GET", "text-messages").json()["textMessages"]] == ["draft"]
    assert sandbox.texts == ()


def test_magic_numbers_mean_nothing_before_the_send_call(ask: Ask, draft: Draft) -> None:
    key = draft(NUMBERS[Fault.ERROR_BEFORE])
    edit = {"content": "new"}
    assert ask("PATCH", f"text-messages/{key}/edit", json=edit).status_code == 200
    assert ask("POST", f"text-messages/{key}/send").status_code == 500
    scheduled = {"scheduledFor": "2099-01-01T00:00:00+00:00"}
    assert ask("PATCH", f"text-messages/{key}/edit", json=scheduled).status_code == 500


@pytest.mark.parametrize(
    ("fault", "code"),
    [(Fault.REFUSE_NUMBER, "invalid_recipient"), (Fault.NO_CREDIT, "insufficient_credits")],
)
def test_a_refused_text_stays_a_draft(ask: Ask, draft: Draft, look: Look, *, fault: Fault, code: str) -> None:
    key = draft(NUMBERS[fault])
    answer = ask("POST", f"text-messages/{key}/send")
    assert (answer.status_code, answer.json()["error"]["code"], answer.json()["error"]["status"]) == (400, code, 400)
    assert look(key)["status"] == "draft"
