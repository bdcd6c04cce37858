"""What goes on the wire for a request, the same by either transport."""

from __future__ import annotations

import re
from collections.abc import Mapping

import requests

from smsgate._version import __version__
from smsgate.adapter.request import Request
from smsgate.adapter.settings import Settings
from smsgate.model.errors import NotSentError

__all__ = ["closed", "prepared"]

_HEADER = re.compile(r"(?!\s)[\t\x20-\x7e\x80-\xff]*(?<!\s)")
"""A header's value (RFC 9110, 5.5); it is written as Latin-1."""


def prepared(
    request: Request, headers: Mapping[str, str], settings: Settings
) -> requests.PreparedRequest | NotSentError:
    """Write a request; not by a session, which would merge cookies and defaults that there are none of."""
    for name, value in (*request.headers.items(), *headers.items()):
        if not _HEADER.fullmatch(value):
            return NotSentError(
                f"{request}: the header {name} has characters that HTTP does not allow; check the credentials"
            )
    written = requests.PreparedRequest()
    try:
        written.prepare(
            method=request.method,
            url=f"{settings.base_url}/{request.quoted_path}",
            params=dict(request.query),
            json=request.json,
            data=request.form,
            headers={"User-Agent": f"smsgate/{__version__}", **request.headers, **headers},
        )
    except Exception as error:  # noqa: BLE001 - whatever it is, it came before any connection
        return NotSentError(f"{request}: the request cannot be written ({type(error).__name__}); nothing was sent")
    return written


def closed(request: Request) -> NotSentError:
    """Return the error for a request of a transport that was closed."""
    return NotSentError(f"{request}: the Gateway is closed; open a new one")
