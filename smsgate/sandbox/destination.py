"""Where an application wants to be called, which is always on this machine."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from attrs import field, frozen

_PRINTABLE = re.compile(r"[!-~]+")


@frozen
class Destination:
    """A URL, which is used as it stands, and the style in which the vendor writes to it.

    ValueError for a URL that is none or leads elsewhere: nothing that is sent to the sandbox leaves the machine.
    """

    url: str = field(repr=False)  # it may have a secret in it
    style: str

    def __attrs_post_init__(self) -> None:
        """Refuse what is no http address on loopback, and tell no more of it than its host."""
        usable = _PRINTABLE.fullmatch(self.url) is not None
        try:
            parts = urlsplit(self.url)
            usable = usable and parts.port != 0 and parts.scheme in {"http", "https"} and not parts.fragment
        except ValueError:
            usable = False
        if not usable or not parts.hostname:
            raise ValueError("that is no address to call back; write it as http://127.0.0.1:5000/path")
        if not _is_loopback(parts.hostname):
            raise ValueError(f"the sandbox calls nobody but this machine, not {parts.hostname!r}; use 127.0.0.1")

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
