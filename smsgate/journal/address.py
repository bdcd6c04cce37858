"""The address of a journal's database."""

from __future__ import annotations

import re

__all__ = ["check_address", "is_postgres", "without_password"]

_SCHEMES = ("postgresql://", "postgres://")


def is_postgres(address: str) -> bool:
    """Say whether an address is that of a PostgreSQL database."""
    return address.startswith(_SCHEMES)


def without_password(address: str) -> str:
    """Return an address without its password and its query, which may have one; a file's name is returned as it is."""
    scheme, marked, rest = address.partition("://")
    if not marked:
        return address
    place = rest.partition("?")[0]
    login, at, where = place.rpartition("@")
    return f"{scheme}://{login.partition(':')[0]}{at}{where}"


def check_address(address: str) -> None:
    """Raise ValueError for an address that names no database or no port, in words that do not repeat a password."""
    shown = without_password(address)
    place, _, query = address.partition("?")
    login, _, where = place.partition("://")[2].rpartition("@")
    hosts, _, database = where.partition("/")
    ports = [re.fullmatch(r"(?:\[[^]]*\]|[^:]*)(?::([0-9]{1,5}))?", host) for host in hosts.split(",")]
    if not all(ports) or "/" in login or "#" in place:
        raise ValueError(
            f"path is no address of a database: {shown}; write @ : / ? # in a password as %40 %3A %2F %3F %23"
        )
    if not database and "dbname=" not in query:
        raise ValueError(f"path must name a database, such as postgresql://user@host/database, got {shown}")
