from collections.abc import Callable
from datetime import timedelta

import pytest
import requests

from smsgate.sandbox import Fault, Sandbox
from smsgate_salesmsg_sandbox import Salesmsg

Ask = Callable[..., requests.Response]

DENIED = {"Message": "User is not authorized to access this resource with an explicit deny in an identity-based policy"}
UNAUTHORIZED = {"message": "Unauthorized", "auth_required": True}
REFRESH = "oauth/personal-token/refresh"


def test_it_begins_with_a_personal_token_that_lives_an_hour(ask: Ask, sandbox: Sandbox) -> None:
    assert sandbox.credentials("salesmsg") == {"token": "salesmsg-sandbox-pat"}
    assert ask("GET", "teams").status_code == 200
    sandbox.advance(timedelta(minutes=59))
    assert ask("GET", "teams").status_code == 200
    sandbox.advance(timedelta(minutes=1))
    answer = ask("GET", "teams")
    assert (answer.status_code, answer.json()) == (401, UNAUTHORIZED)


def test_without_a_token_the_answer_does_not_ask_for_a_refresh(ask: Ask) -> None:
    answer = ask("GET", "users/me", token="")
    assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized", "auth_required": False})


def test_a_token_that_was_never_issued_cannot_be_decoded_and_breaks_teams(ask: Ask) -> None:
    answer = ask("GET", "users/me", token="nonsense")
    assert answer.status_code == 403
    assert answer.json()["message"].startswith("Could not decode token: ")
    broken = ask("GET", "teams", token="nonsense")
    assert (broken.status_code, broken.json()) == (500, {"message": None})


def test_a_refresh_gives_a_new_personal_token_and_the_old_one_is_denied(ask: Ask, sandbox: Sandbox) -> None:
    answer = ask("POST", REFRESH).json()
    assert answer == {"token_type": "Bearer", "expires_in": 3600, "access_token": "salesmsg-sandbox-pat-1"}
    assert ask("GET", "teams", token=answer["access_token"]).status_code == 200
    for method, path in (("GET", "teams"), ("POST", REFRESH)):
        denied = ask(method, path)
        assert (denied.status_code, denied.json()) == (403, DENIED)
    assert (sandbox.counts("salesmsg")["refreshes"], sandbox.counts("salesmsg")["refused_refreshes"]) == (1, 1)


def test_an_expired_personal_token_can_be_refreshed_for_three_days(ask: Ask, sandbox: Sandbox) -> None:
    sandbox.change_account("salesmsg", "expire_tokens")
    assert ask("GET", "teams").status_code == 401
    fresh = ask("POST", REFRESH).json()["access_token"]
    assert ask("GET", "teams", token=fresh).status_code == 200
    sandbox.advance(timedelta(days=3))
    answer = ask("POST", REFRESH, token=fresh)
    assert (answer.status_code, answer.json()) == (401, UNAUTHORIZED)


def test_a_lost_refresh_answer_burns_the_personal_token(ask: Ask, sandbox: Sandbox) -> None:
    sandbox.misbehave("salesmsg", Fault.DROP_AFTER, path="oauth/*")
    with pytest.raises(requests.ConnectionError):
        ask("POST", REFRESH)
    assert ask("GET", "teams").json() == DENIED
    assert sandbox.counts("salesmsg")["refreshes"] == 1


def test_a_refresh_that_was_dropped_before_it_was_done_leaves_the_token(ask: Ask, sandbox: Sandbox) -> None:
    sandbox.misbehave("salesmsg", Fault.DROP_BEFORE, path="oauth/*")
    with pytest.raises(requests.ConnectionError):
        ask("POST", REFRESH)
    assert ask("GET", "teams").status_code == 200


def test_the_life_of_new_tokens_can_be_set(ask: Ask, sandbox: Sandbox) -> None:
    sandbox.change_account("salesmsg", "set_token_life", seconds=90)
    assert ask("POST", REFRESH).json()["expires_in"] == 90
    own = sandbox.change_account("salesmsg", "issue_personal_token", life=0.5)["token"]
    assert ask("GET", "teams", token=own).status_code == 200
    sandbox.advance(timedelta(seconds=0.5))
    assert ask("GET", "teams", token=own).status_code == 401


