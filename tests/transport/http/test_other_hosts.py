"""A vendor with two hosts: each gets its own requests, on connections of its own, with the credentials for it."""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from typing import Any

import pytest
from attrs import field, frozen

from smsgate import Conversation, DeliveryReport, NotSentError, Provider, Request, Status, UnreachableError
from tests.transport.http.fault_server import FaultServer, Serve
from tests.transport.http.vendor import QUIET, Vendor, VendorSettings, message, open_transport


@frozen(kw_only=True)
class _Settings(VendorSettings):
    account_url: str
    account_token: str = field(default="canary-account", repr=False)

    @property
    def other_hosts(self) -> Mapping[str, str]:
        return {"account_url": self.account_url}


class _TwoHosts(Vendor):
    Settings = _Settings  # type: ignore[assignment] # one with more fields
    settings: _Settings

    def headers_for(self, request: Request) -> Mapping[str, str]:
        token = self.settings.account_token if request.host else self.settings.token
        return {"Authorization": f"Bearer {token}"}

    def status(self, message_id: str) -> Conversation[DeliveryReport]:
        yield Request("GET", "messages/{id}", ids={"id": message_id}, host="account_url")
        return DeliveryReport(message_id=message_id, status=Status.SENT, raw_status="SENT")


def open_provider(server: FaultServer, other: FaultServer, **settings: Any) -> Provider:
    defaults: dict[str, Any] = {"connect_timeout": 10.0, "read_timeout": 10.0, "deadline": 15.0, "read_attempts": 1}
    own = _Settings(base_url=server.base_url, account_url=other.base_url + "/", **defaults, **settings)
    return Provider("test", _TwoHosts(own, provider="test"), open_transport(own))


@pytest.mark.parametrize("kinds", [("http", "http"), ("https", "https"), ("http", "https"), ("https", "http")])
def test_each_host_gets_its_own_requests_and_credentials(kinds: tuple[str, str], serve: Serve, ca_bundle: str) -> None:
    server, other = map(serve, kinds)
    provider = open_provider(server, other, reuse_within=30.0, ca_bundle=ca_bundle)
    for number in range(3):
        assert provider.send(message(f"r{number}")).message_id == f"id-r{number}"
        provider.status(f"m{number}")
    provider.close()
    for host, token, line in ((server, b"canary-token", b"POST /api/send"), (other, b"canary-account", b"GET /api/m")):
        heads = [truth.head for truth in host.truths]
        assert [head.startswith(line) and b"Bearer " + token in head for head in heads] == [True] * 3, heads


def test_a_connection_is_used_again_for_its_own_host_only(serve: Serve) -> None:
    server, other = serve("http"), serve("http")
    provider = open_provider(server, other, reuse_within=30.0)
    for _ in range(2):
        provider.send(message())
        provider.status("m1")
        time.sleep(QUIET)  # until its host is known as one that answers once
    for _ in range(10):
        provider.send(message())
        provider.status("m1")
    provider.close()
    assert (server.connections, other.connections) == (1, 1)
    assert (len(server.truths), len(other.truths)) == (12, 12)


def test_a_host_that_the_settings_do_not_have_is_never_asked(serve: Serve) -> None:
    server, other = serve("http"), serve("http")
    provider = open_provider(server, other)
    object.__setattr__(provider.adapter, "status", lambda _: _stray())
    with pytest.raises(NotSentError, match="cannot be written"):
        provider.status("m1")
    provider.close()
    assert (server.connections, other.connections) == (0, 0)


def test_what_goes_wrong_at_another_host_is_said_of_that_host(serve: Serve) -> None:
    server = serve("http")
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    own = _Settings(base_url=server.base_url, account_url=f"http://127.0.0.1:{port}/", read_attempts=1)
    provider = Provider("test", _TwoHosts(own, provider="test"), open_transport(own))
    with pytest.raises(UnreachableError) as raised:
        provider.status("m1")
    provider.close()
    assert str(raised.value) == (f"test: GET messages/{{id}}: nothing listens at 127.0.0.1:{port}; check account_url")
    assert server.connections == 0


def _stray() -> Conversation[DeliveryReport]:
    yield Request("GET", "messages", host="https://elsewhere.example")
    raise AssertionError("it was asked")


def test_the_url_of_another_host_is_checked_and_the_setting_named() -> None:
    with pytest.raises(ValueError, match=r"account_url must be a URL such as https://host/path"):
        _Settings(base_url="https://vendor.example", account_url="ftp://vendor.example")
