from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from smsgate.sandbox import Sandbox
from smsgate_zoomconnect_sandbox import ZoomConnect

Ask = Callable[..., requests.Response]

UNKNOWN = "0" * 24


@pytest.fixture
def contact_id(ask: Ask) -> str:
    body = {"contactNumber": "0821234567", "firstName": "Ann", "lastName": "Ek", "title": "Ms"}
    return str(ask("POST", "contacts/create", json=body).json()["contactId"])


@pytest.fixture
def group_id(ask: Ask) -> str:
    return str(ask("POST", "groups/create", json={"name": "Friends"}).json()["groupId"])


@pytest.fixture
def paged() -> Iterator[Sandbox]:
    with Sandbox(vendors=[ZoomConnect(page_size=2)]) as sandbox:
        yield sandbox


def _shown(answer: requests.Response) -> Any:
    shown = answer.json()
    shown.pop("links")
    return shown


def test_a_contact_is_created_and_read(ask: Ask) -> None:
    body = {"contactNumber": "0821234567", "firstName": "Ann", "lastName": "Ek", "title": "Ms"}
    created = ask("POST", "contacts/create", json=body)
    assert created.status_code == 201
    contact_id = created.json()["contactId"]
    expected = body | {"contactId": contact_id, "contactNumber": "+27821234567"}
    assert _shown(created) == _shown(ask("GET", f"contacts/{contact_id}")) == expected


@pytest.mark.parametrize("body", [{}, {"firstName": "Ann"}, {"contactNumber": "12"}, {"contactNumber": ""}])
def test_a_contact_needs_a_valid_number(body: dict[str, str], ask: Ask) -> None:
    answer = ask("POST", "contacts/create", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, 2)


def test_the_vendor_chooses_the_id_of_a_contact(ask: Ask) -> None:
    created = ask("POST", "contacts/create", json={"contactNumber": "0821234567", "contactId": UNKNOWN}).json()
    assert created["contactId"] != UNKNOWN


def test_an_update_blanks_what_it_leaves_out(ask: Ask, contact_id: str) -> None:
    answer = ask("POST", f"contacts/{contact_id}", json={"contactNumber": "0831234567", "firstName": "Bea"})
    assert (answer.status_code, _shown(answer)) == (
        200,
        {
            "contactId": contact_id,
            "contactNumber": "+27831234567",
            "firstName": "Bea",
            "lastName": None,
            "title": None,
        },
    )
    assert _shown(ask("GET", f"contacts/{contact_id}")) == _shown(answer)


def test_a_contact_that_was_read_can_be_written_back(ask: Ask, contact_id: str) -> None:
    contact = ask("GET", f"contacts/{contact_id}").json()
    assert ask("POST", f"contacts/{contact_id}", json=contact).json() == contact


def test_the_id_in_the_body_must_not_be_another_contacts(ask: Ask, contact_id: str) -> None:
    body = {"contactNumber": "0821234567", "contactId": UNKNOWN}
    assert ask("POST", f"contacts/{contact_id}", json=body).status_code == 400


def test_a_deleted_contact_is_gone_from_its_groups_too(
    ask: Ask, contact_id: str, group_id: str, sandbox: Sandbox
) -> None:
    ask("POST", f"groups/{group_id}/addContact/{contact_id}")
    answer = ask("DELETE", f"contacts/{contact_id}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert ask("GET", f"contacts/{contact_id}").status_code == 404
    assert sandbox.members("zoomconnect", group_id) == frozenset()


def test_a_group_is_created_read_renamed_and_deleted(ask: Ask) -> None:
    created = ask("POST", "groups/create", json={"name": "Friends"})
    assert created.status_code == 201
    group_id = created.json()["groupId"]
    assert _shown(ask("GET", f"groups/{group_id}")) == {"groupId": group_id, "name": "Friends"}
    renamed = ask("POST", f"groups/{group_id}", json={"name": "Family"})
    assert (renamed.status_code, renamed.json()["name"]) == (200, "Family")
    assert ask("DELETE", f"groups/{group_id}").status_code == 204
    assert ask("GET", f"groups/{group_id}").status_code == 404


def test_a_group_that_was_read_can_be_written_back(ask: Ask, group_id: str) -> None:
    group = ask("GET", f"groups/{group_id}").json()
    assert ask("POST", f"groups/{group_id}", json=group).json() == group
    assert ask("POST", f"groups/{group_id}", json=group | {"groupId": UNKNOWN}).status_code == 400


@pytest.mark.parametrize("name", ["", None, "x" * 256, 7])
def test_a_group_needs_a_name_of_at_most_255_characters(name: object, ask: Ask) -> None:
    assert ask("POST", "groups/create", json={"name": name}).status_code == 400


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("add", "remove"),
    [
        ("groups/{group}/addContact/{contact}", "groups/{group}/removeContact/{contact}"),
        ("contacts/{contact}/addToGroup/{group}", "contacts/{contact}/addFromGroup/{group}"),
    ],
)
def test_contacts_join_and_leave_groups(  # noqa: PLR0917
    method: str, add: str, remove: str, ask: Ask, contact_id: str, group_id: str, sandbox: Sandbox
) -> None:
    for _ in range(2):
        answer = ask(method, add.format(group=group_id, contact=contact_id))
        assert (answer.status_code, answer.content) == (200, b"")
        assert sandbox.members("zoomconnect", group_id) == {contact_id}
    for _ in range(2):
        answer = ask(method, remove.format(group=group_id, contact=contact_id))
        assert (answer.status_code, answer.content) == (200, b"")
        assert sandbox.members("zoomconnect", group_id) == frozenset()


