"""The token of a sandbox: programs send it in a header, browsers once, and nothing shows it."""

import copy
import logging
import pickle
from collections.abc import Iterator
from http.cookies import SimpleCookie
from urllib.parse import quote

import pytest
import requests
from aiohttp import web

from smsgate.sandbox import Sandbox
from smsgate.sandbox.access.access import Access
from smsgate.sandbox.access.access_token import AccessToken
from tests.sandbox.access.raw_request import RawAnswer, asked, submitted
from tests.sandbox.pages import serving_pages

TOKEN = "CANARY-0123456789_~!&=?#+%"
WRONG = ["", "CANARY", TOKEN[:-1], TOKEN + "x", TOKEN.lower(), "é" * 16, "x" * 3000, "\udcff", "\ud800"]


@pytest.fixture(name="locked", params=["127.0.0.1", "0.0.0.0"])
def _locked(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with Sandbox(host=request.param, token=TOKEN) as sandbox:
        yield sandbox


@pytest.fixture(name="port")
def _port(locked: Sandbox) -> int:
    return locked.port


def get(port: int, target: str, *headers: tuple[str, str | bytes]) -> RawAnswer:
    return asked(port, "GET", target, [("Host", f"127.0.0.1:{port}"), *headers])


def bearer(token: bytes) -> tuple[str, bytes]:
    return "Authorization", b"Bearer " + token


def cookie_of(answer: RawAnswer) -> tuple[str, str]:
    [(name, morsel)] = SimpleCookie(answer.headers["Set-Cookie"]).items()
    return "Cookie", f"{name}={morsel.value}"


def let_in(port: int) -> tuple[str, str]:
    """Return the cookie of a browser that has given the token."""
    return cookie_of(get(port, f"/?token={quote(TOKEN, safe='')}"))


def own(port: int) -> tuple[str, str]:
    return "Origin", f"http://127.0.0.1:{port}"


def test_the_api_for_tests_asks_for_the_token(port: int) -> None:
    for path in ("/_sandbox/texts", "/_sandbox/nowhere", "/%5fsandbox/texts", "/_sandbox/%74exts"):
        answer = get(port, path)
        assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="smsgate sandbox"')
    assert "send it as Authorization: Bearer TOKEN" in get(port, "/_sandbox/texts").body
    assert get(port, "/_sandbox/texts", bearer(TOKEN.encode())).status == 200
    assert get(port, "/_sandbox/texts", ("Authorization", f"bearer  {TOKEN} ")).status == 200


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_token_opens_nothing(port: int, wrong: str) -> None:
    sent = wrong.encode("utf-8", "surrogatepass")
    assert get(port, "/_sandbox/texts", bearer(sent)).status == 401
    assert get(port, f"/?token={quote(sent)}").status == 401
    form = f"token={quote(sent)}".encode()
    headers = [("Host", f"127.0.0.1:{port}"), own(port), ("Content-Type", "application/x-www-form-urlencoded")]
    answer = asked(port, "POST", "/login", headers, form)
    assert (answer.status, "Set-Cookie" in answer.headers) == (401, False)
    assert "That is not the token" in answer.body


def test_a_token_that_no_header_can_have_is_refused_and_the_sandbox_goes_on(port: int) -> None:
    huge = b"x" * 100_000
    assert get(port, "/_sandbox/texts", bearer(huge)).status == 400
    headers = [("Host", f"127.0.0.1:{port}"), own(port), ("Content-Type", "application/x-www-form-urlencoded")]
    assert asked(port, "POST", "/login", headers, b"token=" + huge).status == 413
    assert get(port, "/_sandbox/texts", bearer(TOKEN.encode())).status == 200


@pytest.mark.parametrize("scheme", ["", "Basic", "Token", "Bearer\t"])
def test_the_token_in_another_scheme_opens_nothing(port: int, scheme: str) -> None:
    assert get(port, "/_sandbox/texts", ("Authorization", f"{scheme} {TOKEN}")).status == 401


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "DELETE", "PUT"])
@pytest.mark.parametrize(
    "path", ["/", "/nowhere", "/events", "/_sandbox/reset", "/_sandbox", "/zoomconnect%2f..%2f_sandbox"]
)
def test_each_path_but_a_vendors_asks_for_the_token(port: int, method: str, path: str) -> None:
    assert asked(port, method, path, [("Host", f"127.0.0.1:{port}"), own(port)]).status == 401


def test_vendors_take_their_own_credentials_and_no_token(locked: Sandbox) -> None:
    url, headers = locked.url("zoomconnect"), dict(locked.credentials("zoomconnect"))
    assert requests.get(f"{url}/account/balance", headers=headers, timeout=20).status_code == 200
    assert requests.get(f"{url}/account/balance", timeout=20).status_code == 401


def test_a_page_with_the_token_in_its_address_leads_to_the_same_page_without_it(port: int) -> None:
    token = quote(TOKEN, safe="")
    for target, location in {
        f"/?token={token}": "/",
        f"/phones/%2B278?a=1&token={token}&b=%26": "/phones/%2B278?a=1&b=%26",
        f"//attacker.example/?token={token}": "/attacker.example/",
        f"/\\attacker.example/?token={token}": "/attacker.example/",
        f"/%2fattacker.example?token={token}": "/%2fattacker.example",
    }.items():
        answer = get(port, target)
        assert (answer.status, answer.headers["Location"]) == (303, location)
        assert "CANARY" not in str(answer)
        assert "CANARY" not in str(answer.headers)


