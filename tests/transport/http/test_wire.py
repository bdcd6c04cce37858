"""What a request looks like on the wire, byte for byte: the same by either transport."""

from __future__ import annotations

from contextlib import closing

import pytest

from smsgate import Effect, Request
from smsgate._version import __version__
from tests.transport.http.fault_server import Peer, Script, Serve, Truth, http
from tests.transport.http.vendor import VendorSettings, open_transport

AGENT = f"User-Agent: smsgate/{__version__}\r\n"
OURS = f"Accept-Encoding: identity\r\n{AGENT}"
JSON = "Content-Length: {}\r\nContent-Type: application/json\r\n"
FORM = "Content-Length: {}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
WRITTEN = {
    "json": (
        Request("POST", "send", json={"text": "Olá 👍", "n": 1.5}, effect=Effect.SENDS),
        "POST /api/send",
        OURS + JSON.format(43),
        b'{"text": "Ol\\u00e1 \\ud83d\\udc4d", "n": 1.5}',
    ),
    "form": (
        Request("POST", "send", form={"text": "Olá & more", "to": "+27"}, effect=Effect.SENDS),
        "POST /api/send",
        OURS + FORM.format(31),
        b"text=Ol%C3%A1+%26+more&to=%2B27",
    ),
    "a form with a field twice": (
        Request("POST", "send", form={"to": "+27", "media": ["a", "b c"]}, effect=Effect.SENDS),
        "POST /api/send",
        OURS + FORM.format(26),
        b"to=%2B27&media=a&media=b+c",
    ),
    "query": (
        Request("GET", "messages", query={"from": "a b", "ids": ["1", "ü"], "page": 2}),
        "GET /api/messages?from=a+b&ids=1&ids=%C3%BC&page=2",
        OURS,
        b"",
    ),
    "no body": (Request("POST", "send", effect=Effect.SENDS), "POST /api/send", f"{OURS}Content-Length: 0\r\n", b""),
    "id": (
        Request("DELETE", "groups/{id}", ids={"id": "a/b c%"}),
        "DELETE /api/groups/a%2Fb%20c%25",
        f"{OURS}Content-Length: 0\r\n",
        b"",
    ),
    "own headers": (
        Request("GET", "x", headers={"accept-encoding": "gzip", "X-One": "café"}),
        "GET /api/x",
        f"{AGENT}accept-encoding: gzip\r\nX-One: café\r\n",
        b"",
    ),
}


@pytest.mark.parametrize(("request_", "target", "headers", "body"), WRITTEN.values(), ids=WRITTEN)
def test_a_request_is_the_same_byte_for_byte(
    request_: Request, target: str, headers: str, body: bytes, serve: Serve
) -> None:
    heard: list[bytes] = []

    def listen(peer: Peer, truth: Truth) -> None:
        heard.extend(peer.read_request(truth))
        peer.write(http(b"{}"))
        peer.fin()

    server = serve("http")
    server.script = Script(request=listen)
    with closing(open_transport(VendorSettings(base_url=server.base_url))) as transport:
        transport.ask(request_, {"Authorization": "Bearer x"})
    own, length, kind = headers.partition("Content-Length")
    lines = f"{target} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n{own}Authorization: Bearer x\r\n{length}{kind}\r\n"
    assert heard == [lines.encode("latin-1"), body]
