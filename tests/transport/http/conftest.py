from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from tests.transport.http.fault_server import ClosingSocket, FaultServer, Serve
from tests.transport.http.vendor import TRANSPORT, TRANSPORTS


@pytest.fixture(autouse=True, params=TRANSPORTS)
def transport(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Test both; a module or a test of one alone gives its name to this fixture, and says why."""
    name = str(request.param)
    monkeypatch.setenv(TRANSPORT, name)
    return name


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="session")
def context(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.sslsocket_class = ClosingSocket
    authority.issue_cert("localhost").configure_cert(context)
    return context


@pytest.fixture(scope="session")
def ca_bundle(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> str:
    path: Path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


@pytest.fixture
def serve(context: ssl.SSLContext) -> Iterator[Serve]:
    servers: list[FaultServer] = []

    def start(kind: str, own_context: ssl.SSLContext | None = None) -> FaultServer:
        servers.append(FaultServer(kind, None if kind == "http" else own_context or context))
        return servers[-1]

    yield start
    for server in servers:
        server.close()
