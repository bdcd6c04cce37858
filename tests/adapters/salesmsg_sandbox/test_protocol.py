from collections.abc import Callable
from typing import Any

import pytest
import requests

from smsgate.sandbox import Sandbox
from smsgate_salesmsg_sandbox import Salesmsg

Ask = Callable[..., requests.Response]

CONTACT = {"number": "+12019772861", "first_name": "Test"}


def test_the_older_version_reads_a_json_body_and_the_newer_the_query(ask: Ask) -> None:
    assert ask("POST", "contacts", json=CONTACT).json()["first_name"] == "Test"
    other = CONTACT | {"number": "+12019772862"}
    assert ask("POST", "contacts", version="v2.3", params=other).json()["first_name"] == "Test"


def test_fields_in_the_other_place_are_refused(ask: Ask, sandbox: Sandbox) -> None:
    in_query = ask("POST", "contacts", params=CONTACT)
    assert set(in_query.json()["errors"]) == set(CONTACT)
    in_body = ask("POST", "contacts", version="v2.3", json=CONTACT)
    assert list(in_body.json()["errors"]) == ["body"]
    assert ask("GET", "contacts").json()["total"] == 0
    assert sandbox.texts == ()


@pytest.mark.parametrize("params_in", ["json", "query"])
def test_the_place_can_be_a_setting_instead(session: requests.Session, params_in: Any) -> None:
    with Sandbox(vendors=[Salesmsg(params_in=params_in)]) as sandbox:
        session.headers["Authorization"] = f"Bearer {sandbox.credentials('salesmsg')['token']}"
        place, other = ("json", "params") if params_in == "json" else ("params", "json")
        for version, number in (("v2.2", "+12019772861"), ("v2.3", "+12019772862")):
            url = f"{sandbox.url('salesmsg').replace('v2.2', version)}/contacts"
            fields: Any = {"number": number}
            assert session.request("POST", url, timeout=10, **{other: fields}).status_code == 422
            assert session.request("POST", url, timeout=10, **{place: fields}).status_code == 200


def test_numbers_in_the_query_are_read_from_digits(ask: Ask) -> None:
    contact = ask("POST", "contacts", version="v2.3", params=CONTACT).json()["id"]
    query = {"contact_id": contact, "team_id": 16, "number_id": 2}
    assert ask("POST", "conversations", version="v2.3", params=query).json()["number_id"] == 2
    wrong = ask("POST", "conversations", version="v2.3", params=query | {"team_id": "sixteen"})
    assert wrong.json()["errors"] == {"team_id": ["The team_id must be an integer."]}


def test_a_body_that_does_not_say_that_it_is_json_is_not_read(ask: Ask) -> None:
    answer = ask("POST", "contacts", data='{"number": "+12019772861"}')
    assert answer.json()["errors"] == {"number": ["The number field is required."]}


@pytest.mark.parametrize("body", [b"{", b"[1]", b'"x"', b"\xff"])
def test_a_body_that_is_no_json_object_is_a_400(ask: Ask, body: bytes) -> None:
    answer = ask("POST", "contacts", data=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, list(answer.json())) == (400, ["message"])


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("contacts", {"per_page": 10}),
        ("contacts", {"sortBy": "eyes"}),
        ("contacts", {"sortOrder": "up"}),
        ("contacts", {"page": "one"}),
        ("contacts", {"page": "9" * 30}),
        ("contacts", [("page", 1), ("page", 2)]),
        ("contacts/7", {"x": 1}),
        ("tags", {"limit": 10}),
        ("teams", {"page": 1}),
        ("conversations", {"page": 1}),
        ("conversations", {"grouped_response": "yes"}),
    ],
)
def test_unknown_wrong_or_repeated_parameters_are_a_422(ask: Ask, path: str, query: Any) -> None:
    assert ask("GET", path, params=query).status_code == 422


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "nowhere", 404),
        ("GET", "contacts/abc", 404),
        ("GET", "messages/1/2", 404),
        ("PATCH", "contacts/1", 405),
        ("GET", "saved-replies", 404),
        ("GET", "groups", 404),
    ],
)
def test_undocumented_paths_are_refused_in_json(ask: Ask, method: str, path: str, status: int) -> None:
    answer = ask(method, path)
    assert (answer.status_code, list(answer.json())) == (status, ["message"])


def test_other_versions_are_not_there(ask: Ask) -> None:
    assert ask("GET", "teams", version="v2.4").status_code == 404


def test_teams_and_members_are_bare_arrays_and_numbers_are_paged(ask: Ask) -> None:
    teams = [{"id": 16, "name": "Sales", "organization_id": 1}, {"id": 17, "name": "Support", "organization_id": 1}]
    assert ask("GET", "teams").json() == ask("GET", "teams/all").json() == teams
    assert [line["number"] for line in ask("GET", "teams/16/numbers").json()] == ["+12074894075", "+12074894076"]
    assert ask("GET", "teams/99/numbers").status_code == 404
    numbers = ask("GET", "numbers", params={"page": 2, "limit": 2}).json()
    assert ([line["id"] for line in numbers["data"]], numbers["meta"]["total"]) == ([3], 3)
    user = ask("GET", "users/me").json()
    assert ask("GET", "user").json() == user
    assert ask("GET", "organization/members").json() == [user]
    assert ask("GET", "organization/current").json() == {"id": 1, "name": "Sandbox"}


def test_the_account_has_the_settings_needed_beside_the_token(sandbox: Sandbox) -> None:
    assert sandbox.account("salesmsg") == {"team_id": 16, "number_id": 2}
    assert sandbox.change_account("salesmsg", "oauth_client") == {
        "client_id": "116",
        "client_secret": "salesmsg-sandbox-client-secret",
    }


def test_a_reset_begins_a_fresh_account(ask: Ask, sandbox: Sandbox) -> None:
    ask("POST", "contacts", json=CONTACT)
    ask("POST", "oauth/personal-token/refresh")
    sandbox.reset()
    assert sandbox.counts("salesmsg")["requests"] == 0
    assert ask("GET", "contacts").json()["total"] == 0
