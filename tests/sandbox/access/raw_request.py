"""Requests with exactly the headers that they are given: no library adds a Host."""

from collections.abc import Iterable
from email.message import Message
from http.client import HTTPConnection
from urllib.parse import urlencode

from attrs import frozen

Headers = Iterable[tuple[str, str | bytes]]


@frozen
class RawAnswer:
    status: int
    headers: Message
    body: str


def asked(port: int, method: str, target: str, headers: Headers = (), body: bytes = b"") -> RawAnswer:
    """Ask at loopback for this target, which may be absolute."""
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        if body:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        answer = connection.getresponse()
        return RawAnswer(answer.status, answer.headers, answer.read().decode())
    finally:
        connection.close()


def submitted(port: int, path: str, headers: Headers, **fields: str) -> RawAnswer:
    """Submit a form, as a browser does, with a Host and these headers."""
    own = [("Host", f"127.0.0.1:{port}"), ("Content-Type", "application/x-www-form-urlencoded")]
    return asked(port, "POST", path, [*own, *headers], urlencode(fields).encode())
