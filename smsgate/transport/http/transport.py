"""One account's requests, each asked once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NoReturn, Protocol

import requests

from smsgate._version import __version__
from smsgate.adapter.request import Answer, Request
from smsgate.adapter.settings import Settings
from smsgate.model.errors import ConfigError, NotSentError, ProviderError
from smsgate.transport.http.session import AccountSession
from smsgate.transport.http.verdict import unwritable, verdict
from smsgate.transport.http.watch import AnswerTooLargeError, Watch

__all__ = ["HttpTransport", "Transport"]

_CHUNK = 16 * 1024
"""Bytes that are inflated at a time."""
_HEADER = re.compile(r"(?!\s)[\t\x20-\x7e\x80-\xff]*(?<!\s)")
"""A header's value (RFC 9110, 5.5); http.client writes it as Latin-1."""


class Transport(Protocol):
    """Asks vendors. A Client has one; threads share it."""

    def ask(self, request: Request, headers: Mapping[str, str]) -> Answer:
        """Return the whole answer, whatever its status; raise `ProviderError` if there is none.

        The request is asked once, within its `deadline`.
        """

    def close(self) -> None:
        """Let go of every connection."""


class HttpTransport:
    """One requests session for one account: no redirects, no .netrc, no cookies, no environment proxies, no retries.

    A forked child has connections of its own. Raises `ConfigError` if `ca_bundle` has no certificates.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._session = AccountSession(settings)
        self._proxies = {"http": settings.proxy, "https": settings.proxy} if settings.proxy else {}
        self._closed = False

    def ask(self, request: Request, headers: Mapping[str, str]) -> Answer:
        """Return the whole answer, whatever its status; raise `ProviderError` if there is none."""
        prepared = self._closed_error(request) if self._closed else self._prepared(request, headers)
        del headers  # they have credentials, and a traceback shows the values of its frames
        if isinstance(prepared, NotSentError):
            raise prepared
        watch = Watch(request, self._settings)
        # requests passes on any time-out of urllib3's kind, though its types do not say so.
        how: dict[str, Any] = {"timeout": watch, "proxies": self._proxies, "stream": True, "allow_redirects": False}
        failure: ProviderError
        response: requests.Response | None = None
        try:
            with self._session.get().send(prepared, **how) as response:
                # The body of a redirect is of no use and may be a bomb.
                body = b"" if response.is_redirect else _read(response, self._settings.max_answer_bytes)
            watch.check_step()
            received = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, received, body, asked=str(request))
        except ConfigError as error:  # of a forked child, whose session is opened by its first request
            failure = NotSentError(f"{request}: {error}")
        except Exception as error:  # noqa: BLE001 - what it proves does not depend on its kind
            failure = verdict(request, error, watch, self._settings)
        finally:
            if self._closed:  # meanwhile, and by another thread: what this request opened goes too
                self._session.close()
        del prepared, how, watch, response  # the error's traceback would keep them, and the connection open
        raise failure  # after its cause, so that it shows none of that

    def close(self) -> None:
        """Let go of every connection; what is asked afterwards is not sent."""
        self._closed = True
        self._session.close()

    def __reduce__(self) -> NoReturn:
        raise TypeError("a transport has secrets and connections and cannot be pickled")

    def _prepared(self, request: Request, headers: Mapping[str, str]) -> requests.PreparedRequest | NotSentError:
        """Write a request; not by the session, which would merge cookies and defaults that there are none of."""
        for name, value in (*request.headers.items(), *headers.items()):
            if not _HEADER.fullmatch(value):
                return NotSentError(
                    f"{request}: the header {name} has characters that HTTP does not allow; check the credentials"
                )
        prepared = requests.PreparedRequest()
        try:
            prepared.prepare(
                method=request.method,
                url=f"{self._settings.base_url}/{request.quoted_path}",
                params=dict(request.query),
                json=request.json,
                data=request.form,
                headers={"User-Agent": f"smsgate/{__version__}", **request.headers, **headers},
            )
        except Exception as error:  # noqa: BLE001 - whatever it is, it came before any connection
            return unwritable(request, error)
        return prepared

    def _closed_error(self, request: Request) -> NotSentError:
        return NotSentError(f"{request}: the Gateway is closed; open a new one")


def _read(response: requests.Response, limit: int) -> bytes:
    body = bytearray()
    while chunk := response.raw.read(_CHUNK, decode_content=True):
        body += chunk
        if len(body) > limit:
            raise AnswerTooLargeError
    return bytes(body)
