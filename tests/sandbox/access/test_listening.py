"""Where a sandbox listens, and the addresses by which it is called."""

import socket

import pytest
import requests

from smsgate.sandbox import Sandbox
from smsgate.sandbox.access.access import Access
from tests.sandbox.access.raw_request import asked

TOKEN = "a-token-of-the-tests"
AUTHORIZED = ("Authorization", f"Bearer {TOKEN}")


def has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


IPV6 = pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("127.0.0.2", "http://127.0.0.2:80"),
        ("localhost", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("192.168.0.7", "http://192.168.0.7:80"),
        ("::1", "http://[::1]:80"),
        ("[::1]", "http://[::1]:80"),
        ("::", "http://[::1]:80"),
        ("0:0:0:0:0:0:0:0", "http://[::1]:80"),
        ("2001:DB8::0:1", "http://[2001:db8::1]:80"),
    ],
)
def test_the_url_is_one_that_this_machine_can_use(host: str, url: str) -> None:
    assert Access(host=host, token=TOKEN).url(80) == url


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.7", "[2001:db8::1]", "::ffff:192.168.0.7", "0:0::0"])
def test_an_address_that_other_machines_reach_needs_a_token(host: str) -> None:
    address = host.strip("[]")
    with pytest.raises(
        ValueError, match=f"a sandbox that listens at {address} needs a token .*; make one with: python"
    ):
        Sandbox(host=host)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.255.0.1", "::1", "localhost", "::ffff:127.0.0.1"])
def test_loopback_needs_none(host: str) -> None:
    assert Access(host=host).token is None


@pytest.mark.parametrize("host", ["", "example.com", "127.1", "0", "http://127.0.0.1", "127.0.0.1:80", "fe80::1%lo"])
def test_what_is_no_address_is_refused(host: str) -> None:
    with pytest.raises(ValueError, match="the host must be an IP address or localhost, got"):
        Sandbox(host=host, token=TOKEN)


@pytest.mark.parametrize(
    "name", ["", "*", "http://app", "app:5000", "app/", "*.app", ".app", "app.", "a b", "[::1]:80"]
)
def test_what_is_no_name_of_a_host_is_not_allowed(name: str) -> None:
    with pytest.raises(ValueError, match="is not the name of a host; write it without scheme, port and path"):
        Sandbox(hosts=["app", name])


def test_names_and_addresses_may_be_allowed_in_any_case() -> None:
    assert Access(hosts=["App", "my_app.Test", "10.0.0.1", "[2001:db8::1]"]).hosts == frozenset(
        {"app", "my_app.test", "10.0.0.1", "2001:db8::1"}
    )


def test_the_inbox_is_at_the_root() -> None:
    with Sandbox(token=TOKEN) as sandbox:
        assert sandbox.inbox_url == f"http://127.0.0.1:{sandbox.port}/"


@IPV6
@pytest.mark.parametrize("host", ["::1", "::"])
def test_it_listens_at_an_address_of_ipv6(host: str) -> None:
    with Sandbox(host=host, token=TOKEN) as sandbox:
        assert sandbox.inbox_url == f"http://[::1]:{sandbox.port}/"
        url, headers = sandbox.url("zoomconnect"), dict(sandbox.credentials("zoomconnect"))
        assert requests.get(f"{url}/account/balance", headers=headers, timeout=20).status_code == 200


@pytest.mark.parametrize(("host", "reached"), [("127.0.0.1", False), ("0.0.0.0", True)])
def test_other_addresses_of_this_machine_reach_it_where_it_listens_at_all_of_them(host: str, *, reached: bool) -> None:
    with Sandbox(host=host, token=TOKEN) as sandbox, socket.socket() as caller:
        caller.settimeout(20)
        assert (caller.connect_ex(("127.0.0.3", sandbox.port)) == 0) is reached


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("192.168.0.7:8730", 200),
        ("[2001:db8::1]:8730", 200),
        ("127.0.0.1", 200),
        ("sandbox", 200),
        ("attacker.example", 421),
        ("192.168.0.7.attacker.example", 421),
        ("0x7f.1", 421),
    ],
)
def test_beyond_loopback_it_is_called_by_any_address_and_by_no_name_that_was_not_allowed(
    host: str, status: int
) -> None:
    with Sandbox(host="0.0.0.0", token=TOKEN, hosts=["sandbox"]) as sandbox:
        answer = asked(sandbox.port, "GET", "/_sandbox/texts", [("Host", host), AUTHORIZED])
        assert answer.status == status


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://192.168.0.7:8730", 200),
        ("http://192.168.0.7:3000", 200),
        ("http://localhost:3000", 200),
        ("http://192.168.0.8:8730", 403),
        ("http://203.0.113.5", 403),
        ("http://sms.test", 403),
    ],
)
def test_beyond_loopback_a_page_of_another_address_is_foreign(origin: str, status: int) -> None:
    headers = [("Host", "192.168.0.7:8730"), ("Origin", origin), AUTHORIZED]
    with Sandbox(host="0.0.0.0", token=TOKEN) as sandbox:
        assert asked(sandbox.port, "GET", "/_sandbox/texts", headers).status == status
        if status == 403:
            path = "/zoomconnect/app/api/rest/v1/account/balance"
            assert asked(sandbox.port, "GET", path, headers).status == status
