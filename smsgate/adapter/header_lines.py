"""The headers of a call to us, in their order: a signature may cover how often and in which order they came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

__all__ = ["HeaderLines", "header_lines", "joined"]

HeaderLines: TypeAlias = tuple[tuple[str, str], ...]
"""Names in lower case, each with its value; a server may have joined lines of one name."""


def header_lines(headers: Mapping[str, str] | Iterable[tuple[str, str]]) -> HeaderLines:
    """Return headers, given as a mapping or as pairs, as lines."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    return tuple((name.lower(), value) for name, value in pairs)


def joined(lines: HeaderLines, name: str) -> str:
    """Return a header's value: several lines are joined by commas (RFC 9110, 5.3), and none is empty."""
    return ",".join(value for each, value in lines if each == name.lower())
