"""Who may call: a caller that knows the secret, from an address that is allowed; no other learns anything."""

from __future__ import annotations

import logging
from functools import partial
from typing import NoReturn

import pytest

from smsgate import ConfigError, Event, Gateway, OptOut, WebhookSettings
from smsgate.webhooks import Receiver, WebhookAnswer, WebhookRequest, asgi, wsgi
from tests.stub_provider import accepting
from tests.webhooks.calls import SECRET, Application, gateway, post, reply, report, webhooks, zoom


@pytest.fixture(name="application")
def _application() -> Application:
    return Application()


@pytest.fixture(name="receiver")
def _receiver(application: Application) -> Receiver:
    return Receiver(gateway(), application)


# The secret ----------------------------------------------------------------------------------------------------------

WRONG = SECRET[:-1] + "!"
STRANGERS = {
    "wrong": (f"/zoom/{WRONG}", ""),
    "shorter": (f"/zoom/{SECRET[:-1]}", ""),
    "longer": (f"/zoom/{SECRET}x", ""),
    "in other letters": (f"/zoom/{SECRET.upper()}", ""),
    "not ASCII": ("/zoom/sécret\udc80", ""),
    "missing": ("/zoom", ""),
    "empty": ("/zoom/", ""),
    "nothing at all": ("", ""),
    "wrong in the query": ("/zoom", f"secret={WRONG}"),
    "empty in the query": ("/zoom", "secret="),
    "without a value in the query": ("/zoom", "secret"),
    "twice in the query": ("/zoom", f"secret={SECRET}&secret={SECRET}"),
    "right and wrong in the query": ("/zoom", f"secret={SECRET}&secret={WRONG}"),
    "right in the path, empty in the query": (f"/zoom/{SECRET}", "secret="),
    "right, for nobody": (f"/{SECRET}", ""),
    "right, for a provider that is not there": (f"/hooli/{SECRET}", ""),
    "right in the query, for a provider that is not there": ("/hooli", f"secret={SECRET}"),
    "right, for a provider that never calls": (f"/dumb/{SECRET}", ""),
    "right, with something behind it": (f"/zoom/{SECRET}/more/still", ""),
}


@pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS.keys())
@pytest.mark.parametrize("method", ["POST", "GET", "HEAD"])
def test_a_stranger_gets_one_and_the_same_answer_and_nothing_is_read(
    receiver: Receiver, application: Application, stranger: tuple[str, str], method: str
) -> None:
    def body(_: int) -> NoReturn:
        raise AssertionError("a stranger's body is not read")

    path, query = stranger
    request = post(receiver, path=path, query=query, method=method)
    assert request == WebhookAnswer(404)
    assert post(receiver, report(), path=path, query=query, method=method) == WebhookAnswer(404)
    assert application.events == []
    assert receiver.receive(WebhookRequest(method=method, path=path, query=query), body) == WebhookAnswer(404)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (f"/zoom/{SECRET}", ""),
        (f"/zoom/{SECRET}/", ""),
        (f"/mounted/here/zoom/{SECRET}", ""),
        (f"zoom/{SECRET}", ""),
        ("/zoom", f"secret={SECRET}"),
        ("/zoom/", f"a=1&secret={SECRET}&b=2"),
        ("/mounted/zoom", f" secret={SECRET}"),
        ("/zoom", f"%73ecret={SECRET}"),
    ],
)
def test_a_call_with_the_secret_is_accepted_wherever_the_receiver_is_mounted(
    receiver: Receiver, application: Application, path: str, query: str
) -> None:
    assert post(receiver, report(), path=path, query=query) == WebhookAnswer(200)
    assert getattr(application.event, "message_id", None) == "40124213"


@pytest.mark.parametrize(
    "query",
    [
        f"messageId=1&secret={SECRET}&status=DELIVERED",
        f"secret={SECRET}&messageId=1&status=DELIVERED",
        f"messageId=1&status=DELIVERED&secret={SECRET}",
        f" messageId=1& status=DELIVERED& %73ecret={SECRET}",
    ],
)
def test_the_secret_is_taken_out_of_what_the_adapter_sees(
    receiver: Receiver, application: Application, query: str
) -> None:
    assert post(receiver, path="/zoom", query=query, headers={}) == WebhookAnswer(200)
    assert application.event.raw == {"messageId": "1", "status": "DELIVERED"}  # type: ignore[union-attr] # a report


def test_the_secret_is_in_no_log_line_answer_or_repr(receiver: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    said = [
        post(receiver, b"{", path=f"/zoom/{SECRET}"),
        post(receiver, b"{", path="/zoom", query=f"secret={SECRET}"),
        post(receiver, path=f"/hooli/{SECRET}"),
        post(receiver, path=f"/{SECRET}", query=f"secret={SECRET}"),
        post(receiver, path=f"/zoom/{SECRET}", method="TRACE"),
    ]
    assert {answer.status for answer in said} == {400, 404, 405}
    assert len(caplog.records) == len(said)
    told = [caplog.text, *map(repr, said), *(f"{answer.text}{answer.headers}" for answer in said), repr(receiver)]
    assert SECRET not in "".join(told)


# Methods and addresses -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("path", "query"), [(f"/zoom/{SECRET}", ""), ("/sales", f"secret={SECRET}"), (f"/sales/{SECRET}", "&")]
)
def test_a_look_at_the_address_with_the_secret_is_answered_200(
    receiver: Receiver, application: Application, method: str, path: str, query: str
) -> None:
    assert post(receiver, path=path, query=query, method=method) == WebhookAnswer(200)
    assert application.events == []