def test_the_life_of_tokens_is_a_setting_of_the_vendor(session: requests.Session) -> None:
    with Sandbox(vendors=[Salesmsg(token_life=timedelta(seconds=7), refreshable=timedelta(seconds=9))]) as sandbox:
        url = f"{sandbox.url('salesmsg')}/{REFRESH}"
        session.headers["Authorization"] = f"Bearer {sandbox.credentials('salesmsg')['token']}"
        sandbox.advance(timedelta(seconds=8))
        assert session.get(f"{sandbox.url('salesmsg')}/teams", timeout=10).status_code == 401
        answer = session.post(url, timeout=10).json()
        assert answer["expires_in"] == 7


def test_the_token_of_an_application_is_not_refreshed_as_a_personal_one(ask: Ask, sandbox: Sandbox) -> None:
    token = sandbox.change_account("salesmsg", "issue_oauth_tokens")["access_token"]
    assert ask("POST", REFRESH, token=token).status_code == 401
    assert ask("GET", "teams", token=token).status_code == 200


def test_a_revoked_token_ends_for_good(ask: Ask, sandbox: Sandbox) -> None:
    token = sandbox.change_account("salesmsg", "issue_personal_token")["token"]
    sandbox.change_account("salesmsg", "revoke_token", token=token)
    assert ask("GET", "teams", token=token).status_code == 401
    assert ask("POST", REFRESH, token=token).status_code == 401
    with pytest.raises(LookupError, match="no such token"):
        sandbox.change_account("salesmsg", "revoke_token", token="nonsense")


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "contacts", "contacts:read"),
        ("POST", "contacts", "contacts:write"),
        ("POST", "contacts/list", "contacts:read"),
        ("PUT", "contacts/opt-out/1", "contacts:write"),
        ("POST", "conversations", "conversations:write"),
        ("GET", "conversations/1", "conversations:read"),
        ("POST", "messages", "messages:write"),
        ("POST", "messages/1", "messages:write"),
        ("GET", "messages/1", "messages:read"),
        ("GET", "tags", "tags:read"),
        ("PUT", "tags/contact/1/1", "tags:write"),
        ("GET", "teams", "teams:read"),
        ("GET", "numbers", "numbers:read"),
        ("GET", "users/me", "users:read"),
    ],
)
def test_a_token_without_the_scope_is_refused(ask: Ask, sandbox: Sandbox, method: str, path: str, scope: str) -> None:
    other = "tags:read" if scope != "tags:read" else "teams:read"
    without = sandbox.change_account("salesmsg", "issue_personal_token", scopes=[other])["token"]
    answer = ask(method, path, token=without)
    assert (answer.status_code, answer.json()) == (403, {"message": "insufficient_scope"})
    for scopes in ([scope], ["public-api"]):
        token = sandbox.change_account("salesmsg", "issue_personal_token", scopes=scopes)["token"]
        assert ask(method, path, token=token).status_code != 403


def test_the_newer_version_lists_contacts_only_with_the_scope_to_write(ask: Ask, sandbox: Sandbox) -> None:
    token = sandbox.change_account("salesmsg", "issue_personal_token", scopes=["contacts:read"])["token"]
    statuses = [
        ask("POST", "contacts/list", version=version, token=token, json={}).status_code for version in ("v2.2", "v2.3")
    ]
    assert statuses == [200, 403]


def test_a_refreshed_token_keeps_its_scopes(ask: Ask, sandbox: Sandbox) -> None:
    old = sandbox.change_account("salesmsg", "issue_personal_token", scopes=["teams:read"])["token"]
    new = ask("POST", REFRESH, token=old).json()["access_token"]
    assert ask("GET", "teams", token=new).status_code == 200
    assert ask("GET", "tags", token=new).status_code == 403


def test_without_an_agreement_an_application_reads_no_health_data(ask: Ask, sandbox: Sandbox) -> None:
    application = sandbox.change_account("salesmsg", "issue_oauth_tokens")["access_token"]
    sandbox.change_account("salesmsg", "sign_baa", signed=False)
    answer = ask("GET", "contacts", token=application)
    assert answer.status_code == 403
    assert answer.json() == {
        "message": "Access denied. You must have a signed Business Associate Agreement (BAA) to continue."
    }
    assert ask("GET", "tags", token=application).status_code == 200
    assert ask("GET", "contacts").status_code == 200
    sandbox.change_account("salesmsg", "sign_baa")
    assert ask("GET", "contacts", token=application).status_code == 200
