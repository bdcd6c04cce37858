"""One account's requests, each asked once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn, Protocol

import requests
import urllib3
from requests.structures import CaseInsensitiveDict

from smsgate.adapter.request import Answer, Request
from smsgate.adapter.settings import Settings
from smsgate.model.errors import ConfigError, NotSentError, ProviderError
from smsgate.transport.http.answer import read_body
from smsgate.transport.http.failure import never_connected, root
from smsgate.transport.http.session import AccountSession, open_session
from smsgate.transport.http.verdict import verdict
from smsgate.transport.http.watch import Handed, Watch
from smsgate.transport.http.writing import RequestWriter, WrittenRequest, closed

__all__ = ["HttpTransport", "Transport"]


class Transport(Protocol):
    """Asks vendors. A Client has one; threads share it."""

    def ask(self, request: Request, headers: Mapping[str, str]) -> Answer:
        """Return the whole answer, whatever its status; raise `ProviderError` if there is none.

        The request is asked once, within its `deadline`.
        """

    def close(self) -> None:
        """Let go of every connection."""


class _PassedWatch(Watch, urllib3.Timeout):
    """A watch in the place where requests passes a time-out."""


class HttpTransport:
    """One requests session for one account: no redirects, no .netrc, no cookies, no environment proxies, no retries.

    A forked child has connections of its own. Raises `ConfigError` if `ca_bundle` has no certificates.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._writer = RequestWriter(settings)
        self._session = AccountSession(settings, open_session)
        self._proxies = {"http": settings.proxy, "https": settings.proxy} if settings.proxy else {}
        self._closed = False

    def ask(self, request: Request, headers: Mapping[str, str]) -> Answer:
        """Return the whole answer, whatever its status; raise `ProviderError` if there is none."""
        written = closed(request) if self._closed else self._writer.write(request, headers)
        del headers  # they have credentials, and a traceback shows the values of its frames
        if isinstance(written, NotSentError):
            raise written
        watch = _PassedWatch(request, self._settings)
        # requests passes on any time-out of urllib3's kind, though its types do not say so.
        how: dict[str, Any] = {"timeout": watch, "proxies": self._proxies, "stream": True, "allow_redirects": False}
        failure: ProviderError
        response: requests.Response | None = None
        try:
            with self._session.get().send(_prepared(written), **how) as response:
                # The body of a redirect is of no use and may be a bomb.
                body = b"" if response.is_redirect else read_body(response.raw, self._settings.max_answer_bytes)
            watch.check_step()
            received = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, received, body, asked=str(request))
        except ConfigError as error:  # of a forked child, whose session is opened by its first request
            failure = NotSentError(f"{request}: {error}")
        except Exception as error:  # noqa: BLE001 - what it proves does not depend on its kind
            if watch.handed is Handed.UNWATCHED and never_connected(error):
                watch.handed = Handed.NOTHING
            failure = verdict(request, root(error), watch, self._settings)
        finally:
            if self._closed:  # meanwhile, and by another thread: what this request opened goes too
                self.close()
        del written, how, watch, response  # the error's traceback would keep them, and the connection open
        raise failure  # after its cause, so that it shows none of that

    def close(self) -> None:
        """Let go of every connection; what is asked afterwards is not sent."""
        self._closed = True
        if self._session.current is not None:
            self._session.current.close()

    def __reduce__(self) -> NoReturn:
        raise TypeError("a transport has secrets and connections and cannot be pickled")


def _prepared(written: WrittenRequest) -> requests.PreparedRequest:
    prepared = requests.PreparedRequest()
    prepared.method, prepared.url, prepared.body = written.method, written.origin + written.target, written.body or None
    prepared.headers = CaseInsensitiveDict(written.headers)
    return prepared
