from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from smsgate.sandbox import Sandbox

Ask = Callable[..., requests.Response]
Open = Callable[..., int]


def test_a_conversation_is_begun_once_and_keeps_its_number(ask: Ask, add: Open) -> None:
    fields = {"contact_id": add(), "team_id": 16, "number_id": 1}
    first = ask("POST", "conversations", json=fields).json()
    second = ask("POST", "conversations", json=fields | {"number_id": 2}).json()
    assert second == first
    assert (second["number_id"], second["number"]["number"], second["inbox_id"]) == (1, "+12074894075", 16)
    other_team = ask("POST", "conversations", json=fields | {"team_id": 17, "number_id": 3}).json()
    assert other_team["id"] != first["id"]


def test_without_a_number_the_teams_first_is_used(ask: Ask, add: Open) -> None:
    answer = ask("POST", "conversations", json={"contact_id": add(), "team_id": 16})
    assert answer.json()["number_id"] == 1


def test_the_recent_message_has_a_capital_letter_where_the_vendors_example_has_it(ask: Ask, converse: Open) -> None:
    conversation = converse()
    assert ask("GET", f"conversations/{conversation}").json()["recent_message"] is None
    ask("POST", f"messages/{conversation}", json={"message": "hi"})
    shown = ask("GET", f"conversations/{conversation}").json()
    fields = {"contact_id": shown["contact_id"], "team_id": 16}
    again = ask("POST", "conversations", json=fields).json()
    assert "recent_message" not in again
    assert again["Recent_message"]["body"] == shown["recent_message"]["body"] == "hi"


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"contact_id": 7}, "contact_id"),
        ({"contact_id": None}, "contact_id"),
        ({"team_id": 99}, "team_id"),
        ({"number_id": 3}, "number_id"),
        ({"number_id": 99}, "number_id"),
        ({"inbox_id": 16}, "inbox_id"),
    ],
)
def test_a_wrong_field_is_named(ask: Ask, add: Open, changes: dict[str, Any], wrong: str) -> None:
    fields = {"contact_id": add(), "team_id": 16, "number_id": 2} | changes
    answer = ask("POST", "conversations", json=fields)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [wrong])


def test_conversations_are_listed_as_a_bare_array_or_grouped(ask: Ask, converse: Open, sandbox: Sandbox) -> None:
    first, second, third = (converse(f"+120197728{number}0") for number in (1, 2, 3))

    def listed(**query: Any) -> list[int]:
        return [one["id"] for one in ask("GET", "conversations", params=query).json()]

    assert listed() == [third, second, first]
    assert listed(limit=1, offset=1) == [second]
    day = datetime.now(UTC).date()
    assert listed(after=day - timedelta(days=2), before=day + timedelta(days=2)) == [third, second, first]
    assert listed(after=day + timedelta(days=2)) == listed(before=day - timedelta(days=2)) == []
    assert listed(query="7728200") == []
    assert listed(query="+12019772820") == [second]
    ask("PUT", f"conversations/{second}/close")
    sandbox.receive("salesmsg", "+12019772830", "STOP")
    assert listed(filter="open") == [third, first]
    assert listed(filter="closed") == [second]
    assert listed(filter="optout") == listed(filter="unread") == [third]
    assert listed(filter="outbound") == [second, first]
    assert listed(filter="unassigned") == []
    contact = ask("GET", f"conversations/{first}").json()["contact_id"]
    assert listed(contact_id=contact) == [first]
    grouped = ask("GET", "conversations", params={"grouped_response": "true"}).json()
    assert [one["id"] for one in grouped["data"]["conversations"]] == [third, second, first]
    of_contact = ask("GET", f"contacts/{contact}/conversations").json()
    assert [one["id"] for one in of_contact] == [first]
    assert ask("GET", "conversations", params={"filter": "blue"}).status_code == 422


def test_a_closed_conversation_is_opened_by_hand_or_by_the_next_message(ask: Ask, converse: Open) -> None:
    conversation = converse()

    def closed() -> bool:
        return bool(ask("GET", f"conversations/{conversation}").json()["closed_at"])

    assert not closed()
    ask("PUT", f"conversations/{conversation}/close")
    assert closed()
    ask("PUT", f"conversations/{conversation}/open")
    assert not closed()
    ask("PUT", f"conversations/{conversation}/close")
    ask("POST", f"messages/{conversation}", json={"message": "hi"})
    assert not closed()