def test_membership_needs_a_contact_and_a_group(ask: Ask, contact_id: str, group_id: str) -> None:
    assert ask("POST", f"groups/{UNKNOWN}/addContact/{contact_id}").json()["message"] == "Group not found"
    assert ask("POST", f"groups/{group_id}/addContact/{UNKNOWN}").json()["message"] == "Contact not found"


def test_the_members_of_an_unknown_group_are_a_lookup_error(sandbox: Sandbox) -> None:
    with pytest.raises(LookupError, match="no group"):
        sandbox.members("zoomconnect", UNKNOWN)


@pytest.mark.parametrize("kind", ["contacts", "groups"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_what_does_not_exist_is_not_found(kind: str, method: str, ask: Ask) -> None:
    assert ask(method, f"{kind}/{UNKNOWN}", json={}).status_code == 404


def test_lists_come_whole_unless_paging_is_asked_for(ask: Ask, contact_id: str, group_id: str) -> None:
    contacts, groups = ask("GET", "contacts/all").json(), ask("GET", "groups/all").json()
    assert [contact["contactId"] for contact in contacts["webServiceContacts"]] == [contact_id]
    assert [group["groupId"] for group in groups["webServiceGroups"]] == [group_id]
    assert [link["rel"] for link in contacts["links"]] == ["self"]
    assert ask("GET", "contacts/all", params={"page": 1}).status_code == 400


def test_paged_lists_are_joined_by_links(paged: Sandbox, session: requests.Session) -> None:
    session.headers.update({**paged.credentials("zoomconnect"), "Accept": "application/json"})
    url = paged.url("zoomconnect")
    for number in range(5):
        session.post(f"{url}/groups/create", json={"name": str(number)}, timeout=10)
    next_page: str | None = f"{url}/groups/all"
    pages = []
    while next_page:
        page = session.get(next_page, timeout=10).json()
        pages.append([group["name"] for group in page["webServiceGroups"]])
        next_page = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    assert pages == [["0", "1"], ["2", "3"], ["4"]]
    assert session.get(f"{url}/groups/all?page=9", timeout=10).json()["webServiceGroups"] == []


def test_two_templates_are_there_from_the_start(ask: Ask) -> None:
    templates = ask("GET", "templates/all").json()["webServiceTemplates"]
    assert [(template["templateId"], template["name"]) for template in templates] == [
        (101, "Welcome"),
        (102, "Reminder"),
    ]


def test_a_template_is_added_by_hand_read_and_deleted(ask: Ask, sandbox: Sandbox) -> None:
    template_id = sandbox.add_template("zoomconnect", "Greeting", "Good day")
    assert _shown(ask("GET", f"templates/{template_id}")) == {
        "templateId": int(template_id),
        "name": "Greeting",
        "data": "Good day",
    }
    assert ask("DELETE", f"templates/{template_id}").status_code == 204
    assert ask("GET", f"templates/{template_id}").status_code == 404
    assert ask("DELETE", f"templates/{template_id}").status_code == 404
    assert ask("GET", "templates/x").status_code == 404
