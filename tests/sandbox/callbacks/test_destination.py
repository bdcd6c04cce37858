"""Which hosts a sandbox calls: this machine, and those that the developer has named."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests

from smsgate.sandbox import Sandbox
from smsgate.sandbox.callbacks.destination import Destination
from smsgate_twilio_sandbox import Twilio
from tests.sandbox.listener import Listener

ANY = "0.0.0.0"
"""An address that is no loopback address, and yet leads to this machine."""


@pytest.fixture(name="open_to_any", params=[True, False])
def _open_to_any(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture(name="calling")
def _calling(*, open_to_any: bool) -> Iterator[Sandbox]:
    with Sandbox(vendors=[Twilio(delivery=timedelta())], hosts=[ANY] if open_to_any else ["other"]) as sandbox:
        yield sandbox


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "[::1]", "localhost", "LocalHost", "[::ffff:127.0.0.1]"])
def test_this_machine_may_be_called(host: str) -> None:
    assert Destination(f"http://{host}:5000/x", "json").url == f"http://{host}:5000/x"


@pytest.mark.parametrize("host", ["app", "APP", "[2001:db8::1]", "10.0.0.1"])
def test_a_host_that_was_named_may_be_called(host: str) -> None:
    url = f"http://{host}:5000/x"
    assert Destination(url, "json", {"app", "2001:db8::1", "10.0.0.1"}).url == url


@pytest.mark.parametrize(
    "host",
    ["example.com", "app.example.com", "ap", "[2001:db8::2]", "10.0.0.2", "app@example.com", "127.1", "0x7f.1", ANY],
)
def test_no_other_host_may_be_called(host: str) -> None:
    with pytest.raises(
        ValueError, match=r"must be on this machine, got host .*; use 127.0.0.1, or allow the host with"
    ):
        Destination(f"http://{host}:5000/CANARY", "json", {"app", "2001:db8::1", "10.0.0.1"})


def test_an_accounts_notifications_go_to_a_host_that_was_named(
    calling: Sandbox, listener: Listener, *, open_to_any: bool
) -> None:
    url = f"http://{ANY}:{listener.port}/hook"
    if open_to_any:
        calling.call_back("twilio", url)
        calling.receive("twilio", "+27821234567", "hi")
        calling.settle()
        assert listener.next().form["Body"] == "hi"
    else:
        with pytest.raises(ValueError, match=r"must be on this machine, got host '0\.0\.0\.0'"):
            calling.call_back("twilio", url)


def test_the_address_of_a_message_obeys_the_same_rule(
    calling: Sandbox, listener: Listener, *, open_to_any: bool
) -> None:
    own = calling.credentials("twilio")
    form = {
        "To": "+27821234567",
        "From": "+15005550006",
        "Body": "hi",
        "StatusCallback": f"http://{ANY}:{listener.port}/",
    }
    answer = requests.post(
        f"{calling.url('twilio')}/Messages.json", data=form, auth=(own["account_sid"], own["auth_token"]), timeout=20
    )
    assert answer.status_code == 201
    calling.settle()
    assert ([call.form["MessageStatus"] for call in listener.all()] != []) is open_to_any


def test_another_process_allows_no_host(calling: Sandbox, *, open_to_any: bool) -> None:
    order = {"vendor": "twilio", "url": f"http://{ANY}:1/"}
    answer = requests.post(f"{calling.inbox_url}_sandbox/callbacks", json=order, timeout=20)
    assert answer.status_code == (204 if open_to_any else 400)
