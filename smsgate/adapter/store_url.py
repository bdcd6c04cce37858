"""Settings that name a file, or the URL of a Redis or Valkey server that several hosts share."""

from __future__ import annotations

import re
from importlib.util import find_spec
from typing import NoReturn, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from attrs import Attribute, field, frozen

__all__ = ["StoreUrl", "fits_store", "is_url", "shown_store", "store_secrets"]

_SCHEMES = {"redis": "redis", "rediss": "rediss", "valkey": "redis", "valkeys": "rediss", "unix": "unix"}
"""What the URL begins with, and what the package redis calls it."""
_OPTIONS = {"db", "ssl_ca_certs", "ssl_certfile", "ssl_keyfile"}
_FORM = "must be a URL such as redis://host:6379/0 (rediss:// with TLS) or unix:///path/to/socket"


@frozen
class StoreUrl:
    """The URL of a Redis or Valkey server; its user name and password are in no repr and no error."""

    address: str = field(repr=False)
    """The URL as the package redis reads it."""
    shown: str
    """The URL without user name, password and options."""

    @classmethod
    def read(cls, text: str) -> Self:
        """Read ``redis://``, ``rediss://``, ``valkey://``, ``valkeys://`` or ``unix://``.

        Raises ValueError, without the text in it, for anything else; and where the package redis is not installed.
        """
        try:
            parts = urlsplit(text)
            options = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
            port = parts.port
        except ValueError:  # its text may have the password
            raise ValueError(_FORM) from None
        place = parts.path if parts.scheme == "unix" else parts.hostname
        if parts.scheme not in _SCHEMES or not place or port == 0 or parts.fragment:
            raise ValueError(_FORM)
        if parts.scheme != "unix" and not re.fullmatch(r"/?|/[0-9]{1,5}", parts.path):
            raise ValueError(f"{_FORM}; what follows the host is the number of a database")
        _check_options(options)
        if find_spec("redis") is None:
            raise ValueError("needs the package redis; try: pip install 'smsgate[redis]'")
        host = parts.netloc.rpartition("@")[2]
        address = _SCHEMES[parts.scheme] + text[text.index("://") :]
        return cls(address, f"{parts.scheme}://{host}{parts.path}")

    def __reduce__(self) -> NoReturn:
        raise TypeError("the URL of a store may have a password and cannot be pickled")


def _check_options(options: dict[str, str]) -> None:
    if unknown := options.keys() - _OPTIONS:
        known = ", ".join(sorted(_OPTIONS))
        more = "; write the password before the host: redis://:password@host" if "password" in unknown else ""
        raise ValueError(f"must have no other options in its URL than {known}{more}")
    if not re.fullmatch("[0-9]{1,5}", options.get("db", "0")):
        raise ValueError("must have the number of a database as db in its URL")


def is_url(place: str) -> bool:
    """Whether a setting means a server; anything else is a file's path."""
    return "://" in place


def fits_store(_: object, attribute: Attribute[str | None], value: str | None) -> None:
    """Refuse the URL of no Redis or Valkey server; the error does not quote it, as it may have a password."""
    if value is not None and is_url(value):
        try:
            StoreUrl.read(value)
        except ValueError as error:
            raise ValueError(f"{attribute.name} {error}") from None


def shown_store(place: str | None) -> str:
    """Return the repr of a path or URL without user name and password: ``field(repr=shown_store)``."""
    if place is None or not is_url(place):
        return repr(place)
    try:
        return repr(StoreUrl.read(place).shown)
    except ValueError:
        return "'***'"


def store_secrets(place: str | None) -> tuple[str, ...]:
    """Return the password of a URL, as it is written and as it is meant."""
    if place is None or not is_url(place):
        return ()
    try:
        password = urlsplit(place).password
    except ValueError:
        return (place,)
    return (password, unquote(password)) if password else ()
