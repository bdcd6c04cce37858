"""The address at which vendors reach a webhook receiver."""

from __future__ import annotations

from ipaddress import ip_address
from typing import NoReturn
from urllib.parse import SplitResult, urlsplit

from smsgate.model.errors import ConfigError

__all__ = ["read_public_url"]


def read_public_url(url: str | None) -> str | None:
    """Return the URL without a slash at its end; raise `ConfigError` for one that no vendor should be given."""
    if url is None:
        return None
    if not url.isascii() or not url.isprintable() or " " in url:
        _refuse("must be printable ASCII without blanks (a host in Punycode, a path percent-encoded)")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:  # its text may have a part of a password with a slash
        _refuse("is not a URL, for its host or port; write https://HOST[:PORT][/PATH]")
    if parts.username is not None or parts.password is not None:
        _refuse("has a user or password, which not every vendor sends; leave them out")
    if "?" in url or "#" in url or "\\" in url:
        _refuse("has a query, a fragment or a backslash; smsgate appends the provider and the secret, so leave it out")
    labels = (parts.hostname or "").removesuffix(".").split(".")
    if not all(labels) or not (parts.scheme == "https" or _is_local(parts)):
        _refuse(f"must be https://HOST[/PATH], or http on loopback, got {parts.scheme or 'no scheme'!s}")
    return url.rstrip("/")


def _is_local(parts: SplitResult) -> bool:
    if parts.scheme != "http":
        return False
    try:
        return ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return parts.hostname == "localhost"


def _refuse(reason: str) -> NoReturn:
    """Raise without quoting the URL, which may have a password."""
    raise ConfigError(f"public_url {reason}")
