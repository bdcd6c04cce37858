"""Connections that are not ours cannot tell what left: then the kind of failure decides, in doubt unknown."""

from __future__ import annotations

import socket
import ssl

import pytest
import requests
import responses
import urllib3

from smsgate import ProviderError, UnknownOutcomeError, UnreachableError
from tests.transport.http.vendor import message, open_gateway

# Mocks of requests; the other transport has none, and no connection that is not its own.
pytestmark = pytest.mark.parametrize("transport", ["requests"], indirect=True)
URL = "https://vendor.example/api/send"
_POOL = urllib3.HTTPConnectionPool("vendor.example")
_NOBODY = urllib3.exceptions.NewConnectionError(None, "refused")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "failure",
    [
        requests.ConnectTimeout(),
        requests.exceptions.InvalidURL("bad"),
        requests.ConnectionError(urllib3.exceptions.MaxRetryError(_POOL, "/", _NOBODY)),
        requests.ConnectionError(ConnectionRefusedError()),
        requests.ConnectionError(socket.gaierror()),
        requests.exceptions.SSLError(ssl.SSLCertVerificationError("self-signed")),
    ],
)
@responses.activate
def test_a_failure_that_only_comes_before_a_connection_proves_that_nothing_left(failure: Exception) -> None:
    responses.post(URL, body=failure)
    with open_gateway("https://vendor.example/api") as gateway, pytest.raises(UnreachableError):
        gateway.send(message())


@pytest.mark.parametrize(
    "failure",
    [
        requests.ReadTimeout(),
        requests.ConnectionError(),
        requests.ConnectionError(ConnectionResetError()),
        requests.exceptions.SSLError(ssl.SSLError("EOF")),
        requests.exceptions.ProxyError(ConnectionResetError()),
        requests.exceptions.ChunkedEncodingError(),
        requests.exceptions.InvalidHeader("two lengths"),
        urllib3.exceptions.LocationParseError("redirect"),
        ValueError("redirect"),
        UnicodeDecodeError("ascii", b"", 0, 1, "redirect"),
        OSError("anything"),
        RuntimeError("anything"),
    ],
)
@responses.activate
def test_any_other_failure_leaves_it_unknown(failure: Exception) -> None:
    responses.post(URL, body=failure)
    with open_gateway("https://vendor.example/api") as gateway, pytest.raises(UnknownOutcomeError):
        gateway.send(message())


@responses.activate
def test_a_read_that_fails_is_just_that() -> None:
    responses.get("https://vendor.example/api/messages/m1", body=requests.ConnectionError())
    with open_gateway("https://vendor.example/api") as gateway, pytest.raises(ProviderError) as raised:
        gateway.status("m1")
    assert type(raised.value) is ProviderError


@responses.activate
def test_an_answer_of_a_mock_is_an_answer() -> None:
    responses.post(URL, json={"id": "id-r1"})
    with open_gateway("https://vendor.example/api") as gateway:
        assert gateway.send(message()).message_id == "id-r1"
