"""What is on this machine, by its name or address alone: no name is resolved."""

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Say whether a host, without brackets and in small letters, is localhost or an address of loopback."""
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    # Python up to 3.12 does not see that ::ffff:127.0.0.1 is one
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback
