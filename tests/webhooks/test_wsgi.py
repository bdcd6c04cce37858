"""The WSGI door: what the standard's own checker says of it, and bodies of every length."""

from __future__ import annotations

import io
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest

from smsgate import DeliveryReport
from smsgate.webhooks import wsgi
from tests.webhooks.calls import SECRET, Application, gateway, report


class Input(io.BytesIO):
    """Raises where a server would wait for ever: beyond what was sent."""

    def read(self, size: int | None = -1) -> bytes:
        assert size is not None
        assert 0 <= size <= len(self.getvalue()) - self.tell(), "the server would wait"
        return super().read(size)


def call(application: Application, body: io.BytesIO, *, checked: bool = True, **environ: Any) -> int:
    """Call the application as a server does, with the standard's checker in between; return the status."""
    asked: WSGIEnvironment = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": f"/zoom/{SECRET}",
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "CONTENT_TYPE": "application/json",
        "wsgi.input": body,
        **environ,
    }
    setup_testing_defaults(asked)
    said: list[str] = []

    def start_response(status: str, headers: list[tuple[str, str]], _: object = None) -> object:
        assert dict(headers)["Content-Length"].isdigit()
        said.append(status)
        return lambda _: None

    started: StartResponse = start_response  # type: ignore[assignment] # as the checker calls it
    receiver = wsgi(gateway(), application)
    answer = (validator(receiver) if checked else receiver)(asked, started)
    assert b"".join(answer) == b""
    getattr(answer, "close", lambda: None)()
    return int(said[0].split()[0])


@pytest.fixture(name="application")
def _application() -> Application:
    return Application()


def test_exactly_the_length_is_read(application: Application) -> None:
    assert call(application, Input(report() + b"the next request"), CONTENT_LENGTH=str(len(report()))) == 200
    assert isinstance(application.event, DeliveryReport)


@pytest.mark.parametrize("environ", [{}, {"CONTENT_LENGTH": ""}, {"CONTENT_LENGTH": "0"}])
def test_without_a_length_nothing_is_read(application: Application, environ: dict[str, Any]) -> None:
    query = "messageId=1&status=SENT"
    assert call(application, Input(b"the next request"), QUERY_STRING=query, **environ) == 200
    assert isinstance(application.event, DeliveryReport)


def test_a_server_that_ends_the_input_needs_no_length(application: Application) -> None:
    ended: dict[str, Any] = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    assert call(application, io.BytesIO(report()), **ended) == 200
    assert call(application, io.BytesIO(b" " * 70_000), **ended) == 413


def test_chunks_that_the_server_does_not_join_are_refused(application: Application) -> None:
    assert call(application, Input(b"5\r\nhello\r\n"), HTTP_TRANSFER_ENCODING="chunked") == 411


@pytest.mark.parametrize("length", ["-1", "abc", "1e3", "+5", "²", "0x10", "5,6", " 5"])
def test_a_length_that_is_none_is_refused(application: Application, length: str) -> None:
    for ended in (False, True):
        environ: dict[str, Any] = {"CONTENT_LENGTH": length, "wsgi.input_terminated": ended}
        assert call(application, io.BytesIO(report()), checked=False, **environ) == 400
    assert application.events == []


def test_a_body_over_64_kib_is_not_read_at_all_where_its_length_says_so(application: Application) -> None:
    assert call(application, Input(), CONTENT_LENGTH="65538") == 413
    assert call(application, Input(), CONTENT_LENGTH="9" * 4000) == 413


@pytest.mark.parametrize("ended", [False, True])
def test_a_body_that_ends_early_is_refused(application: Application, ended: bool) -> None:  # noqa: FBT001 - a parameter
    body = io.BytesIO(report())
    assert call(application, body, CONTENT_LENGTH="5000", **{"wsgi.input_terminated": ended}) == 400
    assert application.events == []


def test_a_caller_who_goes_away_or_takes_too_long_is_refused(application: Application) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise TimeoutError(size)

    assert call(application, Broken(), CONTENT_LENGTH="5") == 400


def test_a_body_that_comes_in_pieces_is_put_together(application: Application) -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(3, size or 0))

    assert call(application, Slow(report()), CONTENT_LENGTH=str(len(report()))) == 200


def test_a_method_that_is_refused_reads_nothing(application: Application) -> None:
    assert call(application, Input(), REQUEST_METHOD="DELETE", CONTENT_LENGTH="5") == 405


@pytest.mark.parametrize(("method", "status"), [("GET", 200), ("HEAD", 405)])
def test_a_get_that_has_a_body_is_a_call_where_the_vendor_may_make_such(
    application: Application, method: str, status: int
) -> None:
    body, length = report(), str(len(report()))
    assert call(application, Input(body), REQUEST_METHOD=method, CONTENT_LENGTH=length) == status
    assert len(application.events) == (status == 200)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_look_at_the_address_reads_nothing(application: Application, method: str) -> None:
    assert call(application, Input(b"the next request"), REQUEST_METHOD=method) == 200
    assert application.events == []
