"""The settings that every adapter has beside its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import attrs
from attrs import Attribute, field, frozen
from attrs.validators import optional

from smsgate.adapter.price_list import PriceList
from smsgate.adapter.sender_table import SenderTable
from smsgate.adapter.store_url import fits_store, is_url, shown_store, store_secrets
from smsgate.model.rate import read_rate

__all__ = ["OneOf", "Settings", "check_seconds", "fits_header", "one_of", "without"]


SHORTEST_SECRET = 6
"""Characters; anything shorter is part of some word that an error needs."""


def _http_url(url: str, name: str = "base_url") -> str:
    try:
        parts = urlsplit(url)
        sound = parts.scheme in {"http", "https"} and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        sound = False
    if not sound:
        raise ValueError(f"{name} must be a URL such as https://host/path")
    if parts.query or parts.fragment or parts.username or parts.password:
        raise ValueError(f"{name} must have no query, fragment or credentials; write only https://host/path")
    return url.rstrip("/")


def _proxy_url(_: Settings, attribute: Attribute[str | None], value: str | None) -> None:
    try:
        parts = urlsplit(value or "http://none")
        sound = parts.scheme in {"http", "https"} and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:  # its text may have the proxy's password
        sound = False
    if not sound:
        raise ValueError(f"{attribute.name} must be the URL of a proxy, such as http://host:port")


def _file(_: Settings, attribute: Attribute[str | None], value: str | None) -> None:
    if value is not None and not Path(value).is_file():
        raise ValueError(f"{attribute.name} must be an existing file, got {value!r}")


def check_seconds(_: object, attribute: Attribute[float], value: float) -> None:
    """Refuse what is no sensible number of seconds."""
    if not 0 < value <= 3600:
        raise ValueError(f"{attribute.name} must be over 0 and at most 3600 seconds, got {value:g}")


def fits_header(_: object, attribute: Attribute[Any], value: str | None) -> None:
    """Refuse a text that does not fit an HTTP header; the error does not quote it, as it may be a secret."""
    if value is not None and (not value.strip() or not value.isascii() or not value.isprintable()):
        raise ValueError(f"{attribute.name} must be printable ASCII and not empty, to fit an HTTP header")


@frozen
class OneOf:
    """A check that refuses every other word, naming those that there are."""

    words: tuple[str, ...]

    def __call__(self, _: object, attribute: Attribute[str], value: str) -> None:
        """Raise ValueError for another word."""
        if value not in self.words:
            raise ValueError(f"{attribute.name} must be one of {', '.join(self.words)}, got {value!r}")


def one_of(*words: str) -> OneOf:
    """Return a check that refuses every other word."""
    return OneOf(words)


def _between(least: float, most: float) -> Callable[[Settings, Attribute[Any], float], None]:
    def check(_: Settings, attribute: Attribute[Any], value: float) -> None:
        if not least <= value <= most:
            raise ValueError(f"{attribute.name} must be {least:g} to {most:,}, got {value:g}")

    return check


def _rate(_: Settings, attribute: Attribute[str | None], value: str | None) -> None:
    try:
        read_rate(value)
    except ValueError as error:
        raise ValueError(f"{attribute.name} {error}") from None


def _folder(_: Settings, attribute: Attribute[str | None], value: str | None) -> None:
    if value is not None and not Path(value).absolute().parent.is_dir():
        raise ValueError(f"{attribute.name} must be in an existing folder, got {value!r}; create the folder")


def _pace_store(settings: Settings, attribute: Attribute[str | None], value: str | None) -> None:
    if value is not None and settings.pacing_file is not None:
        raise ValueError(f"{attribute.name} must not be beside pacing_file; remove one of them")
    if value is not None and is_url(value):
        fits_store(settings, attribute, value)
    else:
        _folder(settings, attribute, value)


@frozen(kw_only=True)
class Settings:
    """One account at one vendor. An adapter's settings inherit from this; secrets are ``field(repr=False)``."""

    base_url: str
    """Everything up to the paths that the vendor's guide prints."""
    connect_timeout: float = field(default=5.0, validator=check_seconds)
    """Seconds until a connection is established."""
    read_timeout: float = field(default=30.0, validator=check_seconds)
    """Seconds without a byte from the vendor."""
    deadline: float = field(default=60.0, validator=check_seconds)
    """Seconds for a whole request, repetitions included; looking up the host name not."""
    read_attempts: int = field(default=4, validator=_between(1, 10))
    """How often a request is asked until it is answered that reads, or has the same result each time."""
    reuse_within: float = field(default=0.025, validator=_between(0, 60))
    """Seconds that a connection may have been idle before a send; 0 for a new one each time.

    Keep it well under the vendor's idle time-out: a send that meets the closing connection has an unknown outcome.
    """
    max_answer_bytes: int = field(default=1024 * 1024, validator=_between(1024, 64 * 1024 * 1024))
    """The limit of an answer's body, inflated."""
    proxy: str | None = field(default=None, validator=_proxy_url, repr=False)
    """``http://host:port``; the environment's proxies are not used."""
    ca_bundle: str | None = field(default=None, validator=_file)
    """A file of certificates to trust instead of certifi's."""
    rate: str | None = field(default=None, validator=_rate)
    """How often the account may be asked, every call counted and evenly spread: "55/min", "1000/h", "unlimited"."""
    settling: float | None = field(default=None, validator=optional(_between(0, 86_400)))
    """Seconds after a submission from which "it is not there" counts when the vendor is asked about it again.

    None is the adapter's own: 15 minutes, PRESUMED. A vendor that shows a message later than this has it sent twice.
    """
    references: bool = True
    """Whether a message without a reference goes out with its submission's id as one, by which it is found again."""
    callbacks: bool | None = None
    """Whether the vendor is given an address for each message's reports, where it takes one; needs a `public_url`.

    None is the adapter's own: not where the vendor charges for reports.
    """
    pacing_file: str | None = field(default=None, validator=_folder)
    """An SQLite file by which all processes of a host share `rate`; without it each process has a rate of its own."""
    pace_store: str | None = field(default=None, validator=_pace_store, repr=shown_store)
    """Where `rate` is shared: such a file, or ``redis://host:6379/0``, which processes of several hosts share.

    The URL may have a user name and password, and begin with ``rediss``, ``valkey``, ``valkeys`` or ``unix`` too; it
    needs the extra ``redis``.
    """
    prices: PriceList | None = None
    """What messages cost at this account."""
    senders: SenderTable | None = None
    """What messages without a sender of their own go out under, where the vendor lets that be chosen."""

    def __attrs_post_init__(self) -> None:
        """Check the URLs here: an adapter's own default replaces the field, and whatever validator it has."""
        object.__setattr__(self, "base_url", _http_url(self.base_url))
        for name, url in self.other_hosts.items():
            _http_url(url, name)

    @property
    def other_hosts(self) -> Mapping[str, str]:
        """The URLs of the vendor's other hosts, by the names of their settings, for `Request.host`.

        Such a host gets the account's credentials: it comes from the settings, and never from an answer.
        """
        return {}

    @property
    def account_identity(self) -> Sequence[str]:
        """The settings by which the vendor's account is known for good, such as its id or the e-mail of its login.

        None of them may be a secret. Where one changes, smsgate takes it for another account, and does not ask that
        about the messages of the old one.
        """
        return ()

    @property
    def secrets(self) -> tuple[str, ...]:
        """The texts that no error may quote: whatever a repr does not show."""
        fields = attrs.fields(type(self))
        hidden = (getattr(self, one.name) for one in fields if not one.repr)
        passwords = (store_secrets(getattr(self, one.name)) for one in fields if one.repr is shown_store)
        return (*(value for value in hidden if isinstance(value, str)), *chain.from_iterable(passwords))

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "settings have secrets and cannot be pickled; build the Gateway from its config in each process"
        )


def without(text: str, secrets: Iterable[str]) -> str:
    """Return a text with each of the secrets struck out."""
    for secret in sorted(secrets, key=len, reverse=True):  # one may be part of another
        text = text.replace(secret, "***") if len(secret) >= SHORTEST_SECRET else text
    return text
