import base64
import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from smsgate.sandbox import Fault, Sandbox

Ask = Callable[..., requests.Response]

REDIRECT = "http://127.0.0.1:53682/callback"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture
def authorize(sandbox: Sandbox, session: requests.Session) -> Ask:
    """Open the page on which a person lets an application in."""

    def authorize(**changes: str) -> requests.Response:
        query = {
            "response_type": "code",
            "client_id": "116",
            "redirect_uri": REDIRECT,
            "scope": "teams:read contacts:read",
            "state": "xyz",
        }
        url = f"http://127.0.0.1:{sandbox.port}/salesmsg/auth/oauth"
        return session.get(url, params=query | changes, timeout=10, allow_redirects=False)

    return authorize


@pytest.fixture
def token(ask: Ask, sandbox: Sandbox) -> Ask:
    """Ask for tokens as the application, with a form or as JSON."""

    def token(path: str = "oauth/token", *, as_json: bool = False, **fields: str) -> requests.Response:
        client = dict(sandbox.change_account("salesmsg", "oauth_client"))
        return ask("POST", path, token="", **{"json" if as_json else "data": client | fields})

    return token


def _query(answer: requests.Response) -> dict[str, list[str]]:
    assert answer.status_code == 302
    address = urlsplit(answer.headers["Location"])
    assert f"{address.scheme}://{address.netloc}{address.path}" == REDIRECT
    return parse_qs(address.query)


def _exchange(token: Ask, code: str, **more: Any) -> requests.Response:
    return token(grant_type="authorization_code", **{"code": code, "redirect_uri": REDIRECT, **more})


@pytest.mark.parametrize("as_json", [False, True])
def test_the_page_redirects_with_a_code_that_buys_tokens(
    authorize: Ask, token: Ask, ask: Ask, sandbox: Sandbox, *, as_json: bool
) -> None:
    query = _query(authorize())
    assert query == {"code": ["salesmsg-sandbox-code-1"], "state": ["xyz"]}
    granted = _exchange(token, query["code"][0], as_json=as_json).json()
    assert granted == {
        "token_type": "Bearer",
        "expires_in": 3600,
        "access_token": "salesmsg-sandbox-access-1",
        "refresh_token": "salesmsg-sandbox-refresh-1",
    }
    assert ask("GET", "teams", token=granted["access_token"]).status_code == 200
    assert ask("GET", "tags", token=granted["access_token"]).status_code == 403
    assert sandbox.counts("salesmsg")["exchanges"] == 1


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize("path", ["oauth/token", "oauth/token/refresh"])
def test_a_refresh_rotates_both_tokens_and_works_once(
    token: Ask, ask: Ask, sandbox: Sandbox, path: str, *, as_json: bool
) -> None:
    first = sandbox.change_account("salesmsg", "issue_oauth_tokens", scopes=["teams:read"])
    fields = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = token(path, as_json=as_json, **fields, scope="public-api").json()
    assert second["access_token"] != first["access_token"]
    assert second["refresh_token"] != first["refresh_token"]
    assert ask("GET", "teams", token=second["access_token"]).status_code == 200
    assert ask("GET", "tags", token=second["access_token"]).status_code == 403
    assert ask("GET", "teams", token=first["access_token"]).status_code == 401
    again = token(path, as_json=as_json, **fields)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    counts = sandbox.counts("salesmsg")
    assert (counts["refreshes"], counts["refused_refreshes"]) == (1, 1)


def test_a_lost_refresh_answer_burns_the_refresh_token(token: Ask, sandbox: Sandbox) -> None:
    refresh = sandbox.change_account("salesmsg", "issue_oauth_tokens")["refresh_token"]
    fields = {"grant_type": "refresh_token", "refresh_token": refresh}
    sandbox.misbehave("salesmsg", Fault.DROP_AFTER, path="oauth/token/refresh")
    with pytest.raises(requests.ConnectionError):
        token("oauth/token/refresh", **fields)
    assert token("oauth/token/refresh", **fields).json()["error"] == "invalid_grant"


def test_expired_access_tokens_can_be_refreshed_and_revoked_refresh_tokens_not(token: Ask, sandbox: Sandbox) -> None:
    refresh = sandbox.change_account("salesmsg", "issue_oauth_tokens")["refresh_token"]
    sandbox.change_account("salesmsg", "expire_tokens")
    granted = token(grant_type="refresh_token", refresh_token=refresh).json()
    sandbox.change_account("salesmsg", "revoke_token", token=granted["refresh_token"])
    answer = token(grant_type="refresh_token", refresh_token=granted["refresh_token"])
    assert answer.json()["error"] == "invalid_grant"


def test_a_code_works_once(authorize: Ask, token: Ask) -> None:
    code = _query(authorize())["code"][0]
    assert [_exchange(token, code).status_code for _ in range(2)] == [200, 400]


