"""What goes on the wire for a request, the same by either transport."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

import requests
from attrs import field, frozen

from smsgate._version import __version__
from smsgate.adapter.request import Request, given
from smsgate.adapter.settings import Settings
from smsgate.model.errors import NotSentError

__all__ = ["RequestWriter", "WrittenRequest", "closed"]

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A header's name (RFC 9110, 5.1)."""
_VALUE = re.compile(r"(?!\s)[\t\x20-\x7e\x80-\xff]*(?<!\s)")
"""A header's value (RFC 9110, 5.5); it is written as Latin-1."""
_WITHOUT_BODY = {"GET", "HEAD"}
"""Methods that say nothing of a length where they have no body."""


@frozen
class WrittenRequest:
    """A request as HTTP has it, but for the headers that are the connection's."""

    method: str
    origin: str
    """Scheme, host and port: "https://vendor.example"."""
    target: str = field(repr=False)
    """Path and query."""
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class RequestWriter:
    """Writes the requests of one account; not as a session would, which merges cookies and defaults."""

    def __init__(self, settings: Settings) -> None:
        self._base_urls = {"": settings.base_url, **settings.other_hosts}
        self._fixed: dict[tuple[str | None, str], tuple[str, str]] = {}
        """Origin and target of each host and path that has no ids: one for each kind of request."""

    def write(self, request: Request, headers: Mapping[str, str]) -> WrittenRequest | NotSentError:
        """Return a request in writing, or the error for one that cannot be written: before any connection."""
        headers = {"User-Agent": f"smsgate/{__version__}", **request.headers, **headers}
        for name, value in headers.items():
            if not _VALUE.fullmatch(value):
                return NotSentError(
                    f"{request}: the header {name} has characters that HTTP does not allow; check the credentials"
                )
        try:
            return self._written(request, headers)
        except Exception as error:  # noqa: BLE001 - whatever it is, nothing was sent
            return NotSentError(f"{request}: the request cannot be written ({type(error).__name__}); nothing was sent")

    def _written(self, request: Request, own: Mapping[str, str]) -> WrittenRequest:
        origin, target = self._address(request)
        method, (body, kind) = request.method.upper(), _body(request)
        headers = {name.lower(): (name, value) for name, value in own.items()}  # the last of two that differ in case
        if body or method not in _WITHOUT_BODY:
            headers["content-length"] = ("Content-Length", str(len(body)))
        if kind is not None:
            headers.setdefault("content-type", ("Content-Type", kind))
        if not all(map(_NAME.fullmatch, headers)):
            raise requests.exceptions.InvalidHeader
        return WrittenRequest(method, origin, target, dict(headers.values()), body)

    def _address(self, request: Request) -> tuple[str, str]:
        if request.ids or request.query:
            return self._split(request)
        place = request.host, request.path
        if place not in self._fixed:
            self._fixed[place] = self._split(request)
        return self._fixed[place]

    def _split(self, request: Request) -> tuple[str, str]:
        """Have requests quote what is not allowed in a URL."""
        prepared = requests.PreparedRequest()
        base_url = self._base_urls[request.host or ""].rstrip("/")
        prepared.prepare_url(f"{base_url}/{request.quoted_path}", dict(request.query))
        parts = urlsplit(prepared.url or "")
        return f"{parts.scheme}://{parts.netloc}", prepared.path_url


def closed(request: Request) -> NotSentError:
    """Return the error for a request of a transport that was closed."""
    return NotSentError(f"{request}: the Gateway is closed; open a new one")


def _body(request: Request) -> tuple[bytes, str | None]:
    if request.form:
        return urlencode(given(request.form), doseq=True).encode(), "application/x-www-form-urlencoded"
    if request.json is not None:
        return json.dumps(request.json, allow_nan=False).encode(), "application/json"
    return b"", None
