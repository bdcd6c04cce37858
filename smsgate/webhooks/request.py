"""An HTTP request before it is known who made it, and the address that a vendor was given."""

from __future__ import annotations

import string
from typing import NoReturn
from urllib.parse import quote, quote_from_bytes, unquote, unquote_plus

from attrs import field, frozen

from smsgate.adapter.header_lines import HeaderLines, header_lines, joined

__all__ = ["Address", "WebhookRequest"]

SECRET = "secret"  # noqa: S105 - the name of the parameter
READABLE = string.punctuation + " "
"""What may be in a query as it is, beside letters and digits; a percent sign too, for it is encoded already."""


@frozen(repr=False)
class Address:
    """What the end of a path may mean; nothing is checked, so that the secret may be in any part of it."""

    provider: str
    secret: str
    submission: str | None
    """The step after the secret (or after the provider, where the secret is in the query)."""
    path: str
    """The part of the path that this is, as it was called: behind the mount, with a slash before it."""


@frozen(kw_only=True)
class WebhookRequest:
    """A request to ``<mount>/<provider>/<secret>`` or ``<mount>/<provider>?secret=<secret>``, but for its body.

    The id of a submission may be the last step of its path.
    """

    method: str
    path: str = field(repr=False)
    """Unquoted; the path of the mounted receiver may come before it."""
    raw_path: str = field(default="", repr=False)
    """The path, or the URL without its query, as it was called; empty where the server does not say it."""
    query: str = field(default="", repr=False)
    """The query after the question mark, as it was sent: a character for each byte."""
    headers: HeaderLines = field(factory=tuple, repr=False, converter=header_lines)
    """Given as a mapping or as pairs; kept in their order, with names in lower case."""
    peer: str = ""
    """The address at the other end of the connection: the caller's, or our own proxy's."""

    def header(self, name: str) -> str:
        """Return a header's value, lines of one name joined by commas; empty if it is not there."""
        return joined(self.headers, name)

    def addresses(self) -> tuple[Address, Address]:
        """Return what the path may be: an address of a provider, or one of a submission.

        A secret in the query goes before one in the path; two of them are none.
        """
        secrets = [part for part in self.query.split("&") if _name(part) == SECRET]
        if not secrets:
            provider, secret, last = self._last(3)
            return Address(secret, last, None, self._called(2)), Address(provider, secret, last, self._called(3))
        secret = unquote_plus(secrets[0].partition("=")[2]) if len(secrets) == 1 else ""
        provider, last = self._last(2)
        return Address(last, secret, None, self._called(1)), Address(provider, secret, last, self._called(2))

    def query_without_secret(self) -> str:
        """Return what an adapter reads."""
        return _encoded("&".join(part for part in self.query.split("&") if _name(part) != SECRET))

    def called(self, address: Address) -> str:
        """Return what follows the receiver's mount in the URL as it was called, the query with its secret included."""
        query = self.query.encode("latin-1", "replace").decode(errors="replace")
        return f"{address.path}?{query}" if query else address.path

    def _last(self, number: int) -> list[str]:
        return ["", "", "", *self.path.removesuffix("/").split("/")][-number:]

    def _called(self, number: int) -> str:
        """Return the last steps of the path as they were called; quoted here, where the server does not say how."""
        steps = self._last(number)
        raw = self.raw_path.partition("?")[0].removesuffix("/").split("/")[-number:]
        quoted = raw if [unquote(step) for step in raw] == steps else [quote(step, errors="replace") for step in steps]
        return "/".join(["", *quoted, ""] if self.path.endswith("/") else ["", *quoted])

    def __reduce__(self) -> NoReturn:
        raise TypeError("a WebhookRequest has the secret and cannot be pickled; receive it in its own process")


def _name(part: str) -> str:
    return unquote_plus(part.partition("=")[0]).strip()


def _encoded(query: str) -> str:
    """Encode the bytes that a client should have encoded, so that they are read as UTF-8 or refused as none."""
    return quote_from_bytes(query.encode("latin-1", "replace"), safe=READABLE)
