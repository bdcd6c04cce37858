"""The only file with a socket: asks a request, returns its answer, and says what a failure proves.

After a failure one question counts: can a text be out? `nothing_left` is the one place that answers it; where it cannot
prove that nothing was sent, the outcome is unknown.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from http.cookiejar import DefaultCookiePolicy
from typing import Protocol

import requests
import urllib3
from requests.adapters import HTTPAdapter

from smsgate._version import __version__
from smsgate.errors import ProviderError, UnknownOutcomeError, UnreachableError
from smsgate.exchange import Answer, Effect, Request
from smsgate.settings import Settings

__all__ = ["HttpTransport", "Transport"]

MAX_ANSWER = 1024 * 1024
"""Bytes of a decoded answer."""
_CHUNK = 16 * 1024


class Transport(Protocol):
    """Asks vendors. A Provider has one; threads share it."""

    def ask(self, request: Request, headers: Mapping[str, str]) -> Answer:
        """Return the whole answer, whatever its status; raise `ProviderError` if there is none."""

    def close(self) -> None:
        """Let go of every connection."""


class HttpTransport:
    """One requests session for one account: no redirects, no .netrc, no cookies, no environment proxies."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = settings.ca_bundle or True
        self._session.proxies = {"http": settings.proxy, "https": settings.proxy} if settings.proxy else {}
        self._session.headers.clear()
        self._session.headers["User-Agent"] = f"smsgate/{__version__}"
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=0))

    def ask(self, request: Request, headers: Mapping[str, str]) -> Answer:
        """Return the whole answer, whatever its status; raise `ProviderError` if there is none."""
        deadline = time.monotonic() + self._settings.deadline
        try:
            with self._start(request, headers) as response:
                if response.is_redirect:  # its body is of no use and may be a bomb
                    return _answer(request, response, b"")
                return _answer(request, response, _read(response, deadline))
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            failure = error
        raise _verdict(request, failure) from None

    def close(self) -> None:
        """Let go of every connection."""
        self._session.close()

    def _start(self, request: Request, headers: Mapping[str, str]) -> requests.Response:
        return self._session.request(
            request.method,
            f"{self._settings.base_url}/{request.quoted_path}",
            params=dict(request.query),
            json=request.json,
            data=request.form,
            headers={**request.headers, **headers},
            timeout=(self._settings.connect_timeout, self._settings.read_timeout),
            allow_redirects=False,
            stream=True,
        )


def nothing_left(error: Exception) -> bool:
    """Whether a failure proves by itself that no byte of the request was handed to a connection."""
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.InvalidURL):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, urllib3.exceptions.NewConnectionError)


class _OverLimitError(ValueError):
    """An answer larger or slower than allowed."""


def _read(response: requests.Response, deadline: float) -> bytes:
    body = bytearray()
    for chunk in _chunks(response):
        body += chunk
        if len(body) > MAX_ANSWER:
            raise _OverLimitError(f"the answer is larger than {MAX_ANSWER:,} bytes")
        if time.monotonic() > deadline:
            raise _OverLimitError("the answer took longer than the deadline")
    return bytes(body)


def _chunks(response: requests.Response) -> Iterator[bytes]:
    while chunk := response.raw.read(_CHUNK, decode_content=True):
        yield chunk


def _answer(request: Request, response: requests.Response, body: bytes) -> Answer:
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status_code, headers, body, asked=str(request))


def _verdict(request: Request, failure: Exception) -> ProviderError:
    """Name the failure by its kind only: its text may hold the URL, headers or a proxy's password."""
    kind = type(failure).__name__
    if nothing_left(failure):
        return UnreachableError(f"no connection for {request} ({kind}); check base_url and the network")
    detail = str(failure) if isinstance(failure, _OverLimitError) else f"no answer ({kind})"
    if request.effect is Effect.SENDS:
        return UnknownOutcomeError(f"{request}: {detail}; a text may be out, look before you send again")
    return ProviderError(f"{request}: {detail}")
