"""The settings of `[providers.<name>]` for an account without a vendor."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from attrs import Attribute, field, frozen

from smsgate import Settings

__all__ = ["MemorySettings"]

MOST = 1_000_000


def _count(_: object, attribute: Attribute[Any], value: int) -> None:
    if not 1 <= value <= MOST:
        raise ValueError(f"{attribute.name} must be 1 to {MOST:,}, got {value:,}")


def _in_a_folder(_: object, attribute: Attribute[Any], value: str | None) -> None:
    if value is not None and not Path(value).absolute().parent.is_dir():
        raise ValueError(f"{attribute.name} must be in an existing folder, got {value!r}; create the folder")


@frozen(kw_only=True)
class MemorySettings(Settings):
    """An account without a vendor; it needs no setting."""

    base_url: str = "https://memory.invalid"
    """Never asked: the top-level domain does not exist (RFC 6761)."""
    keep: int = field(default=10_000, validator=_count)
    """How many messages are kept; the oldest are forgotten first."""
    file: str | None = field(default=None, validator=_in_a_folder)
    """Where each accepted message is written, too: a line of JSON. Several gateways and processes may share it."""
