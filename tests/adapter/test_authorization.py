"""A login: the address that a person opens, and the code that they come back with."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest

from smsgate import AuthenticationError, Authorization, ConfigError, Token
from smsgate.testing import StubTransport, answer
from smsgate_salesmsg import Salesmsg, SalesmsgSettings

# RFC 7636, appendix B
VERIFIER, CHALLENGE = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def login(**more: str) -> Authorization:
    return Authorization(
        page="https://app.example/auth/oauth",
        client_id="269",
        redirect_uri="http://127.0.0.1:8765/callback",
        scopes=("messages:write", "contacts:read"),
        **{"state": "the-state", "verifier": VERIFIER, **more},
    )


def test_the_address_asks_for_a_code_with_state_scopes_and_the_challenge_of_rfc_7636() -> None:
    url = urlsplit(login().url)
    assert url._replace(query="").geturl() == "https://app.example/auth/oauth"
    assert dict(parse_qsl(url.query)) == {
        "response_type": "code",
        "client_id": "269",
        "redirect_uri": "http://127.0.0.1:8765/callback",
        "scope": "messages:write contacts:read",
        "state": "the-state",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    assert VERIFIER not in url.query


def test_every_try_has_its_own_state_and_verifier() -> None:
    one, other = (Authorization(page="p", client_id="1", redirect_uri="r") for _ in range(2))
    assert len({one.state, other.state, one.verifier, other.verifier}) == 4
    assert len(one.verifier) >= 43  # RFC 7636, 4.1


@pytest.mark.parametrize(
    "pasted",
    [
        "http://127.0.0.1:8765/callback?code=c0de%2F1&state=the-state",
        "  http://127.0.0.1:8765/callback?state=the-state&code=c0de%2F1\n",
        "code=c0de%2F1&state=the-state",
        "c0de/1",
    ],
    ids=["address", "with blanks", "query", "code"],
)
def test_the_code_is_read_from_whatever_a_person_pastes(pasted: str) -> None:
    assert login().code_from(pasted) == "c0de/1"


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("code=c&state=another", "state does not match this login"),
        ("code=c", "state does not match this login"),
        ("code=c&state=", "state does not match this login"),
        ("code=c&state=th%C3%A9", "state does not match this login"),
        ("state=the-state", "sent no code"),
        ("state=the-state&code=", "sent no code"),
        ("state=the-state&error=access_denied", "the vendor refused the login: access_denied"),
        ("state=the-state&error=x&error_description=The+user%0Asaid+no", "the vendor refused the login: The user"),
    ],
)
def test_who_comes_back_otherwise_is_refused(query: str, reason: str) -> None:
    with pytest.raises(AuthenticationError, match=reason):
        login().code_in(query)


def test_an_empty_login_answer_is_reported() -> None:
    with pytest.raises(AuthenticationError, match="nothing was pasted"):
        login().code_from("\n")


OAUTH = {"client_id": "269", "client_secret": "s", "refresh_token": "r", "team_id": 16}


def salesmsg(**settings: object) -> Salesmsg:
    return Salesmsg(SalesmsgSettings(**settings), provider="sales")  # type: ignore[arg-type]


def test_salesmsg_is_asked_at_its_own_page() -> None:
    authorization = salesmsg(**OAUTH).authorization("http://127.0.0.1:1/x")
    assert authorization.url.startswith("https://app.salesmessage.com/auth/oauth?response_type=code&client_id=269&")
    assert authorization.scopes == ("public-api",)


def test_a_personal_token_has_no_login() -> None:
    with pytest.raises(ConfigError, match="sales: a login is for OAuth; set client_id and client_secret"):
        salesmsg(token="t", team_id=16).authorization("http://127.0.0.1:1/x")


def asked(conversation: object) -> StubTransport:
    from tests.blocking_core import drive

    stub = StubTransport([answer(json={"access_token": "a", "refresh_token": "r2", "expires_in": 31536000})])
    drive(conversation, lambda request: stub.ask(request, {}))  # type: ignore[arg-type]
    return stub


def test_a_code_is_exchanged_form_encoded_as_the_collection_prints_it() -> None:
    adapter = salesmsg(**OAUTH)
    (request,) = asked(adapter.exchange(login(), "c0de")).requests
    assert (request.method, request.path, request.json) == ("POST", "oauth/token", None)
    assert request.form == {
        "grant_type": "authorization_code",
        "code": "c0de",
        "client_id": "269",
        "client_secret": "s",
        "redirect_uri": "http://127.0.0.1:8765/callback",
        "code_verifier": VERIFIER,
    }


FIELDS = {"grant_type": "refresh_token", "client_id": "269", "client_secret": "s", "refresh_token": "r"}


def test_a_refresh_is_form_encoded_with_its_scope_as_the_collection_prints_it() -> None:
    (request,) = asked(salesmsg(**OAUTH).renewal(Token("a", refresh="r"))).requests
    assert (request.method, request.path, request.json) == ("POST", "oauth/token/refresh", None)
    assert request.form == {**FIELDS, "scope": "public-api"}


def test_a_refresh_in_json_is_as_the_api_page_prints_it() -> None:
    (request,) = asked(salesmsg(**OAUTH, refresh_as="json").renewal(Token("a", refresh="r"))).requests
    assert (request.path, request.form, request.json) == ("oauth/token/refresh", None, FIELDS)


def test_a_personal_token_is_renewed_by_showing_it() -> None:
    (request,) = asked(salesmsg(token="t", team_id=16).renewal(Token("t"))).requests
    assert (request.method, request.path, request.form, request.json) == (
        "POST",
        "oauth/personal-token/refresh",
        None,
        None,
    )
    assert request.headers == {"Authorization": "Bearer t"}


PRINTED = (  # the API page's example: 60 days
    "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9."
    "eyJhdWQiOiIxMTYiLCJqdGkiOiI1NTUyY2JkNmYxZjI1ODVkNmJjYzUyYTkxY2E5MzYyNmFiYjMyZjg3OGNmN2RiOGIxODliM2Y5Mjc3MjhmZjgx"
    "YjliZTk0YTdiZjBlZmMzZCIsImlhdCI6MTY2OTM3MzI5MywibmJmIjoxNjY5MzczMjkzLCJleHAiOjE2NzQ1NTcyOTIsInN1YiI6IjEiLCJzY29w"
    "ZXMiOlsicHVibGljLWFwaSJdfQ.c2lnbmF0dXJl"
)


def test_a_personal_tokens_life_is_read_out_of_it() -> None:
    token = salesmsg(token=PRINTED, team_id=16).first_token()
    assert token is not None
    assert token.issued_at is not None
    assert (token.issued_at.isoformat(), token.expires_in) == ("2022-11-25T10:48:13+00:00", 5183999.0)


@pytest.mark.parametrize("text", ["opaque", "a.b.c", "a.e30.c", "a.eyJpYXQiOiAxZTk5LCAiZXhwIjogMWU5OX0.c", "...."])
def test_any_other_personal_token_is_of_unknown_life(text: str) -> None:
    assert salesmsg(token=text, team_id=16).first_token() == Token(text)


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({}, "must have either token .* or client_id and client_secret"),
        ({"token": "t", "client_id": "1", "client_secret": "s"}, "must have either token"),
        ({"client_id": "1"}, "must have client_id and client_secret together"),
        ({"token": "t", "client_secret": "s"}, "must have client_id and client_secret together"),
        ({"token": "t", "refresh_token": "r"}, "refresh_token beside token .a PAT."),
        ({"client_id": "1", "client_secret": "s"}, "must have refresh_token, or token_store .* smsgate salesmsg login"),
        ({"token": "t", "refresh_as": "xml"}, "refresh_as must be one of form, json, got 'xml'"),
        ({"token": "t\n"}, "token must be printable ASCII and not empty"),
    ],
)
def test_settings_that_no_account_has_are_refused(settings: dict[str, str], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        salesmsg(team_id=16, **settings)