@pytest.mark.parametrize(("minutes", "status"), [(9, 200), (10, 400)])
def test_a_code_lives_ten_minutes(authorize: Ask, token: Ask, sandbox: Sandbox, minutes: int, status: int) -> None:
    code = _query(authorize())["code"][0]
    sandbox.advance(timedelta(minutes=minutes))
    assert _exchange(token, code).status_code == status


def test_a_code_is_bound_to_its_redirect_address(authorize: Ask, token: Ask) -> None:
    code = _query(authorize())["code"][0]
    assert _exchange(token, code, redirect_uri=f"{REDIRECT}/").json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("challenge", "verifier", "status"),
    [
        ({"code_challenge": CHALLENGE, "code_challenge_method": "S256"}, {"code_verifier": VERIFIER}, 200),
        ({"code_challenge": VERIFIER}, {"code_verifier": VERIFIER}, 200),
        ({"code_challenge": CHALLENGE, "code_challenge_method": "S256"}, {"code_verifier": "w" * 43}, 400),
        ({"code_challenge": CHALLENGE, "code_challenge_method": "S256"}, {"code_verifier": CHALLENGE}, 400),
        ({"code_challenge": CHALLENGE, "code_challenge_method": "S256"}, {}, 400),
        ({}, {"code_verifier": VERIFIER}, 200),
    ],
)
def test_a_challenge_has_to_be_answered(
    authorize: Ask, token: Ask, challenge: dict[str, str], verifier: dict[str, str], status: int
) -> None:
    code = _query(authorize(**challenge))["code"][0]
    assert _exchange(token, code, **verifier).status_code == status


def test_a_person_may_say_no(authorize: Ask, sandbox: Sandbox) -> None:
    sandbox.change_account("salesmsg", "deny_authorization")
    query = _query(authorize())
    assert (query["error"], query["state"]) == (["access_denied"], ["xyz"])
    assert "code" in _query(authorize())


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "https://evil.example/callback"},
        {"redirect_uri": "https://127.0.0.1/callback"},
        {"redirect_uri": "http://[/callback"},
        {"client_id": "117"},
        {"color": "blue"},
    ],
)
def test_the_page_redirects_only_to_registered_addresses(authorize: Ask, changes: dict[str, str]) -> None:
    answer = authorize(**changes)
    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_the_registered_address_keeps_its_own_query(authorize: Ask) -> None:
    answer = authorize(redirect_uri=f"{REDIRECT}?own=1")
    assert answer.headers["Location"] == f"{REDIRECT}?own=1&code=salesmsg-sandbox-code-1&state=xyz"
    assert authorize(redirect_uri="https://example.app/callback").status_code == 302


@pytest.mark.parametrize("changes", [{"response_type": "token"}, {"code_challenge_method": "S512"}])
def test_the_page_gives_codes_only(authorize: Ask, changes: dict[str, str]) -> None:
    assert _query(authorize(**changes))["error"] == ["invalid_request"]


@pytest.mark.parametrize(
    ("fields", "status", "error"),
    [
        ({"grant_type": "client_credentials"}, 400, "unsupported_grant_type"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({}, 400, "unsupported_grant_type"),
        ({"grant_type": "refresh_token"}, 400, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "x", "color": "blue"}, 400, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "x", "client_secret": "x"}, 401, "invalid_client"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, 400, "invalid_grant"),
        ({"grant_type": "authorization_code", "code": "x"}, 400, "invalid_request"),
    ],
)
def test_a_refused_exchange_is_answered_as_oauth_has_it(
    token: Ask, fields: dict[str, str], status: int, error: str
) -> None:
    answer = token(**fields)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert set(answer.json()) == {"error", "error_description", "message"}


def test_the_refresh_endpoint_refreshes_only(token: Ask) -> None:
    assert token("oauth/token/refresh", grant_type="authorization_code").json()["error"] == "unsupported_grant_type"


def test_tokens_are_not_asked_for_in_the_query(ask: Ask, sandbox: Sandbox) -> None:
    tokens = sandbox.change_account("salesmsg", "issue_oauth_tokens")
    fields = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    fields |= sandbox.change_account("salesmsg", "oauth_client")
    answer = ask("POST", "oauth/token/refresh", token="", data=fields, params={"refresh_token": "x"})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert ask("POST", "oauth/token/refresh", token="", data=fields).status_code == 200


def test_without_an_agreement_a_code_buys_nothing(authorize: Ask, token: Ask, sandbox: Sandbox) -> None:
    sandbox.change_account("salesmsg", "sign_baa", signed=False)
    answer = _exchange(token, _query(authorize())["code"][0])
    assert answer.status_code == 403
    assert "Business Associate Agreement" in answer.json()["message"]
