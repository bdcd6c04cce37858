from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from smsgate.sandbox import Sandbox
from tests.adapters.twilio_sandbox.conftest import NUMBER, PERSON, SERVICE, Api

KEY = ("SK" + "5b" * 16, "twilio-sandbox-key-secret")


def at(ahead: timedelta) -> str:
    return f"{datetime.now(UTC) + ahead:%Y-%m-%dT%H:%M:%SZ}"


def test_a_message_is_accepted_shown_and_sent(sandbox: Sandbox, api: Api) -> None:
    said = api.send().json()
    assert (said["status"], said["num_segments"], said["price"], said["date_sent"]) == ("queued", "1", None, None)
    assert [(text.to, text.text, text.sender) for text in sandbox.texts] == [(PERSON, "Hello", NUMBER)]
    assert api.ask("GET", f"Messages/{said['sid']}.json").json()["body"] == "Hello"


def test_a_message_goes_through_its_statuses(sandbox: Sandbox, api: Api) -> None:
    sid = api.sid()
    found = [api.status(sid)]
    for _ in range(2):
        sandbox.advance(timedelta(seconds=30))
        found.append(api.status(sid))
    assert found == ["queued", "sent", "delivered"]


@pytest.mark.parametrize(
    ("to", "status", "code"),
    [
        ("+27820002001", "undelivered", 30003),
        ("+27820002003", "failed", 21610),
        ("+27820002004", "partially_delivered", None),
        ("+27820002005", "sent", None),
    ],
)
def test_a_magic_recipient_decides_how_the_delivery_ends(
    sandbox: Sandbox, api: Api, to: str, status: str, code: int | None
) -> None:
    sid = api.sid(To=to)
    sandbox.advance(timedelta(minutes=2))
    said = api.ask("GET", f"Messages/{sid}.json").json()
    assert (said["status"], said["error_code"]) == (status, code)


def test_a_service_accepts_and_schedules_and_cancels(sandbox: Sandbox, api: Api) -> None:
    assert api.send(From="", MessagingServiceSid=SERVICE).json()["status"] == "accepted"
    fields = {"MessagingServiceSid": SERVICE, "ScheduleType": "fixed", "SendAt": at(timedelta(minutes=10))}
    kept, cancelled = api.sid(**fields), api.sid(**fields)
    assert api.status(cancelled) == "scheduled"
    said = api.ask("POST", f"Messages/{cancelled}.json", form={"Status": "canceled"})
    assert (said.status_code, said.json()["status"]) == (200, "canceled")
    sandbox.advance(timedelta(minutes=11))
    assert {text.message_id for text in sandbox.texts} >= {kept}
    assert cancelled not in {text.message_id for text in sandbox.texts}
    assert (api.status(kept), api.status(cancelled)) == ("delivered", "canceled")
    assert api.ask("GET", f"Messages/{cancelled}.json").json()["date_sent"] is None


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"To": ""}, 400, 21604),
        ({"To": "0821234567"}, 400, 21211),
        ({"To": NUMBER}, 400, 21211),
        ({"From": ""}, 400, 21603),
        ({"From": "+0"}, 400, 21212),
        ({"From": "name of 12 ch"}, 400, 21212),
        ({"MessagingServiceSid": "MG1"}, 400, 20001),
        ({"Body": ""}, 400, 21602),
        ({"Body": "x" * 1601}, 400, 21617),
        ({"MediaUrl": [f"https://example.com/{number}" for number in range(11)]}, 400, 21623),
        ({"MediaUrl": "ftp://example.com"}, 400, 21620),
        ({"ValidityPeriod": "0"}, 400, 90007),
        ({"ValidityPeriod": "36001"}, 400, 90007),
        ({"Unknown": "x"}, 400, 20001),
        ({"Body": ["a", "b"]}, 400, 20001),
        ({"ScheduleType": "fixed", "SendAt": at(timedelta(hours=1))}, 400, 35118),
        ({"ScheduleType": "fixed", "MessagingServiceSid": SERVICE}, 400, 35114),
        ({"ScheduleType": "fixed", "SendAt": "soon", "MessagingServiceSid": SERVICE}, 400, 35114),
        ({"ScheduleType": "x", "SendAt": at(timedelta(hours=1)), "MessagingServiceSid": SERVICE}, 400, 35115),
        ({"SendAt": at(timedelta(minutes=4)), "ScheduleType": "fixed", "MessagingServiceSid": SERVICE}, 400, 35115),
        ({"SendAt": at(timedelta(days=36)), "ScheduleType": "fixed", "MessagingServiceSid": SERVICE}, 400, 35115),
        ({"To": "+15005550001"}, 400, 21211),
        ({"To": "+15005550002"}, 400, 21612),
        ({"To": "+15005550003"}, 400, 21408),
        ({"To": "+15005550004"}, 400, 21610),
        ({"To": "+15005550009"}, 400, 21614),
        ({"From": "+15005550001"}, 400, 21212),
        ({"From": "+15005550007"}, 400, 21606),
        ({"From": "+15005550008"}, 429, 21611),
        ({"To": "+27820000400"}, 400, 21211),
        ({"To": "+27820000402"}, 401, 20003),
    ],
)
def test_a_message_is_refused_with_its_code(
    sandbox: Sandbox, api: Api, fields: dict[str, object], status: int, code: int
) -> None:
    said = api.send(**fields)
    assert (said.status_code, said.json()["code"], said.json()["status"]) == (status, code, status)
    assert sandbox.texts == ()


