"""What a browser learns from the answers: which scripts run, and who may embed or read a page."""

import pytest
from aiohttp import web

from smsgate.sandbox import Sandbox
from tests.sandbox.access.raw_request import RawAnswer, asked, submitted
from tests.sandbox.pages import serving_pages

PROTECTION = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
}


def protection_of(answer: RawAnswer) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name in PROTECTION}


def test_each_answer_that_is_a_page_has_the_headers(sandbox: Sandbox) -> None:
    own = [("Host", "127.0.0.1")]
    answers = [
        asked(sandbox.port, "GET", "/nowhere", own),
        asked(sandbox.port, "HEAD", "/nowhere", own),
        asked(sandbox.port, "OPTIONS", "*", own),
        asked(sandbox.port, "GET", "/nowhere", [("Host", "attacker.example")]),
        submitted(sandbox.port, "/nowhere", [("Origin", "null")]),
    ]
    assert [answer.status for answer in answers] == [404, 404, 404, 421, 403]
    for answer in answers:
        assert protection_of(answer) == PROTECTION
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_page_that_asks_for_the_token_has_them() -> None:
    with Sandbox(token="a-token-of-the-tests") as sandbox:
        answer = asked(sandbox.port, "GET", "/", [("Host", "127.0.0.1")])
        assert (answer.status, protection_of(answer)) == (401, PROTECTION)


@pytest.mark.parametrize("path", ["/_sandbox/texts", "/zoomconnect/app/api/rest/v1/account/balance"])
def test_other_answers_are_only_what_they_say_that_they_are(sandbox: Sandbox, path: str) -> None:
    answer = asked(sandbox.port, "GET", path, [("Host", "127.0.0.1")])
    assert (protection_of(answer), answer.headers["X-Content-Type-Options"]) == ({}, "nosniff")


def test_a_stream_has_them_and_an_answer_keeps_its_own() -> None:
    async def stream(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Cache-Control": "max-age=1"})
        await answer.prepare(request)
        return answer

    async def fail(_request: web.Request) -> web.StreamResponse:
        raise web.HTTPConflict

    with serving_pages([web.get("/of-tests/stream", stream), web.get("/of-tests/failing", fail)]) as port:
        streamed = asked(port, "GET", "/of-tests/stream", [("Host", "127.0.0.1")])
        failed = asked(port, "GET", "/of-tests/failing", [("Host", "127.0.0.1")])
    assert (streamed.status, protection_of(streamed)) == (200, PROTECTION | {"Cache-Control": "max-age=1"})
    assert (failed.status, protection_of(failed)) == (409, PROTECTION)
