"""Where a sandbox listens, the names by which it is called, and the token that it asks for."""

import re
from collections.abc import Iterable
from ipaddress import ip_address

from attrs import field, frozen

from smsgate.sandbox.access.access_token import AccessToken, missing_token
from smsgate.sandbox.access.loopback import is_loopback

_NAME = re.compile(r"[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?")


def _address(host: str) -> str:
    if host == "localhost":
        return "127.0.0.1"  # the name may be two addresses, and then two ports
    address = host.removeprefix("[").removesuffix("]")
    if "%" in address or not _is_address(address):
        raise ValueError(f"the host must be an IP address or localhost, got {host!r}; for all addresses: 0.0.0.0")
    return address


def _names(hosts: Iterable[str]) -> frozenset[str]:
    names = frozenset(host.lower().removeprefix("[").removesuffix("]") for host in hosts)
    for name in names:
        if not _NAME.fullmatch(name) and not _is_address(name):
            raise ValueError(f"{name!r} is not the name of a host; write it without scheme, port and path: sms.test")
    return names


def _token(token: str | None) -> AccessToken | None:
    return None if token is None else AccessToken(token)


@frozen(kw_only=True)
class Access:
    """The address at which a sandbox listens, further names of `hosts`, and its token.

    ValueError for an address beyond loopback without a token, and for what is no address, name or token.
    """

    host: str = field(default="127.0.0.1", converter=_address)
    hosts: frozenset[str] = field(default=(), converter=_names)
    token: AccessToken | None = field(default=None, converter=_token, repr=False)

    def __attrs_post_init__(self) -> None:
        """Refuse to let other machines in without a token."""
        if self.token is None and not is_loopback(self.host):
            raise missing_token(self.host)

    def url(self, port: int) -> str:
        """Return the address of the sandbox's root, without a slash at its end, as this machine may use it."""
        address = ip_address(self.host)
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(str(address), str(address))  # noqa: S104 - to be replaced
        return f"http://{f'[{host}]' if address.version == 6 else host}:{port}"

    def includes(self, host: str) -> bool:
        """Say whether a request may call the sandbox so (small letters, no brackets).

        Where it listens beyond loopback, any address will do: DNS rebinding needs a name.
        """
        return self.is_own(host) or (_is_address(host) and not is_loopback(self.host))

    def is_own(self, host: str) -> bool:
        """Say whether a host is this machine, or one that the developer has named."""
        return is_loopback(host) or host in self.hosts


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