@pytest.mark.parametrize(
    "fields", [{"ValidityPeriod": "1"}, {"ValidityPeriod": "36000"}, {"From": "12345"}, {"From": "ACME"}]
)
def test_what_is_allowed_is_taken(api: Api, fields: dict[str, object]) -> None:
    assert api.send(**fields).status_code == 201


def test_files_make_a_message_of_another_kind(api: Api) -> None:
    said = api.send(MediaUrl=["https://example.com/1", "https://example.com/2"], Body="").json()
    assert (said["sid"][:2], said["num_media"], said["body"]) == ("MM", "2", "")


def test_messages_are_listed_newest_first_page_by_page(api: Api) -> None:
    sids = [api.sid(Body=str(number)) for number in range(5)]
    first = api.ask("GET", "Messages.json", query={"PageSize": "2", "To": PERSON}).json()
    assert [each["sid"] for each in first["messages"]] == sids[:2:-1]
    path, _, query = first["next_page_uri"].partition("?")
    assert path.endswith("/Messages.json")
    second = api.ask("GET", f"Messages.json?{query}").json()
    assert [each["sid"] for each in second["messages"]] == sids[2:0:-1]
    third = api.ask("GET", f"Messages.json?{second['next_page_uri'].partition('?')[2]}").json()
    assert ([each["sid"] for each in third["messages"]], third["next_page_uri"]) == (sids[:1], None)


def test_messages_are_filtered_by_number_and_by_the_day_they_were_sent(sandbox: Sandbox, api: Api) -> None:
    sid, other = api.sid(), api.sid(To="+27821234568", From="ACME")

    def listed(**query: str) -> set[str]:
        return {each["sid"] for each in api.ask("GET", "Messages.json", query=query).json()["messages"]}

    assert listed(To=PERSON) == {sid}
    assert listed(From="ACME") == {other}
    assert listed(**{"DateSent>": "2020-01-01"}) == set()
    sandbox.advance(timedelta(minutes=1))
    assert listed(**{"DateSent>": "2020-01-01"}) == listed(**{"DateSent<": "2999-01-01"}) == {sid, other}
    assert listed(**{"DateSent<": "2020-01-01"}) == listed(DateSent="2020-01-01") == set()


@pytest.mark.parametrize("query", [{"PageSize": "0"}, {"PageSize": "1001"}, {"Page": "x"}, {"Body": "x"}])
def test_a_list_is_asked_for_strictly(api: Api, query: dict[str, str]) -> None:
    assert api.ask("GET", "Messages.json", query=query).json()["code"] == 20001


def test_a_text_is_redacted_and_a_message_deleted_once_it_is_final(sandbox: Sandbox, api: Api) -> None:
    sid = api.sid()
    assert api.ask("DELETE", f"Messages/{sid}.json").json()["code"] == 20009
    assert api.ask("POST", f"Messages/{sid}.json", form={"Body": ""}).json()["body"] == ""
    sandbox.advance(timedelta(minutes=1))
    assert api.ask("DELETE", f"Messages/{sid}.json").status_code == 204
    assert api.ask("GET", f"Messages/{sid}.json").json()["code"] == 20404


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"Status": "canceled"}, 30409),
        ({"Status": "canceled", "Body": ""}, 30400),
        ({"Status": "sent"}, 20001),
        ({"Body": "other"}, 20001),
        ({}, 20001),
    ],
)
def test_a_change_is_refused_with_its_code(api: Api, form: dict[str, str], code: int) -> None:
    assert api.ask("POST", f"Messages/{api.sid()}.json", form=form).json()["code"] == code


def test_an_api_key_is_known_and_another_password_is_not(sandbox: Sandbox, api: Api) -> None:
    assert api.ask("GET", "Balance.json", auth=KEY).json()["currency"] == "USD"
    wrong = api.ask("GET", "Balance.json", auth=(sandbox.credentials("twilio")["account_sid"], "wrong"))
    assert (wrong.status_code, wrong.json()["code"]) == (401, 20003)


def test_an_unknown_path_is_refused_in_the_vendors_words(api: Api) -> None:
    said = api.ask("GET", "Calls.json")
    assert (said.status_code, said.json()["code"], said.json()["status"]) == (404, 20404, 404)


@pytest.mark.parametrize(("stop", "start"), [("STOP", "START"), (" quit ", "Unstop")])
def test_a_person_who_says_stop_is_not_texted_until_start(sandbox: Sandbox, api: Api, stop: str, start: str) -> None:
    sandbox.receive("twilio", PERSON, stop)
    assert api.send().json()["code"] == 21610
    sandbox.receive("twilio", PERSON, "please")
    assert api.send().json()["code"] == 21610
    sandbox.receive("twilio", PERSON, start)
    assert api.send().status_code == 201
