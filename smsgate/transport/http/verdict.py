"""The error that a failure becomes: what it proves, in plain words, with the fix.

A failure is named by its kind only. Its text may have the URL, headers or a proxy's password.
"""

from __future__ import annotations

import re
import socket
import ssl
from urllib.parse import urlsplit

import requests
import urllib3

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

__all__ = ["nothing_left", "unwritable", "verdict"]

_NEVER_CONNECTED = (
    requests.ConnectTimeout,
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    urllib3.exceptions.NewConnectionError,  # NameResolutionError is one, too
    ConnectionRefusedError,
    socket.gaierror,
    ssl.SSLCertVerificationError,
)
_WRAPPED = 6
"""How deep requests and urllib3 wrap what happened; one more than was ever seen."""


def verdict(request: Request, failure: Exception, watch: Watch, settings: Settings) -> ProviderError:
    """Return the error for a request that got no whole answer."""
    root = _root(failure)
    if isinstance(root, TooLateError):
        return watch.deadline.too_late(request)
    if nothing_left(failure, watch.handed):
        return UnreachableError(f"{request}: {_unreached(root, settings, watch)}")
    detail = _unanswered(root, settings, watch)
    if request.effect.doubt:
        return UnknownOutcomeError(f"{request}: {detail}; {request.effect.doubt}")
    if isinstance(root, AnswerTooLargeError):
        return MalformedAnswerError(f"{request}: {detail}")
    return ProviderError(f"{request}: {detail}")


def nothing_left(failure: Exception, handed: Handed) -> bool:
    """Return whether no byte of the request was handed to a connection: by the connection's own word, if it has one.

    Without one (a session that is not ours, a mock) only kinds of failure count that cannot come later.
    """
    if handed is Handed.UNWATCHED:
        return isinstance(failure, _NEVER_CONNECTED) or isinstance(_root(failure), _NEVER_CONNECTED)
    return handed is Handed.NOTHING


def unwritable(request: Request, failure: Exception) -> NotSentError:
    """Return the error for a request that cannot be put into bytes."""
    return NotSentError(f"{request}: the request cannot be written ({type(failure).__name__}); nothing was sent")


def _root(failure: BaseException) -> BaseException:
    """Return what happened first, from under the exceptions that requests and urllib3 put around it."""
    for _ in range(_WRAPPED):
        inner = failure.__cause__ or getattr(failure, "reason", None) or (failure.args[0] if failure.args else None)
        if not isinstance(inner, BaseException):
            break
        failure = inner
    return failure


def _unreached(failure: BaseException, settings: Settings, watch: Watch) -> str:
    name = "base_url" if settings.proxy is None else "proxy"
    place = _place(settings.proxy or settings.base_url)
    refused = re.match(r"Tunnel connection failed: (\d{3})\b", str(failure))
    match failure:
        case socket.gaierror() | urllib3.exceptions.NameResolutionError():
            what = f"the host name of {place} cannot be found; check {name} and the network"
        case ConnectionRefusedError():
            what = f"nothing listens at {place}; check {name}"
        case ssl.SSLCertVerificationError():
            reason = getattr(failure, "verify_message", _kind(failure))
            what = f"the certificate is not trusted ({reason}); check ca_bundle and base_url"
        case ssl.SSLError():
            what = f"TLS could not be agreed on ({_kind(failure)}); check base_url"
        case TimeoutError() | requests.ConnectTimeout():
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
        case TimeoutError() | requests.Timeout():
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
