"""The URL that an application gave a vendor; it is always on this machine."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from attrs import field, frozen

_PRINTABLE = re.compile(r"[!-~]+")


@frozen
class Destination:
    """A URL, which is used unchanged, and the style in which the vendor writes to it.

    ValueError for an invalid URL or one of another machine: nothing that is sent to the sandbox leaves this one.
    """

    url: str = field(repr=False)  # it may have a secret in it
    style: str

    def __attrs_post_init__(self) -> None:
        """Refuse what is no http URL on loopback; the error contains no more of it than its host."""
        usable = _PRINTABLE.fullmatch(self.url) is not None
        try:
            parts = urlsplit(self.url)
            usable = usable and parts.port != 0 and parts.scheme in {"http", "https"} and not parts.fragment
        except ValueError:
            usable = False
        if not usable or not parts.hostname:
            raise ValueError("the callback URL is invalid; write it as http://127.0.0.1:5000/path")
        if not _is_loopback(parts.hostname):
            raise ValueError(f"the callback URL must be on this machine, got host {parts.hostname!r}; use 127.0.0.1")

    def with_query(self, query: str) -> str:
        """Return the URL with parameters added to those that it has."""
        if not query:
            return self.url
        return f"{self.url}{'&' if '?' in self.url else '?'}{query}"


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
