"""Whose calls a webhook receiver takes: the ``[webhooks]`` table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import NoReturn

from attrs import Attribute, field, frozen

from smsgate.model.errors import ConfigError

__all__ = ["WebhookSettings"]

SHORTEST_SECRET = 16
"""Characters; a shorter one can be guessed."""
OLDEST = timedelta(days=365).total_seconds()


def _secret(_: object, attribute: Attribute[str], value: str) -> None:
    if len(value) < SHORTEST_SECRET or not value.isascii() or not value.replace("-", "").replace("_", "").isalnum():
        raise ConfigError(
            f"{attribute.name} must be {SHORTEST_SECRET} or more characters of A-Z, a-z, 0-9, - and _; "
            "create one with: python -c 'import secrets; print(secrets.token_urlsafe())'"
        )


def _networks(_: object, attribute: Attribute[tuple[str, ...]], value: tuple[str, ...]) -> None:
    for network in value:
        try:
            ip_network(network)
        except ValueError:
            raise ConfigError(
                f"{attribute.name} must be addresses or networks such as 196.41.0.7 or 196.41.0.0/16, got {network!r}"
            ) from None


def _age(_: object, attribute: Attribute[float], value: float) -> None:
    if not 0 < value <= OLDEST:
        raise ConfigError(f"{attribute.name} must be over 0 and at most {OLDEST:,.0f} seconds (a year), got {value:g}")


@frozen(kw_only=True)
class WebhookSettings:
    """How a receiver tells a vendor's calls from others, as far as that can be: no vendor here signs what it sends."""

    secret: str = field(repr=False, validator=_secret)
    """The end of the URL that is given to the vendor, or the query's parameter as ``secret``."""
    allow: tuple[str, ...] = field(default=(), validator=_networks)
    """Addresses and networks that may call; empty allows all."""
    proxies: tuple[str, ...] = field(default=(), validator=_networks)
    """Addresses and networks of our own proxies, whose X-Forwarded-For is believed."""
    max_age: float = field(default=86_400.0, validator=_age)
    """Seconds since a vendor says that it made a call, for which that is taken; a retry counts from the first try."""
    confirm: bool = False
    """Whether what a call says is read back from the vendor before it is believed."""

    @property
    def age(self) -> timedelta:
        """How old a call may be."""
        return timedelta(seconds=self.max_age)

    def allows(self, peer: str, forwarded: str) -> bool:
        """Say whether the caller may call; `forwarded` is the X-Forwarded-For header, or empty.

        The caller is the last address that is not one of our own proxies'.
        """
        if not self.allow:
            return True
        way = [*forwarded.split(","), peer] if forwarded else [peer]
        for hop in reversed(way):
            address = _address(hop)
            if address is None:
                return False
            if not _within(address, self.proxies):
                return _within(address, self.allow)
        return False

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "settings have secrets and cannot be pickled; build the Gateway from its config in each process"
        )


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _within(address: IPv4Address | IPv6Address, networks: Sequence[str]) -> bool:
    return any(
        address in network
        for network in map(ip_network, networks)
        if isinstance(network, IPv6Network) == isinstance(address, IPv6Address)
    )
