"""The addresses of the pages."""

from collections.abc import Iterable, Mapping
from urllib.parse import quote, urlencode

RESERVED = frozenset(
    {
        "_sandbox",
        "assets",
        "clear",
        "events",
        "export.json",
        "login",
        "phones",
        "requests",
        "segments",
        "texts",
        "vendors",
    }
)
"""The first parts of paths that are the sandbox's own: no vendor can be named so."""


def refuse_reserved(names: Iterable[str]) -> None:
    """Raise ValueError for the name of a vendor that is the sandbox's own."""
    for name in names:
        if name in RESERVED:
            raise ValueError(
                f"a vendor cannot be named {name!r}: the sandbox has a page at /{name}; choose another name"
            )


def phone_path(number: str, after: str = "", **query: object) -> str:
    """Return the path of a phone's conversation, or of one of its forms."""
    return _with_query(f"/phones/{quote(number, safe='+', errors='replace')}{after}", query)


def vendor_path(name: str, after: str = "") -> str:
    """Return the path of a vendor's page, or of one of its forms."""
    return f"/vendors/{quote(name, safe='', errors='replace')}{after}"


def _with_query(path: str, query: Mapping[str, object]) -> str:
    given = {name: value for name, value in query.items() if value}
    return f"{path}?{urlencode(given, errors='replace')}" if given else path
