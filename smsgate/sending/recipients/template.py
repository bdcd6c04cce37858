"""The template of a text: ``Hi {first_name}``."""

from __future__ import annotations

import string
from collections.abc import Mapping

from attrs import field, frozen

from smsgate.model.errors import ConfigError, InvalidMessageError

__all__ = ["Template"]


@frozen
class Template:
    """Makes a text of a row's columns; nothing but a column's name may stand in its braces."""

    text: str
    names: tuple[str, ...] = field(init=False)
    """The columns that it needs."""

    def __attrs_post_init__(self) -> None:
        """Raise `ConfigError` for a template that cannot be read."""
        object.__setattr__(self, "names", tuple(_names(self.text)))

    def fill(self, row: Mapping[str, str]) -> str:
        """Return the text of a row, whose names are casefolded; raise `InvalidMessageError` where a value is empty."""
        for name in self.names:
            if not row.get(name.casefold()):
                raise InvalidMessageError(f"has no {name}, which the template needs")
        return "".join(
            literal + (row[name.casefold()] if name is not None else "")
            for literal, name, _, _ in string.Formatter().parse(self.text)
        )


def _names(template: str) -> list[str]:
    try:
        parts = [*string.Formatter().parse(template)]
    except ValueError as error:
        raise ConfigError(f"the template cannot be read: {error}; write a brace itself as {{{{ or }}}}") from None
    names = []
    for _, name, spec, conversion in parts:
        if name is None:
            continue
        if not name or spec or conversion or set(name) & set(".[]"):
            raise ConfigError(f"the template has {name!r} in braces, which is not a column's name alone")
        names.append(name)
    return names
