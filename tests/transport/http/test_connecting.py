"""What fails before a connection is made proves that nothing was sent, and says how to fix it."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import trustme

from smsgate import ConfigError, Effect, NotSentError, Request, Settings, UnknownOutcomeError, UnreachableError
from tests.transport.http.fault_server import ClosingSocket, Script, Serve, http
from tests.transport.http.vendor import message, open_gateway, open_transport


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


@contextmanager
def _full_port() -> Iterator[int]:
    """A port that takes no more connections: what comes is neither accepted nor refused."""
    with (
        socket.create_server(("127.0.0.1", 0), backlog=0) as listener,
        socket.create_connection(listener.getsockname()),
        socket.socket() as second,
    ):
        second.setblocking(False)
        second.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


def _context(authority: trustme.CA, name: str, **how: Any) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.sslsocket_class = ClosingSocket
    authority.issue_cert(name, **how).configure_cert(context)
    return context


def _error(base_url: str, **settings: Any) -> UnreachableError:
    with open_gateway(base_url, **settings) as gateway:
        with pytest.raises(UnreachableError) as of_read:
            gateway.status("m1")
        with pytest.raises(UnreachableError) as of_send:
            gateway.send(message())
    assert str(of_read.value).partition("}: ")[2] == str(of_send.value).partition("send: ")[2]
    return of_send.value


def test_an_unknown_host_is_named_with_the_setting_to_check() -> None:
    error = _error("https://no-such-host.invalid/api")
    assert str(error) == (
        "test: POST send: the host name of no-such-host.invalid:443 cannot be found; check base_url and the network"
    )


def test_a_closed_port_is_named_with_the_setting_to_check() -> None:
    port = _free_port()
    error = _error(f"http://127.0.0.1:{port}/api")
    assert str(error) == f"test: POST send: nothing listens at 127.0.0.1:{port}; check base_url"


def test_a_closed_port_of_the_proxy_is_the_proxys_fault() -> None:
    port = _free_port()
    error = _error("https://localhost:1/api", proxy=f"http://user:canary@127.0.0.1:{port}")
    assert str(error) == f"test: POST send: nothing listens at 127.0.0.1:{port}; check proxy"


def test_a_connection_that_does_not_come_about_ends_at_connect_timeout() -> None:
    with _full_port() as port:
        error = _error(f"http://127.0.0.1:{port}/api", connect_timeout=0.2)
    assert str(error) == (
        f"test: POST send: no connection within 0.2 s by 127.0.0.1:{port}; check base_url and the network"
    )


def test_every_address_of_a_host_is_tried_within_connect_timeout(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    server = serve("http")
    with _full_port() as port:
        dead, alive = ("127.0.0.1", port), ("127.0.0.1", server.port)
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address) for address in (dead, alive)]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
        with open_gateway("http://two-addresses.test/api", connect_timeout=1.0) as gateway:
            assert gateway.send(message()).message_id == "id-r1"


def test_an_untrusted_certificate_is_refused(serve: Serve) -> None:
    error = _error(serve("https").base_url)
    assert "the certificate is not trusted (unable to get local issuer certificate)" in str(error)
    assert "check ca_bundle" in str(error)


def test_a_certificate_for_another_host_is_refused(serve: Serve, authority: trustme.CA, ca_bundle: str) -> None:
    server = serve("https", _context(authority, "other.example"))
    error = _error(server.base_url, ca_bundle=ca_bundle)
    assert "Hostname mismatch" in str(error)


def test_an_expired_certificate_is_refused(serve: Serve, authority: trustme.CA, ca_bundle: str) -> None:
    past = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    server = serve("https", _context(authority, "localhost", not_after=past, not_before=past - dt.timedelta(9)))
    error = _error(server.base_url, ca_bundle=ca_bundle)
    assert "certificate has expired" in str(error)


def test_tls_to_a_port_that_speaks_http_is_no_connection(serve: Serve) -> None:
    server = serve("http")
    server.script = Script(accept=lambda peer, _: peer.write(http(b"", status=b"400 Bad Request")))
    error = _error(f"https://localhost:{server.port}/api")
    assert "TLS could not be agreed on" in str(error)


def test_a_missing_client_certificate_is_noticed_too_late_to_be_sure(
    serve: Serve, authority: trustme.CA, ca_bundle: str
) -> None:
    context = _context(authority, "localhost")
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(context)
    server = serve("https", context)
    with open_gateway(server.base_url, ca_bundle=ca_bundle) as gateway, pytest.raises(UnknownOutcomeError):
        gateway.send(message())


def test_a_ca_bundle_without_certificates_is_an_error_in_the_settings(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("not a certificate")
    with pytest.raises(ConfigError, match="ca_bundle must be a file of certificates"):
        open_gateway("https://localhost/api", ca_bundle=str(tmp_path / "empty.pem"))


@pytest.mark.parametrize("token", ["two\r\nlines", "snow ☃", "nul\0", "tab and space after \t"])
def test_a_credential_that_fits_no_header_is_not_sent(token: str, serve: Serve) -> None:
    server = serve("http")
    with open_gateway(server.base_url, token=token) as gateway, pytest.raises(NotSentError) as raised:
        gateway.send(message())
    assert str(raised.value) == (
        "test: POST send: the header Authorization has characters that HTTP does not allow; check the credentials"
    )
    assert server.connections == 0


def test_a_body_that_json_cannot_say_is_not_sent(serve: Serve) -> None:
    server = serve("http")
    unsayable = Request("POST", "send", json={"price": float("nan")}, effect=Effect.SENDS)
    transport = open_transport(Settings(base_url=server.base_url))
    with closing(transport), pytest.raises(NotSentError, match="cannot be written"):
        transport.ask(unsayable, {})
    assert server.connections == 0


def test_nothing_is_sent_by_a_closed_gateway(serve: Serve) -> None:
    server = serve("http")
    gateway = open_gateway(server.base_url)
    gateway.send(message())
    gateway.close()
    with pytest.raises(NotSentError, match="the Gateway is closed"):
        gateway.send(message())
    assert server.connections == 1


@pytest.mark.parametrize("name", ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_the_environment_changes_nothing(
    name: str, serve: Serve, ca_bundle: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:1" if name.endswith("PROXY") else "/nowhere.pem")
    with open_gateway(serve("https").base_url, ca_bundle=ca_bundle) as gateway:
        assert gateway.send(message()).message_id == "id-r1"


def test_a_netrc_file_does_not_replace_the_credentials(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    heads: list[bytes] = []
    server = serve("http")
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    server.heard = heads.append
    with open_gateway(server.base_url) as gateway:
        gateway.send(message())
    assert b"\r\nAuthorization: Bearer canary-token\r\n" in heads[0]


def test_an_id_cannot_leave_its_step_of_the_path(serve: Serve) -> None:
    heads: list[bytes] = []
    server = serve("http")
    server.heard = heads.append
    with open_gateway(server.base_url) as gateway:
        gateway.status("../../admin?x=1#y")
    assert heads[0].startswith(b"GET /api/messages/..%2F..%2Fadmin%3Fx%3D1%23y HTTP/1.1\r\n")


def test_a_proxy_gets_its_own_password_only_and_the_vendor_never_does(serve: Serve, ca_bundle: str) -> None:
    heads: list[bytes] = []
    server = serve("connect")
    server.heard = heads.append
    proxy = f"http://user:secret@127.0.0.1:{server.port}"
    with open_gateway(server.base_url, ca_bundle=ca_bundle, proxy=proxy) as gateway:
        gateway.send(message())
    connect, request = heads
    assert b"Proxy-Authorization: Basic " in connect
    assert b"canary-token" not in connect
    assert b"Proxy-Authorization" not in request


def test_a_refusal_by_the_proxy_is_named_with_its_status(serve: Serve) -> None:
    server = serve("connect")
    server.script = Script(tunnel=lambda peer, _: peer.write(http(b"", status=b"407 Proxy Authentication Required")))
    error = _error(server.base_url, proxy=server.proxy)
    assert str(error) == "test: POST send: the proxy refused the connection with 407; check proxy"


def test_plain_http_goes_through_a_proxy_by_its_whole_url(serve: Serve) -> None:
    heads: list[bytes] = []
    server = serve("http")
    server.heard = heads.append
    proxy = f"http://user:secret@127.0.0.1:{server.port}"
    with open_gateway("http://vendor.test/api", proxy=proxy) as gateway:
        assert gateway.send(message()).message_id == "id-r1"
    assert heads[0].startswith(b"POST http://vendor.test/api/send HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic " in heads[0]


@contextmanager
def _tls_in_front(port: int, context: ssl.SSLContext) -> Iterator[int]:
    """Take connections by TLS, and pass on what is in it."""

    def pump(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_RDWR)

    def serve_one() -> None:
        accepted, target = listener.accept()[0], ("127.0.0.1", port)
        with context.wrap_socket(accepted, server_side=True) as near, socket.create_connection(target) as far:
            back = threading.Thread(target=pump, args=[far, near])
            back.start()
            pump(near, far)
            back.join()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve_one)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(10.0)
        assert not thread.is_alive()


@pytest.mark.parametrize("kind", ["http", "connect"])
def test_a_proxy_may_be_reached_by_tls(kind: str, serve: Serve, context: ssl.SSLContext, ca_bundle: str) -> None:
    heads: list[bytes] = []
    server = serve(kind)
    server.heard = heads.append
    with _tls_in_front(server.port, context) as port:
        proxy = f"https://user:secret@localhost:{port}"
        with open_gateway(server.base_url, ca_bundle=ca_bundle, proxy=proxy) as gateway:
            assert gateway.send(message()).message_id == "id-r1"
    assert b"Proxy-Authorization: Basic " in heads[0]
    assert (b"canary-token" in heads[0]) == (kind == "http")
