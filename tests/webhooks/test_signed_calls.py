"""Calls of vendors that sign, on the receiver: what is right is `SIGNED`; what is not is 403, and nothing is read."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from smsgate import (
    ConfigError,
    DeliveryReport,
    Gateway,
    Provider,
    Source,
    WebhookCall,
    WebhookError,
    WebhookReading,
    WebhookSignature,
)
from smsgate.testing import StubTransport, Unpaced
from smsgate.webhooks import Receiver, WebhookAnswer, WebhookRequest
from tests.signed_vendors import (
    KEY,
    PUBLIC,
    SIGNERS,
    SignedSettings,
    Signs,
    SignsTime,
    SignsToken,
    SignsUrl,
    sign_time,
    sign_token,
    sign_url,
    with_headers,
)
from tests.virtual_time import VirtualTime
from tests.webhooks.calls import SECRET, Application, webhooks

PUBLIC_URL = "https://example.com/a/b"
PATH = f"/vendor/{SECRET}"
BODY = b"id=1&state=seen"
FORM = {"content-type": "application/x-www-form-urlencoded"}
CALL = WebhookCall(method="POST", url=PUBLIC_URL + PATH, headers=FORM, body=BODY)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TOLERANCE = timedelta(minutes=5)


def opened(kind: type[Signs], key: str | None = None, **settings: object) -> Gateway:
    signing_key = key if key is not None else PUBLIC if issubclass(kind, SignsTime) else KEY
    adapter = kind(SignedSettings(token="canary-token", signing_key=signing_key), provider="vendor")
    provider = Provider("vendor", adapter, StubTransport(()), pace_store=Unpaced())
    return Gateway([provider], webhooks=webhooks(**{"public_url": PUBLIC_URL, **settings}))


def receiver(gateway: Gateway, application: Application) -> Receiver:
    return Receiver(gateway, application, clock=VirtualTime(NOW.timestamp()).clock)


def post(receiver: Receiver, call: WebhookCall, path: str = PATH, mount: str = "", query: str = "") -> WebhookAnswer:
    query = query or call.query
    request = WebhookRequest(method=call.method, path=mount + path, query=query, headers=call.headers)
    return receiver.receive(request, call.body)


@pytest.fixture(name="application")
def _application() -> Application:
    return Application()


@pytest.mark.parametrize("kind", SIGNERS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("confirm", [False, True])
def test_the_event_of_a_signed_call_is_signed_and_the_vendor_is_not_asked(
    application: Application, kind: type[Signs], *, confirm: bool
) -> None:
    assert post(receiver(opened(kind, confirm=confirm), application), SIGNERS[kind](CALL, NOW)).is_success
    assert isinstance(application.event, DeliveryReport)
    assert application.event.source is Source.SIGNED


@pytest.mark.parametrize("kind", SIGNERS, ids=lambda kind: kind.name)
def test_a_wrong_or_missing_signature_is_403_and_nothing_is_read(
    application: Application, kind: type[Signs], caplog: pytest.LogCaptureFixture
) -> None:
    def read_webhook(_: Signs, call: WebhookCall) -> WebhookReading:
        raise AssertionError(f"{call} is read")

    unread = type("Unread", (kind,), {"read_webhook": read_webhook})
    receives, sign = receiver(opened(unread), application), SIGNERS[kind]
    signed = sign(CALL, NOW)
    for wrong in (
        CALL,
        sign(CALL, NOW, by_another=True),
        evolve(signed, body=BODY + b"&a=b"),
        evolve(signed, body=b"id=2&state=seen"),
        evolve(signed, body=BODY[:-1]),
        with_headers(signed, dict(signed.headers[-1:])),
    ):
        caplog.clear()
        assert post(receives, wrong) == WebhookAnswer(403)
        [record] = caplog.records
        assert record.levelno == logging.WARNING
        assert "a call for vendor was answered 403: the signature is" in record.message
        assert not any(secret in caplog.text for secret in (SECRET, KEY, PUBLIC, "canary"))


@pytest.mark.parametrize("sign", [sign_time, sign_token])
@pytest.mark.parametrize("off", [TOLERANCE, -TOLERANCE])
def test_a_signature_of_another_time_is_403(
    application: Application, sign: Callable[..., WebhookCall], off: timedelta, caplog: pytest.LogCaptureFixture
) -> None:
    kind = SignsTime if sign is sign_time else SignsToken
    receives = receiver(opened(kind), application)
    assert post(receives, sign(CALL, NOW + off)).is_success
    further = off + timedelta(seconds=1) * (1 if off > timedelta() else -1)
    assert post(receives, sign(evolve(CALL, body=b"id=2&state=seen"), NOW + further)) == WebhookAnswer(403)
    assert "its signature is of 2026-11-20" in caplog.text
    assert len(application.events) == 1


def test_a_vendor_may_tolerate_more_or_no_time_at_all(application: Application) -> None:
    slow = type("Slow", (SignsToken,), {"signature_tolerance": timedelta(days=1)})
    receives = receiver(opened(slow), application)
    assert post(receives, sign_token(CALL, NOW - timedelta(minutes=9))).is_success
    assert post(receives, sign_token(CALL, NOW - timedelta(minutes=11))) == WebhookAnswer(403), "exp"
    assert post(receiver(opened(SignsUrl), application), sign_url(CALL, NOW - timedelta(days=900))).is_success


def verifies(verify: Callable[[Signs, WebhookCall], object]) -> type[Signs]:
    return type("Odd", (SignsUrl,), {"verify_webhook": verify, "signature_tolerance": TOLERANCE})


@pytest.mark.parametrize("result", [None, True, False, NOW, "signed", WebhookSignature])
def test_nothing_but_a_signature_counts_as_one(application: Application, result: object) -> None:
    """A check that returns whether it is right, and one that forgets to return, are not believed."""
    receives = receiver(opened(verifies(lambda *_: result)), application)
    assert post(receives, sign_url(CALL, NOW)) == WebhookAnswer(500)
    assert application.events == []


def test_a_signature_without_the_time_that_it_should_have_is_not_believed(application: Application) -> None:
    receives = receiver(opened(verifies(lambda *_: WebhookSignature())), application)
    assert post(receives, sign_url(CALL, NOW)) == WebhookAnswer(500)
    assert application.events == []


@pytest.mark.parametrize(
    ("raised", "status"),
    [
        (WebhookError("no"), 403),
        (WebhookError("no", status=200), 403),
        (WebhookError("no", status=404), 403),
        (WebhookError("call again", status=503), 503),
        (ValueError("the text of a person"), 500),
        (KeyError("x-signature"), 500),
    ],
)
def test_a_check_that_fails_believes_nothing(
    application: Application, raised: Exception, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    def verify(*_: object) -> WebhookSignature:
        raise raised

    assert post(receiver(opened(verifies(verify)), application), sign_url(CALL, NOW)) == WebhookAnswer(status)
    assert application.events == []
    assert "a person" not in caplog.text


def test_without_the_key_calls_are_read_as_without_a_signature(application: Application) -> None:
    receives = receiver(opened(SignsTime, ""), application)
    assert post(receives, CALL).is_success
    assert post(receives, sign_time(evolve(CALL, body=b"id=2&state=seen"), NOW, by_another=True)).is_success
    assert {getattr(event, "source", None) for event in application.events} == {Source.WEBHOOK}
    with pytest.raises(ConfigError, match="cannot be asked for a message"):
        receiver(opened(SignsTime, "", confirm=True), application)


@pytest.mark.parametrize("kind", SIGNERS, ids=lambda kind: kind.name)
def test_the_same_signed_call_again_is_delivered_once(application: Application, kind: type[Signs]) -> None:
    receives, call = receiver(opened(kind), application), SIGNERS[kind](CALL, NOW)
    answers = {post(receives, call) for _ in range(3)}
    assert len(answers) == 1
    assert application.event.source is Source.SIGNED  # type: ignore[union-attr] # a report


def test_a_signature_opens_no_address(application: Application) -> None:
    assert post(receiver(opened(SignsTime), application), sign_time(CALL, NOW), f"/vendor/{SECRET}x") == WebhookAnswer(
        404
    )
    assert application.events == []


def test_a_look_at_the_address_needs_no_signature(application: Application) -> None:
    receives = receiver(opened(SignsUrl), application)
    assert post(receives, WebhookCall(method="GET")) == WebhookAnswer(200)
    unsigned = WebhookCall(method="GET", query="id=1&state=seen")
    assert post(receives, unsigned) == WebhookAnswer(403)
    signed = sign_url(evolve(unsigned, url=f"{PUBLIC_URL}{PATH}?id=1&state=seen"), NOW)
    assert post(receives, signed).is_success
    assert application.event.source is Source.SIGNED  # type: ignore[union-attr] # a report


# The URL -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mount", ["", "/sms", "/a/b"])
@pytest.mark.parametrize(
    ("path", "query"),
    [
        (PATH, ""),
        (f"{PATH}/", ""),
        (f"{PATH}/0123456789abcdefghij", ""),
        (PATH, "x=1&y=%7e&z=a+b"),
        ("/vendor", f"a=1&secret={SECRET}&b=2"),
        ("/vendor/abc", f"secret={SECRET}"),
        (PATH, "&&a=&=b&c"),
    ],
)
def test_the_url_is_the_public_one_with_the_path_and_query_as_called(
    application: Application, mount: str, path: str, query: str
) -> None:
    call = evolve(CALL, url=f"{PUBLIC_URL}{path}" + (f"?{query}" if query else ""))
    forged = {"host": "evil.example", "x-forwarded-host": "evil.example", "forwarded": "host=evil.example;proto=http"}
    signed = with_headers(sign_url(call, NOW), forged)
    assert post(receiver(opened(SignsUrl), application), signed, path, mount, query).is_success
    assert len(application.events) == 1


def test_without_a_public_url_there_is_none_whatever_the_headers_say(
    application: Application, caplog: pytest.LogCaptureFixture
) -> None:
    receives = receiver(opened(SignsUrl, public_url=None), application)
    assert post(receives, with_headers(sign_url(CALL, NOW), {"host": "example.com"})) == WebhookAnswer(403)
    assert "its signature needs the URL; set [webhooks] public_url" in caplog.text


@pytest.mark.parametrize(
    ("path", "raw_path", "url"),
    [
        ("/vendor/S", "/vendor/S", "/vendor/S"),
        ("/vendor/S", "/v%65ndor/S", "/v%65ndor/S"),
        ("/sms/vendor/S/abc", "http://host/sms/vendor/S/%61bc?a=b", "/vendor/S/%61bc"),
        ("/sms/vendor/S", "/other/S", "/vendor/S"),
        ("/sms/vendor/S/", "/sms/vendor/S/", "/vendor/S/"),
        ("/vendor/S", "", "/vendor/S"),
    ],
)
def test_the_path_is_as_it_was_called_where_the_server_says_it(path: str, raw_path: str, url: str) -> None:
    path, raw_path, url = (text.replace("S", SECRET) for text in (path, raw_path, url))
    seen: list[str | None] = []

    def verify(_: Signs, call: WebhookCall) -> WebhookSignature:
        seen.append(call.url)
        assert SECRET not in repr(call)
        return WebhookSignature(signed_at=NOW)

    receives = receiver(opened(verifies(verify)), Application())
    assert receives.receive(WebhookRequest(method="POST", path=path, raw_path=raw_path, headers=FORM), BODY).is_success
    assert seen == [PUBLIC_URL + url]
