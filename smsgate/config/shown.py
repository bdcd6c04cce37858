"""The settings that are in effect, defaults included, each with where it comes from; secrets are not shown."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import attrs
from attrs import Attribute, frozen

from smsgate.adapter.fields import vendor_name
from smsgate.adapter.price_list import PriceList
from smsgate.adapter.sender_table import SenderTable
from smsgate.config.source import Source
from smsgate.config.top import with_table
from smsgate.config.variables import variable_of

__all__ = ["DEFAULT", "SECRET", "ShownSetting", "shown_settings"]

DEFAULT = "default"
SECRET = "***"  # noqa: S105 - what is shown instead of one
Path: TypeAlias = tuple[str | int, ...]
"""Such as ``("providers", "zoom", "token")`` or ``("routes", 0, "to")``."""


@frozen
class ShownSetting:
    """One setting."""

    path: Path
    value: object
    """None if it is not set."""
    origin: str
    """ "default", the file's name, "environment variable NAME" or "file 'NAME'"."""


def shown_settings(source: Source) -> Iterator[ShownSetting]:
    """Give every setting, table by table."""
    walk, table, top = _Walk(source), with_table(source.table), source.reading.top
    yield from walk.settings(top, table, ())
    written = table["providers"]
    assert isinstance(written, Mapping)  # noqa: S101 - the settings are valid
    common = {name: table.get(name) for name in top.common()}
    for name, account in source.reading.accounts.items():
        path: Path = ("providers", name)
        yield ShownSetting(
            (*path, "adapter"), account.adapter.name, walk.origin(account.adapter.name, (*path, "adapter"))
        )
        yield from walk.settings(account.settings, {**common, **written[name]}, path)


class _Walk:
    """Goes through values of settings beside what is written."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def settings(self, value: attrs.AttrsInstance, written: Mapping[str, object], path: Path) -> Iterator[ShownSetting]:
        """Give the settings of one table, and then those of the tables in it."""
        fields = [field for field in attrs.fields(type(value)) if field.init and (*path, field.name) != ("providers",)]
        tables = [field for field in fields if _has_tables(getattr(value, field.name))]
        for field in fields:
            if field not in tables:
                raw, here = written.get(vendor_name(field)), (*path, vendor_name(field))
                yield ShownSetting(here, _shown(field, getattr(value, field.name), raw), self.origin(raw, here))
        for field in tables:
            inner, name = getattr(value, field.name), vendor_name(field)
            raw = written.get(name)
            if isinstance(inner, tuple):
                for index, each in enumerate(inner):
                    yield from self.settings(each, raw[index] if isinstance(raw, list) else {}, (*path, name, index))
            elif isinstance(inner, Mapping):
                for key, each in inner.items():
                    yield from self.settings(each, raw[key] if isinstance(raw, Mapping) else {}, (*path, name, key))
            else:
                yield from self.settings(inner, raw if isinstance(raw, Mapping) else {}, (*path, name))

    def origin(self, raw: object, path: Path) -> str:
        """Say where a value comes from; `raw` is what is written there."""
        match raw:
            case None:
                return DEFAULT
            case {"env": str(name)}:
                return f"environment variable {name}"
            case {"file": str(name)}:
                return f"file {name!r}"
        return (
            self._source.name if self._source.path else f"environment variable {variable_of('.'.join(map(str, path)))}"
        )


def _has_tables(value: object) -> bool:
    if isinstance(value, tuple):
        return bool(value) and all(map(_has_tables, value))
    if isinstance(value, Mapping):
        return bool(value) and all(map(_has_tables, value.values()))
    return attrs.has(type(value)) and not isinstance(value, PriceList | SenderTable)


def _shown(field: Attribute[Any], value: Any, raw: object) -> object:  # noqa: ANN401 - any setting
    if value is None or (field.repr is False and not value):
        return None
    if field.repr is False:
        return dict.fromkeys(value, SECRET) if isinstance(value, Mapping) else SECRET
    if callable(field.repr):
        return _unquoted(field.repr(value))
    return raw if isinstance(value, PriceList | SenderTable) else value


def _unquoted(shown: str) -> str:
    """Return a text that a setting's own `repr` may have put into quotes."""
    return str(ast.literal_eval(shown)) if shown.startswith(("'", '"')) else shown
