import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import requests

from smsgate.sandbox import Sandbox
from smsgate_salesmsg_sandbox import Salesmsg

Ask = Callable[..., requests.Response]
Open = Callable[..., int]

NUMBER = "+12019772861"
ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000000Z")
PLAIN = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


def _ids(answer: requests.Response, name: str = "data") -> list[int]:
    return [contact["id"] for contact in answer.json()[name]]


def test_a_contact_has_two_shapes_with_timestamps_and_nulls_of_their_own(ask: Ask, add: Open) -> None:
    key = add(first_name="Test", last_name="Contact", email="a@example.com")
    one = ask("GET", f"contacts/{key}").json()
    (listed,) = ask("GET", "contacts").json()["data"]
    assert {name: one[name] for name in ("full_name", "number", "formatted_number", "country_calling_code")} == {
        "full_name": "Test Contact",
        "number": NUMBER,
        "formatted_number": "(201) 977-2861",
        "country_calling_code": "1",
    }
    assert (one["opt_out_at"], listed["opt_out_at"]) == ("", None)
    assert (one["prevent_autolink"], listed["prevent_autolink"]) == (True, 1)
    assert PLAIN.fullmatch(one["created_at"])
    assert ISO.fullmatch(listed["created_at"])
    assert datetime.fromisoformat(listed["created_at"]).strftime("%Y-%m-%d %H:%M:%S") == one["created_at"]
    assert "invalid_reason" in listed
    assert "invalid_reason" not in one


def test_the_list_is_a_flat_paginator_of_ten_whose_addresses_lead_nowhere(ask: Ask, add: Open) -> None:
    keys = [add(f"+120197728{number:02}") for number in range(12)]
    first = ask("GET", "contacts", params={"length": 100, "page": 1}).json()
    assert [contact["id"] for contact in first.pop("data")] == keys[:1:-1]
    assert first == {
        "current_page": 1,
        "first_page_url": "https://core.salesmsg.local/api/v4/contacts?page=1",
        "from": 1,
        "last_page": 2,
        "last_page_url": "https://core.salesmsg.local/api/v4/contacts?page=2",
        "next_page_url": "https://core.salesmsg.local/api/v4/contacts?page=2",
        "path": "https://core.salesmsg.local/api/v4/contacts",
        "per_page": 10,
        "prev_page_url": None,
        "to": 10,
        "total": 12,
    }
    second = ask("GET", "contacts", params={"page": 2}).json()
    assert [contact["id"] for contact in second["data"]] == keys[1::-1]
    assert (second["from"], second["to"], second["next_page_url"]) == (11, 12, None)
    beyond = ask("GET", "contacts", params={"page": 3}).json()
    assert (beyond["data"], beyond["from"], beyond["to"]) == ([], None, None)


def test_the_other_list_pages_by_length_and_takes_page_0_for_page_1(ask: Ask, add: Open) -> None:
    keys = [add(f"+120197728{number:02}") for number in range(5)]

    def page(number: int) -> dict[str, Any]:
        body = {"page": number, "length": 2, "sortBy": "id", "sortOrder": "asc", "useShortResponse": False}
        answer: dict[str, Any] = ask("POST", "contacts/list", json=body).json()
        return answer

    assert [[contact["id"] for contact in page(number)["data"]] for number in range(5)] == [
        keys[:2],
        keys[:2],
        keys[2:4],
        keys[4:],
        [],
    ]
    assert ask("POST", "contacts/list", json={"length": True}).status_code == 422
    assert page(0)["meta"] == {"current_page": 1, "last_page": 3, "per_page": 2, "total": 5}


def test_pages_may_be_announced_that_are_not_there(session: requests.Session) -> None:
    with Sandbox(vendors=[Salesmsg(surplus_pages=26)]) as sandbox:
        session.headers["Authorization"] = f"Bearer {sandbox.credentials('salesmsg')['token']}"
        answer = session.get(f"{sandbox.url('salesmsg')}/contacts", timeout=10).json()
        assert (answer["last_page"], answer["total"], answer["data"]) == (27, 0, [])


def test_contacts_are_found_by_a_part_of_a_name_or_number(ask: Ask, add: Open) -> None:
    ann = add(NUMBER, first_name="Ann")
    ben = add("+12019772862", first_name="Ben", email="ben@example.com")
    assert _ids(ask("GET", "contacts/search", params={"term": "20197728"}), "results") == [ben, ann]
    assert _ids(ask("GET", "contacts/search", params={"term": NUMBER, "limit": 1}), "results") == [ann]
    assert _ids(ask("GET", "contacts", params={"search": "BEN@"})) == [ben]
    assert ask("GET", "contacts/search").status_code == 422


def test_contacts_are_sorted_and_filtered_as_asked(ask: Ask, add: Open) -> None:
    ann, ben, cid = (add(f"+120197728{size}0", first_name=name) for size, name in enumerate(["Ann", "Ben", "Cid"], 1))
    assert _ids(ask("GET", "contacts", params={"sortBy": "first_name", "sortOrder": "asc"})) == [ann, ben, cid]
    assert _ids(ask("GET", "contacts", params={"sortBy": "first_name", "sortOrder": "desc"})) == [cid, ben, ann]

    def filtered(operator: str, value: str, key: str = "first_name") -> requests.Response:
        name = "filtersList[0][filters][0]"
        query = {f"{name}[key]": key, f"{name}[operator]": operator, f"{name}[value]": value}
        return ask("GET", "contacts", params={"sortBy": "id", "sortOrder": "asc", **query})

    assert _ids(filtered("is", "ben")) == [ben]
    assert _ids(filtered("is_not", "ben")) == [ann, cid]
    assert _ids(filtered("contains", "n")) == [ann, ben]
    assert filtered("like", "n").status_code == 422
    assert filtered("is", "n", "color_of_eyes").status_code == 422
    assert ask("GET", "contacts", params={"filtersList": "[object Object]"}).status_code == 422


