"""A database of the project as the journal's: the same server, and for SQLite a file beside the project's own.

The journal has a connection of its own, whatever Django's are doing: a request that is rolled back must not take with
it the record of a text that is out. For the same reason its tables are no models.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlencode

from django.db import connections
from django.utils.connection import ConnectionDoesNotExist

from smsgate.model.errors import ConfigError
from smsgate.model.spelling import did_you_mean

__all__ = ["journal_address"]

_HOST = re.compile(r"[A-Za-z0-9._-]+")
"""What an address has before its database; anything else, such as ``::1`` or a socket's folder, is a parameter."""
_OF_DJANGO = {"assume_role", "isolation_level", "pool", "server_side_binding"}
"""Options that Django does not pass on to the server's library."""


def journal_address(alias: str) -> str:
    """Return the journal's path or address for a database of the project; it has the password.

    Raises `ConfigError` for an alias that is not there, and for an engine that has no journal.
    """
    try:
        connection = connections[alias]
    except ConnectionDoesNotExist:
        meant = did_you_mean(alias, [*connections]) or f"; it has {', '.join(connections)}"
        raise ConfigError(f"SMSGATE: journal: DATABASES has no {alias!r}{meant}") from None
    database: Mapping[str, object] = connection.settings_dict
    if connection.vendor == "postgresql":
        return _postgres(database)
    if connection.vendor == "sqlite":
        return _file_beside(str(database["NAME"]), alias)
    raise ConfigError(
        f"SMSGATE: journal: DATABASES[{alias!r}] is {connection.vendor}, where no journal can be kept; "
        'name a database in PostgreSQL ("django:ALIAS" or "postgresql://user@host/database"), or a file ("smsgate.db")'
    )


def _file_beside(name: str, alias: str) -> str:
    """Return the journal's file for an SQLite database: beside it, since one transaction locks a whole file."""
    if name == ":memory:" or name.startswith("file:") or not name:
        raise ConfigError(
            f"SMSGATE: journal: DATABASES[{alias!r}] is no file, so that none can be beside it; name one (smsgate.db)"
        )
    file = Path(name)
    return str(file.with_name(f"{file.stem}.smsgate{file.suffix or '.db'}"))


def _postgres(database: Mapping[str, object]) -> str:
    options = database.get("OPTIONS")
    known = options.items() if isinstance(options, Mapping) else ()
    query = {
        str(name): str(value)
        for name, value in known
        if name not in _OF_DJANGO and isinstance(value, str | int) and not isinstance(value, bool)
    }
    host, port = str(database.get("HOST") or ""), str(database.get("PORT") or "")
    place = ""
    if _HOST.fullmatch(host) and (port.isdigit() or not port):
        place = f"{host}:{port}" if port else host
    else:
        query |= {name: text for name, text in (("host", host), ("port", port)) if text}
    user, password = (quote(str(database.get(name) or ""), safe="") for name in ("USER", "PASSWORD"))
    login = f"{user}:{password}@" if password else f"{user}@" if user else ""
    address = f"postgresql://{login}{place}/{quote(str(database.get('NAME') or ''), safe='')}"
    return f"{address}?{urlencode(query, quote_via=quote)}" if query else address
