"""Texts with a NUL, which PostgreSQL does not take, in a form that it does."""

from __future__ import annotations

import psycopg
from psycopg.abc import Buffer
from psycopg.types.string import StrDumperUnknown, TextLoader

__all__ = ["take_any_text"]

_MARK = "\ue000"
"""A private-use character that vendors and people have no use for; where one comes, it is marked itself."""


class _Dumper(StrDumperUnknown):
    def dump(self, obj: str) -> Buffer | None:
        if "\0" in obj or _MARK in obj:
            obj = obj.replace(_MARK, f"{_MARK}1").replace("\0", f"{_MARK}0")
        return super().dump(obj)


class _Loader(TextLoader):
    def load(self, data: Buffer) -> bytes | str:
        text = super().load(data)
        assert isinstance(text, str)  # noqa: S101 - the connection's encoding is UTF-8
        return text.replace(f"{_MARK}0", "\0").replace(f"{_MARK}1", _MARK) if _MARK in text else text


def take_any_text(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Have a connection write and read any text."""
    connection.adapters.register_dumper(str, _Dumper)
    connection.adapters.register_loader("text", _Loader)
