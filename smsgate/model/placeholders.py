"""The fields of a template: ``Hi {first_name}``; ``{{`` and ``}}`` are braces."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter

from attrs import field, frozen

__all__ = ["Placeholders"]


@frozen
class Placeholders:
    """A template that was read. Raises `ValueError` for one that is broken, or reaches into an object."""

    text: str
    _parts: tuple[tuple[str, str | None], ...] = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Split the text into literals, each with the name that follows it."""
        try:
            parts = [*Formatter().parse(self.text)]
        except ValueError as error:
            raise ValueError(f"cannot be read: {error}; write a brace itself as {{{{ or }}}}") from None
        for _, name, spec, conversion in parts:
            if name is not None and (not name or spec or conversion or set(name) & set(".[]")):
                raise ValueError(f"has {name!r} in braces, which is not a name alone")
        object.__setattr__(self, "_parts", tuple((literal, name) for literal, name, _, _ in parts))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the fields, in the order of the text."""
        return tuple(name for _, name in self._parts if name is not None)

    def fill(self, values: Mapping[str, str]) -> str:
        """Return the text with a value for each name; braces in a value stay as they are."""
        return "".join(literal + (values[name] if name is not None else "") for literal, name in self._parts)
