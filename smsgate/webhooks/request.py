"""An HTTP request before it is known who made it, and the address that a vendor was given."""

from __future__ import annotations

import string
from collections.abc import Mapping
from typing import NoReturn
from urllib.parse import quote_from_bytes, unquote_plus

from attrs import field, frozen

__all__ = ["WebhookRequest"]

SECRET = "secret"  # noqa: S105 - the name of the parameter
READABLE = string.punctuation + " "
"""What may be in a query as it is, beside letters and digits; a percent sign too, for it is encoded already."""


def _lower(headers: Mapping[str, str]) -> Mapping[str, str]:
    return {name.lower(): value for name, value in headers.items()}


@frozen(kw_only=True)
class WebhookRequest:
    """A request to ``<mount>/<provider>/<secret>`` or ``<mount>/<provider>?secret=<secret>``, but for its body."""

    method: str
    path: str = field(repr=False)
    """Unquoted; the path of the mounted receiver may come before it."""
    query: str = field(default="", repr=False)
    """The query after the question mark, as it was sent: a character for each byte."""
    headers: Mapping[str, str] = field(factory=dict, repr=False, converter=_lower)
    peer: str = ""
    """The address at the other end of the connection: the caller's, or our own proxy's."""

    def address(self) -> tuple[str, str, str]:
        """Return the provider's name, the secret, and the query without it; both are empty where they are not there.

        A secret in the query goes before one in the path; two of them are none.
        """
        steps = self.path.removesuffix("/").split("/")
        parts = self.query.split("&")
        secrets = [part for part in parts if _name(part) == SECRET]
        if not secrets:
            provider, secret = ["", *steps][-2:]
            return provider, secret, _encoded(self.query)
        rest = "&".join(part for part in parts if _name(part) != SECRET)
        secret = unquote_plus(secrets[0].partition("=")[2]) if len(secrets) == 1 else ""
        return steps[-1], secret, _encoded(rest)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a WebhookRequest has the secret and cannot be pickled; receive it in its own process")


def _name(part: str) -> str:
    return unquote_plus(part.partition("=")[0]).strip()


def _encoded(query: str) -> str:
    """Encode the bytes that a client should have encoded, so that they are read as UTF-8 or refused as none."""
    return quote_from_bytes(query.encode("latin-1", "replace"), safe=READABLE)