QUERY = "from=%2B27821234567&messageId=5a757f2a&message=STOP"


def test_a_get_that_has_a_whole_reply_is_a_call_where_the_vendor_may_make_such(
    receiver: Receiver, application: Application
) -> None:
    assert post(receiver, query=QUERY, method="GET", headers={}) == WebhookAnswer(200)
    assert isinstance(application.event, OptOut)
    assert post(receiver, reply("5a757f2b"), method="GET") == WebhookAnswer(200)
    assert len(application.events) == 2


@pytest.mark.parametrize(
    ("method", "path", "query", "body", "told"),
    [
        ("GET", f"/sales/{SECRET}", QUERY, b"", "GET came with fields or a body, and salesmsg is read from POST"),
        ("GET", f"/sales/{SECRET}", "", b"{}", "GET came with fields or a body, and salesmsg is read from POST"),
        (
            "HEAD",
            f"/zoom/{SECRET}",
            QUERY,
            b"",
            "HEAD came with fields or a body, and zoomconnect is read from GET and",
        ),
    ],
)
def test_fields_that_come_by_another_method_are_refused_and_logged(
    receiver: Receiver,
    application: Application,
    caplog: pytest.LogCaptureFixture,
    *,
    method: str,
    path: str,
    query: str,
    body: bytes,
    told: str,
) -> None:
    assert post(receiver, body, path=path, query=query, method=method) == WebhookAnswer(405)
    assert application.events == []
    assert told in caplog.text
    assert "STOP" not in caplog.text


@pytest.mark.parametrize("query", ["utm_source=x", "a", QUERY.replace("message=", "text=")])
def test_a_get_that_cannot_be_read_is_never_answered_200(
    receiver: Receiver, application: Application, caplog: pytest.LogCaptureFixture, query: str
) -> None:
    assert post(receiver, query=query, method="GET", headers={}) == WebhookAnswer(400)
    assert application.events == []
    assert "a call for zoom was answered 400" in caplog.text


@pytest.mark.parametrize("status", [200, 400, 403, 404, 405, 413, 415, 500, 503])
def test_no_answer_has_a_body_which_a_vendor_could_text_to_a_person(status: int) -> None:
    assert WebhookAnswer(status).text == ""


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "post", "X" * 1000, ""])
def test_other_methods_are_refused_before_anything_is_looked_at(receiver: Receiver, method: str) -> None:
    for path in (f"/zoom/{SECRET}", "/zoom/wrong"):
        answer = post(receiver, report(), path=path, method=method)
        assert answer == WebhookAnswer(405)
        assert answer.headers["Allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize(
    ("peer", "forwarded", "status"),
    [
        ("196.41.0.7", "", 200),
        ("196.41.1.7", "", 403),
        ("", "", 403),
        ("10.0.0.1", "196.41.0.7", 200),
        ("10.0.0.1", "196.41.0.7, 8.8.8.8", 403),
        ("8.8.8.8", "196.41.0.7", 403),
    ],
)
def test_only_addresses_that_are_allowed_may_call(
    application: Application, peer: str, forwarded: str, status: int
) -> None:
    receiver = Receiver(gateway(allow=("196.41.0.0/24",), proxies=("10.0.0.0/8",)), application)
    headers = {"Content-Type": "application/json", **({"X-Forwarded-For": forwarded} if forwarded else {})}
    assert post(receiver, report(), peer=peer, headers=headers).status == status
    assert post(receiver, path="/zoom/wrong", peer=peer, headers=headers).status == (404 if status == 200 else 403)
    assert len(application.events) == (status == 200)


def test_a_peer_cannot_forge_log_lines(receiver: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    post(receiver, path="/", peer="1.2.3.4\r\nERROR forged \x1b[2J" + "x" * 1000)
    assert all(line.isprintable() and len(line) < 300 for line in caplog.messages)


# Settings ------------------------------------------------------------------------------------------------------------


def test_without_settings_there_is_no_receiver(application: Application) -> None:
    bare = Gateway([zoom()])
    for make in (Receiver, wsgi, asgi):
        with pytest.raises(ConfigError, match=r"set \[webhooks\] secret"):
            make(bare, application)
    assert isinstance(Receiver(bare, application, webhooks()), Receiver)


@pytest.mark.parametrize("secret", ["", "short", "with blanks and / slashes!"])
def test_what_is_no_secret_is_refused(secret: str) -> None:
    with pytest.raises(ConfigError, match="must be 16 or more characters"):
        WebhookSettings(secret=secret)


def test_where_no_provider_calls_there_is_no_receiver(application: Application) -> None:
    with pytest.raises(ConfigError, match=r"no provider here has webhooks \(there are: dumb\)"):
        Receiver(gateway(accepting("dumb")), application)


def test_a_coroutine_function_needs_asgi() -> None:
    async def on_event(event: Event) -> None: ...

    class Application:
        async def __call__(self, event: Event) -> None: ...

    for make in (Receiver, wsgi):
        for called in (on_event, Application(), Application().__call__, partial(on_event)):
            with pytest.raises(ConfigError, match=r"use webhooks\.asgi"):
                make(gateway(), called)
