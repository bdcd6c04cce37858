"""The URL that an application gave a vendor; it is on this machine, or at a host that the developer has named."""

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from attrs import field, frozen

from smsgate.sandbox.access.loopback import is_loopback

_PRINTABLE = re.compile(r"[!-~]+")


@frozen
class Destination:
    """A URL, which is used unchanged, and the style in which the vendor writes to it.

    ValueError for an invalid URL, and for one beyond loopback and `hosts`: nothing that is sent to the sandbox goes to
    a host that was not named.
    """

    url: str = field(repr=False)  # it may have a secret in it
    style: str
    hosts: Collection[str] = ()

    def __attrs_post_init__(self) -> None:
        """Refuse what is no http URL there; the error contains no more of it than its host."""
        usable = _PRINTABLE.fullmatch(self.url) is not None
        try:
            parts = urlsplit(self.url)
            usable = usable and parts.port != 0 and parts.scheme in {"http", "https"} and not parts.fragment
        except ValueError:
            usable = False
        if not usable or not parts.hostname:
            raise ValueError("the callback URL is invalid; write it as http://127.0.0.1:5000/path")
        if not is_loopback(parts.hostname) and parts.hostname not in self.hosts:
            fix = "use 127.0.0.1, or allow the host with --allow-host or Sandbox(hosts=[..])"
            raise ValueError(f"the callback URL must be on this machine, got host {parts.hostname!r}; {fix}")

    def with_query(self, query: str) -> str:
        """Return the URL with parameters added to those that it has."""
        if not query:
            return self.url
        return f"{self.url}{'&' if '?' in self.url else '?'}{query}"