def test_a_right_and_a_wrong_token_in_one_address_open_nothing(port: int) -> None:
    assert get(port, f"/?token={quote(TOKEN, safe='')}&token=x").status == 401


def test_the_cookie_is_for_this_port_and_not_for_scripts_or_other_sites(port: int) -> None:
    answer = get(port, f"/?token={quote(TOKEN, safe='')}")
    [(name, morsel)] = SimpleCookie(answer.headers["Set-Cookie"]).items()
    assert name == f"smsgate_{port}"
    assert (morsel["httponly"], morsel["samesite"], morsel["path"], morsel["domain"]) == (True, "Strict", "/", "")
    assert len(morsel.value) == 64


def test_the_cookie_opens_the_pages_and_not_the_api(port: int) -> None:
    cookie = let_in(port)
    assert get(port, "/nowhere", cookie).status == 404
    assert get(port, "/_sandbox/texts", cookie).status == 401
    assert submitted(port, "/nowhere", [own(port), cookie]).status == 404
    assert submitted(port, "/nowhere", [("Origin", "http://127.0.0.1:1"), cookie]).status == 403


def test_a_forged_cookie_opens_nothing(port: int) -> None:
    name, _, value = let_in(port)[1].partition("=")
    forged = [f"{name}={value[:-1]}0x"[:-1], f"{name}={TOKEN}", f"{name}=", f"smsgate={value}", f"smsgate_1={value}"]
    for cookie in [*forged, f"{name}={value[::-1]}", f"{name}=\xff", f"{name}={'x' * 5000}", "x", ""]:
        if cookie != f"{name}={value}":
            assert get(port, "/nowhere", ("Cookie", cookie.encode("latin-1"))).status == 401
    other = AccessToken("another-token-of-this-machine").cookie(name)
    assert get(port, "/nowhere", ("Cookie", f"{name}={other}")).status == 401


def test_the_cookie_of_one_port_opens_no_other(locked: Sandbox) -> None:
    value = let_in(locked.port)[1].partition("=")[2]
    with Sandbox(token=TOKEN) as other:
        assert get(other.port, "/nowhere", ("Cookie", f"smsgate_{other.port}={value}")).status == 401


def test_a_person_types_the_token_into_a_form(port: int) -> None:
    page = get(port, "/phones")
    assert '<form method="post" action="/login">' in page.body
    assert '<input name="token" type="password"' in page.body
    answer = submitted(port, "/login", [own(port)], token=TOKEN)
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    assert get(port, "/nowhere", cookie_of(answer)).status == 404


def test_a_form_of_another_page_logs_no_browser_in(port: int) -> None:
    for origin in ("http://127.0.0.1:1", "https://attacker.example", "null"):
        assert submitted(port, "/login", [("Origin", origin)], token=TOKEN).status == 403
    assert submitted(port, "/login", [], token=TOKEN).status == 403


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/plain", f"token={quote(TOKEN)}"),
        ("application/json", f'{{"token": "{TOKEN}"}}'),
        (
            "multipart/form-data; boundary=x",
            f"--x\r\nContent-Disposition: form-data; name=token\r\n\r\n{TOKEN}\r\n--x--",
        ),
    ],
)
def test_the_token_in_a_body_of_another_kind_is_none(port: int, kind: str, body: str) -> None:
    headers = [("Host", f"127.0.0.1:{port}"), own(port), ("Content-Type", kind)]
    assert asked(port, "POST", "/login", headers, body.encode()).status == 401


def test_the_assets_of_the_pages_are_free_and_their_neighbours_are_not() -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response()

    addresses = ["/assets/of-tests/{name}", "/of-tests/{name}", "/{area}/another/{name}"]
    routes = [web.get(address, answer) for address in addresses]
    with serving_pages(routes, token=TOKEN) as port:
        assert get(port, "/assets/of-tests/x").status == 200
        for path in ("/of-tests/x", "/assets%2fof-tests/x", "/assets/../of-tests/x", "/assets/another/x", "/assets/"):
            assert get(port, path).status == 401, path


@pytest.mark.parametrize("short", ["", "x" * 15, "x" * 513, "x" * 20 + " ", "x" * 20 + "\n", "é" * 20, "x\0" * 10])
def test_a_token_that_can_be_guessed_or_cannot_be_sent_is_refused(short: str) -> None:
    with pytest.raises(
        ValueError, match=r"^the token must have 16 to 512 visible ASCII characters; make one with"
    ) as e:
        Sandbox(token=short)
    assert not short or short not in str(e.value)


def test_nothing_shows_the_token(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    caplog.set_level(logging.DEBUG)
    with Sandbox(token=TOKEN) as sandbox:
        get(sandbox.port, f"/?token={quote(TOKEN, safe='')}")
        get(sandbox.port, "/nowhere", let_in(sandbox.port))
        get(sandbox.port, "/_sandbox/texts", bearer(TOKEN.encode() + b"x" * 10_000))
        get(sandbox.port, "/_sandbox/texts", ("Cookie", f"{let_in(sandbox.port)[1]}{'x' * 10_000}"))
        shown = repr(sandbox) + repr(vars(sandbox)) + sandbox.inbox_url + sandbox.url("zoomconnect")
        value = let_in(sandbox.port)[1].partition("=")[2]
    said = "".join([shown, caplog.text, *capfd.readouterr()])
    assert TOKEN not in said
    assert "CANARY" not in said
    assert value not in said
    access = Access(token=TOKEN)
    assert "CANARY" not in f"{access!r} {access.token!r} {access.token}"
    for value_of in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError, match="the token of a sandbox is not pickled"):
            value_of(access.token)
