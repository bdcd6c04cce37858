"""The account's name in what an adapter returns: an adapter leaves `provider` out, and smsgate fills it in."""

from __future__ import annotations

from typing import Any, TypeVar

import attrs

__all__ = ["stamped"]

T = TypeVar("T")


def stamped(value: T, provider: str) -> T:
    """Return a value in which every empty `provider`, its parts' too, is the account's name."""
    result: T = _stamped(value, provider)
    return result


def _stamped(value: Any, provider: str) -> Any:  # noqa: ANN401 - anything that an adapter returns
    if type(value) is tuple or type(value) is list:
        parts = [_stamped(part, provider) for part in value]
        return value if all(new is old for new, old in zip(parts, value, strict=True)) else type(value)(parts)
    if isinstance(value, type) or not attrs.has(type(value)):
        return value
    changed = {}
    for attribute in attrs.fields(type(value)):
        old = getattr(value, attribute.name)
        new = (old or provider) if attribute.name == "provider" else _stamped(old, provider)
        if new is not old and attribute.init:
            changed[attribute.alias] = new
    return attrs.evolve(value, **changed) if changed else value