@pytest.mark.parametrize(("as_list", "named"), [(False, 1001), (True, [1001])])
def test_a_duplicate_is_refused_and_the_contact_named(
    session: requests.Session, *, as_list: bool, named: int | list[int]
) -> None:
    with Sandbox(vendors=[Salesmsg(duplicates_as_list=as_list)]) as sandbox:
        session.headers["Authorization"] = f"Bearer {sandbox.credentials('salesmsg')['token']}"
        url = f"{sandbox.url('salesmsg')}/contacts"
        first, second = (session.post(url, json={"number": number}, timeout=10) for number in (NUMBER, "2019772861"))
        assert (first.status_code, first.json()["id"]) == (200, 1001)
        assert (second.status_code, second.json()["contact_id"]) == (422, named)
        assert session.get(url, timeout=10).json()["total"] == 1


def test_an_update_keeps_what_it_does_not_name_and_answers_with_a_numeric_country_code(ask: Ask, add: Open) -> None:
    key = add(first_name="Test", last_name="Contact")
    fields = {"first_name": "Newname", "email": "newemail@example.com", "number": "(201) 977-2861"}
    changed = ask("PUT", f"contacts/{key}", json=fields).json()
    assert (changed["full_name"], changed["email"], changed["number"]) == (
        "Newname Contact",
        "newemail@example.com",
        NUMBER,
    )
    assert changed["country_calling_code"] == 1
    assert ask("GET", f"contacts/{key}").json() == changed | {"country_calling_code": "1"}
    assert ask("PUT", f"contacts/{key}", version="v2.3", json=fields).json()["number"] == NUMBER


def test_an_update_needs_the_number_and_cannot_take_anothers(ask: Ask, add: Open) -> None:
    key, other = add(), add("+12027953213")
    assert list(ask("PUT", f"contacts/{key}", json={"first_name": "x"}).json()["errors"]) == ["number"]
    taken = ask("PUT", f"contacts/{key}", json={"number": "+12027953213"})
    assert (taken.status_code, taken.json()["contact_id"]) == (422, other)
    assert ask("PUT", f"contacts/{key}", json={"number": "+12027953214"}).json()["number"] == "+12027953214"


def test_a_deleted_contact_is_gone_with_its_conversations_until_he_texts_in(
    ask: Ask, converse: Open, sandbox: Sandbox
) -> None:
    conversation = converse()
    (key,) = _ids(ask("GET", "contacts"))
    assert ask("DELETE", f"contacts/{key}").json() == ["Contact deleted"]
    assert ask("GET", f"contacts/{key}").json() == {"message": "Contact not found"}
    assert ask("POST", f"messages/{conversation}", json={"message": "x"}).status_code == 404
    sandbox.receive("salesmsg", NUMBER, "hello?")
    assert _ids(ask("GET", "contacts")) != [key]


def test_a_contact_is_opted_out_and_in_again(ask: Ask, add: Open) -> None:
    key = add()
    assert ask("PUT", f"contacts/opt-out/{key}").json() == {"message": "Contact opted out"}
    contact = ask("GET", f"contacts/{key}").json()
    assert contact["opt_out"] == "soft"
    assert PLAIN.fullmatch(contact["opt_out_at"])
    assert ask("PUT", f"contacts/opt-in/{key}").json() == {"message": "Contact opted in"}
    contact = ask("GET", f"contacts/{key}").json()
    assert (contact["opt_out"], contact["opt_out_at"]) == (None, "")
    assert PLAIN.fullmatch(contact["opt_in_at"])


def test_a_contact_can_be_flagged_from_outside(ask: Ask, sandbox: Sandbox) -> None:
    flags = {"is_invalid": True, "invalid_reason": "Landline number", "is_blocked": True, "opt_out": "hard"}
    key = sandbox.change_account("salesmsg", "flag_contact", number="(201) 977-2861", **flags)["contact_id"]
    (contact,) = ask("GET", "contacts").json()["data"]
    assert {name: contact[name] for name in flags} == flags
    assert (str(contact["id"]), contact["lookup_type"]) == (key, "landline")
    with pytest.raises(ValueError, match="'12' is not a phone number"):
        sandbox.change_account("salesmsg", "flag_contact", number="12")


@pytest.mark.parametrize("number", ["12", "+1201977286", "+11019772861", "call me", "", 12019772861, "+2712"])
def test_a_contact_needs_a_number_that_a_phone_can_have(ask: Ask, number: object) -> None:
    assert list(ask("POST", "contacts", json={"number": number}).json()["errors"]) == ["number"]


@pytest.mark.parametrize(
    ("number", "country", "code", "national"),
    [
        ("+27821234567", "ZA", "27", "821234567"),
        ("+351912345678", "PT", "351", "912345678"),
        ("+4915112345678", "DE", "49", "15112345678"),
        ("+998901234567", None, "99", "8901234567"),
    ],
)
def test_numbers_of_other_countries_are_taken_in_e164(
    ask: Ask, number: str, country: str | None, code: str, national: str
) -> None:
    contact = ask("POST", "contacts", json={"number": number}).json()
    assert (contact["number"], contact["country"]) == (number, country)
    assert (contact["country_calling_code"], contact["national_number"]) == (code, national)


@pytest.mark.parametrize(
    "path",
    ["contacts/7", f"contacts/{'9' * 5_000}", "contacts/opt-out/7", "contacts/7/conversations", "contacts/tags/7"],
)
def test_what_does_not_exist_is_a_404(ask: Ask, path: str) -> None:
    assert ask("PUT" if "opt" in path else "GET", path).status_code == 404
