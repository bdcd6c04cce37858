"""What one account's connections need, opened once in each process."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from http.cookiejar import DefaultCookiePolicy
from threading import Lock
from typing import Generic, TypeVar

import certifi
import requests
from urllib3.util import create_urllib3_context

from smsgate.adapter.settings import Settings
from smsgate.model.errors import ConfigError
from smsgate.runtime.fork import notice_forks
from smsgate.transport.http.pool import WatchedAdapter

__all__ = ["AccountSession", "open_session", "tls_context"]

S = TypeVar("S")


class AccountSession(Generic[S]):
    """Gives the session of this process; a forked child opens its own, with its own TLS context.

    Raises `ConfigError` if `ca_bundle` has no certificates.
    """

    def __init__(self, settings: Settings, opened: Callable[[Settings], S]) -> None:
        self._settings = settings
        self._opened = opened
        self._opening = Lock()
        self._session: S | None = opened(settings)
        self._inherited: list[S] = []
        notice_forks(self)

    def get(self) -> S:
        """Return the session, opened anew in a forked child."""
        session = self._session
        if session is None:
            with self._opening:
                session = self._session = self._session or self._opened(self._settings)
        return session

    @property
    def current(self) -> S | None:
        """The session of this process; None before a forked child opens its own."""
        return self._session

    def after_fork_in_child(self) -> None:
        """Leave the parent's session unused: its connections close their descriptors without a word to the vendor.

        It is kept, not freed: a thread of the parent may have had one of OpenSSL's locks, which are never free here.
        """
        self._opening = Lock()
        if self._session is not None:
            self._inherited.append(self._session)
            self._session = None


def tls_context(settings: Settings) -> ssl.SSLContext | None:
    """Return how an account's connections are secured; raise `ConfigError` for a file without certificates."""
    urls = (settings.base_url, settings.proxy, *settings.other_hosts.values())
    if not any(url and url.startswith("https:") for url in urls):
        return None
    context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_verify_locations(settings.ca_bundle or certifi.where())
    except OSError as error:
        raise ConfigError(
            f"ca_bundle must be a file of certificates, got {settings.ca_bundle!r} ({type(error).__name__})"
        ) from None
    return context


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """Follow nothing: requests prepares the next request even where it is not to follow it."""


def open_session(settings: Settings) -> requests.Session:
    """Open the session for an account's requests, with connections that are watched."""
    adapter = WatchedAdapter(tls_context(settings))
    session = _Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.adapters.clear()
    for scheme in ("https://", "http://"):
        session.mount(scheme, adapter)
    return session
