"""The error that a failure becomes: what it proves, in plain words, with the fix.

A failure is named by its kind only. Its text may have the URL, headers or a proxy's password.
"""

from __future__ import annotations

import re
import socket
import ssl
from urllib.parse import urlsplit

from smsgate.adapter.request import Request
from smsgate.adapter.settings import Settings
from smsgate.model.errors import (
    MalformedAnswerError,
    NotSentError,
    ProviderError,
    UnknownOutcomeError,
    UnreachableError,
)
from smsgate.transport.http.watch import AnswerTooLargeError, Handed, OutOfStepError, TooLateError, Watch

__all__ = ["interrupted", "verdict"]


def verdict(request: Request, failure: BaseException, watch: Watch, settings: Settings) -> ProviderError:
    """Return the error for a request that got no whole answer; `failure` is what happened on its connection."""
    if isinstance(failure, TooLateError):
        return watch.deadline.too_late(request)
    if watch.handed is Handed.NOTHING:
        return UnreachableError(f"{request}: {_unreached(failure, settings, watch)}")
    detail = _unanswered(failure, settings, watch)
    if isinstance(failure, AnswerTooLargeError) and not request.effect.doubt:
        return MalformedAnswerError(f"{request}: {detail}")
    return _lost(request, detail)


def interrupted(request: Request, watch: Watch) -> ProviderError:
    """Return what is known of a request whose caller was interrupted while it waited: a cancelled task."""
    if watch.handed is Handed.NOTHING:
        return NotSentError(f"{request}: cancelled before the request was written; nothing was sent")
    return _lost(request, "cancelled before a whole answer came")


def _lost(request: Request, detail: str) -> ProviderError:
    if request.effect.doubt:
        return UnknownOutcomeError(f"{request}: {detail}; {request.effect.doubt}")
    return ProviderError(f"{request}: {detail}")


def _unreached(failure: BaseException, settings: Settings, watch: Watch) -> str:
    host = watch.request.host
    own, url = ("base_url", settings.base_url) if not host else (host, settings.other_hosts[host])
    name, place = (own, _place(url)) if settings.proxy is None else ("proxy", _place(settings.proxy))
    refused = re.match(r"Tunnel connection failed: (\d{3})\b", str(failure))
    match failure:
        case socket.gaierror():
            what = f"the host name of {place} cannot be found; check {name} and the network"
        case ConnectionRefusedError():
            what = f"nothing listens at {place}; check {name}"
        case ssl.SSLCertVerificationError():
            reason = getattr(failure, "verify_message", _kind(failure))
            what = f"the certificate is not trusted ({reason}); check ca_bundle and {own}"
        case ssl.SSLError():
            what = f"TLS could not be agreed on ({_kind(failure)}); check {own}"
        case TimeoutError():
            within = _connect_limit(settings, watch)
            what = f"no connection within {within} by {place}; check {name} and the network"
        case OSError() if refused:
            what = f"the proxy refused the connection with {refused[1]}; check proxy"
        case _:
            what = f"no connection by {place} ({_kind(failure)}); check {name} and the network"
    return what


def _connect_limit(settings: Settings, watch: Watch) -> str:
    """Name the limit that is met first while connecting."""
    answer, named = watch.deadline.needs(watch.request), watch.deadline.named(watch.allowed)
    if settings.connect_timeout <= watch.allowed - answer:
        return f"{settings.connect_timeout:g} s"
    return f"{watch.allowed - answer:.3g} s ({named}, {answer:.3g} s of it for the answer)" if answer else named


def _unanswered(failure: BaseException, settings: Settings, watch: Watch) -> str:
    match failure:
        case AnswerTooLargeError():
            return f"the answer is larger than {settings.max_answer_bytes:,} bytes; see max_answer_bytes"
        case OutOfStepError():
            return f"{failure}, so it may be the answer to an earlier request"
        case TimeoutError():
            silence = f"read_timeout {settings.read_timeout:g} s, " if settings.read_timeout < watch.allowed else ""
            return f"no whole answer in time ({silence}{watch.deadline.named(watch.allowed)})"
        case ConnectionError():
            return f"the connection broke before a whole answer came ({_kind(failure)})"
    return f"no answer that can be read ({_kind(failure)})"


def _kind(failure: BaseException) -> str:
    return type(failure).__name__


def _place(url: str) -> str:
    """Write host and port of a URL, and nothing else of it."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or {'http': 80}.get(parts.scheme, 443)}"
