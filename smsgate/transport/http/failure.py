"""What requests and urllib3 raise: what happened on the connection, and whether there was one."""

from __future__ import annotations

import socket
import ssl

import requests
import urllib3

__all__ = ["never_connected", "root"]

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


def never_connected(failure: Exception) -> bool:
    """Return whether a failure is of a kind that cannot come after a connection is established.

    It counts where no connection of ours was used (a session that is not ours, a mock).
    """
    return isinstance(failure, _NEVER_CONNECTED) or isinstance(_innermost(failure), _NEVER_CONNECTED)


def root(failure: Exception) -> BaseException:
    """Return what happened first, as an exception of the standard library where there is one."""
    match first := _innermost(failure):
        case urllib3.exceptions.NameResolutionError():
            return socket.gaierror()
        case requests.Timeout():
            return TimeoutError()
    return first


def _innermost(failure: BaseException) -> BaseException:
    for _ in range(_WRAPPED):
        inner = failure.__cause__ or getattr(failure, "reason", None) or (failure.args[0] if failure.args else None)
        if not isinstance(inner, BaseException):
            break
        failure = inner
    return failure
