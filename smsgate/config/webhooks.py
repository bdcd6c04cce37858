"""Whose calls a webhook receiver takes: the ``[webhooks]`` table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import NewType, NoReturn
from urllib.parse import quote

from attrs import Attribute, field, frozen

from smsgate.config.public_url import read_public_url
from smsgate.model.errors import ConfigError

__all__ = ["PROBE", "RECEIVER", "Secrets", "WebhookSettings"]

PROBE, RECEIVER = "Smsgate-Probe", "Smsgate-Receiver"
"""A request with the first header has an answer with the second, so that ``smsgate doctor`` knows a receiver by it.

Answers to others have nothing by which a receiver is known.
"""

Secrets = NewType("Secrets", tuple[str, ...])
"""Secrets that are valid at once, one or several; written as text or as a list."""

SHORTEST_SECRET = 16
"""Characters; a shorter one can be guessed."""
OLDEST = timedelta(days=365).total_seconds()


def _secrets(value: str | Iterable[str]) -> Secrets:
    return Secrets((value,) if isinstance(value, str) else tuple(value))


def _by_provider(value: Mapping[str, str | Iterable[str]]) -> Mapping[str, Secrets]:
    return {provider: _secrets(secrets) for provider, secrets in value.items()}


def _check_secret(name: str, value: str) -> None:
    if len(value) < SHORTEST_SECRET or not value.isascii() or not value.replace("-", "").replace("_", "").isalnum():
        raise ConfigError(
            f"{name} must be {SHORTEST_SECRET} or more characters of A-Z, a-z, 0-9, - and _; "
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
    """Where vendors call, and how a receiver tells their calls from others before it looks for a signature."""

    secret: Secrets = field(default=Secrets(()), repr=False, converter=_secrets)
    """The end of the URL that is given to the vendor, or the query's parameter as ``secret``.

    Several are valid at once; the first goes into new addresses. It is that of all providers without one in `secrets`.
    """
    secrets: Mapping[str, Secrets] = field(factory=dict, repr=False, converter=_by_provider)
    """The secrets of single providers, each of which opens the addresses of that provider only."""
    public_url: str | None = field(default=None, converter=read_public_url)
    """Where vendors reach the receiver, up to the provider's name: ``https://example.com/sms``."""
    allow: tuple[str, ...] = field(default=(), validator=_networks)
    """Addresses and networks that may call; empty allows all."""
    proxies: tuple[str, ...] = field(default=(), validator=_networks)
    """Addresses and networks of our own proxies, whose X-Forwarded-For is believed."""
    max_age: float = field(default=86_400.0, validator=_age)
    """Seconds since a vendor says that it made a call, for which that is taken; a retry counts from the first try."""
    confirm: bool = False
    """Whether what a call says is read back from the vendor before it is believed."""

    def __attrs_post_init__(self) -> None:
        """Check each secret, and that no two parties share one."""
        groups = {"secret": self.secret, **{f"secrets.{name}": secrets for name, secrets in self.secrets.items()}}
        if not self.secret and not self.secrets:
            raise ConfigError('secret is missing; set [webhooks] secret = { env = "SMSGATE_WEBHOOK_SECRET" }')
        seen: dict[str, str] = {}
        for name, secrets in groups.items():
            if not secrets and name != "secret":
                raise ConfigError(f"{name} is empty; give it a secret, or leave it out to use the common one")
            for secret in secrets:
                _check_secret(name, secret)
                if seen.get(secret) == name:
                    raise ConfigError(f"{name} lists one secret twice; remove one of them")
                if secret in seen:
                    raise ConfigError(f"{name} has a secret that {seen[secret]} has too; create another")
                seen[secret] = name

    def secrets_of(self, provider: str) -> Secrets:
        """Return the secrets that open a provider's addresses; the first is the one that new addresses have."""
        return self.secrets.get(provider, self.secret)

    def path(self, provider: str) -> str:
        """Return the path behind the receiver's mount at which a provider's vendor calls; it has the secret."""
        if not (secrets := self.secrets_of(provider)):
            raise ConfigError(f"webhooks: {provider} has no secret; set secret, or {provider} in [webhooks.secrets]")
        return f"/{quote(provider, safe='')}/{secrets[0]}"

    def callback_url(self, provider: str, submission_id: str) -> str | None:
        """Return where the vendor may report on one submission; it has the secret.

        None without `public_url`, and for a provider without a secret.
        """
        if self.public_url is None or not self.secrets_of(provider):
            return None
        return f"{self.public_url}{self.path(provider)}/{submission_id}"

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
