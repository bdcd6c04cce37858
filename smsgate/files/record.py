"""One record of a file: its fields by name, or why it has none."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

__all__ = ["Record"]


@frozen
class Record:
    """The content of `lines` lines of a file, from `line` on."""

    line: int
    lines: int = 1
    fields: Mapping[str, str] = field(factory=dict, repr=False)
    problem: str | None = None
    """Why it cannot be read; None where it can."""
