from collections.abc import Callable

import pytest
import requests

from smsgate.sandbox import Sandbox

Ask = Callable[..., requests.Response]
Open = Callable[..., int]


def test_a_tag_is_made_listed_and_renamed(ask: Ask) -> None:
    made = ask("POST", "tags", json={"label": "test api tag2"}).json()
    assert (made["label"], made["name"]) == ("test api tag2", "test-api-tag2")
    renamed = ask("PUT", f"tags/{made['id']}", json={"label": "VIP"}).json()
    assert (renamed["id"], renamed["label"], renamed["name"]) == (made["id"], "VIP", "vip")
    listed = ask("GET", "tags").json()
    assert listed == {"data": [renamed], "meta": {"current_page": 1, "last_page": 1, "per_page": 10, "total": 1}}


def test_tags_come_in_pages(ask: Ask) -> None:
    ids = [ask("POST", "tags", json={"label": f"tag {number}"}).json()["id"] for number in range(5)]
    page = ask("GET", "tags", params={"page": 2, "length": 2}).json()
    assert [tag["id"] for tag in page["data"]] == ids[2:4]
    assert page["meta"] == {"current_page": 2, "last_page": 3, "per_page": 2, "total": 5}


def test_a_contact_is_tagged_once_and_untagged(ask: Ask, add: Open, sandbox: Sandbox) -> None:
    contact, other = add(), add("+12027953213")
    tag = ask("POST", "tags", json={"label": "example"}).json()["id"]
    for _ in range(2):
        assert ask("PUT", f"tags/contact/{contact}/{tag}").json() == {"type": "success", "message": "Tag added"}
    assert sandbox.members("salesmsg", str(tag)) == {str(contact)}
    tagged = ask("GET", f"contacts/tags/{tag}").json()
    assert ([one["id"] for one in tagged["data"]], tagged["meta"]["total"]) == ([contact], 1)
    (pivoted,) = tagged["data"][0]["tags"]
    assert pivoted["pivot"] == {
        "contact_id": contact,
        "tag_id": tag,
        "user_id": 1,
        "created_at": pivoted["pivot"]["created_at"],
        "updated_at": pivoted["pivot"]["created_at"],
    }
    (flat,) = ask("GET", f"contacts/{contact}").json()["tags"]
    assert (flat["id"], flat["label"], set(flat)) == (tag, "example", {"id", "name", "label", "created_at"})
    assert ask("GET", f"contacts/{other}").json()["tags"] == []
    for _ in range(2):
        removed = ask("DELETE", f"tags/contact/{contact}/{tag}").json()
        assert removed == {"type": "success", "message": "Tag removed"}
    assert sandbox.members("salesmsg", str(tag)) == frozenset()


@pytest.mark.parametrize("label", ["", "x" * 51, 7, "taken"])
def test_a_label_is_new_and_has_at_most_50_characters(ask: Ask, label: object) -> None:
    ask("POST", "tags", json={"label": "taken"})
    other = ask("POST", "tags", json={"label": "other"}).json()["id"]
    for method, path in (("POST", "tags"), ("PUT", f"tags/{other}")):
        assert list(ask(method, path, json={"label": label}).json()["errors"]) == ["label"]
    assert ask("PUT", f"tags/{other}", json={"label": "other"}).status_code == 200


def test_no_tag_is_deleted_and_none_is_found_that_does_not_exist(ask: Ask, add: Open) -> None:
    tag = ask("POST", "tags", json={"label": "example"}).json()["id"]
    assert ask("DELETE", f"tags/{tag}").status_code == 405
    assert ask("PUT", "tags/7", json={"label": "x"}).json() == {"message": "Tag not found"}
    assert ask("PUT", f"tags/contact/{add()}/7").json() == {"message": "Tag not found"}
    assert ask("PUT", f"tags/contact/7/{tag}").json() == {"message": "Contact not found"}
