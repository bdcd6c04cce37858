"""What a class's own checks say of its fields, all of them together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_origin

import attrs
from cattrs import Converter

from smsgate.adapter.fields import vendor_name

__all__ = ["check_failures"]


def check_failures(
    table: Mapping[str, Any],
    wrong: set[str],
    kind: Any,  # noqa: ANN401 - a class of attrs
    converter: Converter,
) -> list[Exception]:
    """Return what a class's own checks say of values whose types are right: attrs would tell the first only."""
    kind = attrs.resolve_types(get_origin(kind) or kind)
    refusals: list[Exception] = []
    sound: dict[str, Any] = {}
    for attribute in attrs.fields(kind):
        if (name := vendor_name(attribute)) in table and attribute.name not in wrong:
            try:
                value = converter.structure(table[name], attribute.type)
                value = attribute.converter(value) if callable(attribute.converter) else value
                if attribute.validator is not None:
                    attribute.validator(None, attribute, value)
            except (AttributeError, TypeError):  # a check that looks at the other fields, too
                continue
            except Exception as error:  # noqa: BLE001 - whatever a plug-in's check raises
                refusals.append(error)
            else:
                sound[attribute.name] = value
    return [*refusals, *_together(kind, sound, {*table})]


def _together(kind: Any, sound: Mapping[str, Any], given: set[str]) -> list[Exception]:  # noqa: ANN401
    """Return what a class says of its sound fields together, as far as it needs none of the others."""
    partial = object.__new__(kind)
    try:
        for attribute in attrs.fields(kind):
            if attribute.name in sound:
                object.__setattr__(partial, attribute.name, sound[attribute.name])
            elif vendor_name(attribute) not in given and attribute.default is not attrs.NOTHING:
                object.__setattr__(partial, attribute.name, _default(attribute.default, partial))
        getattr(partial, "__attrs_post_init__", lambda: None)()
    except AttributeError:  # it needs a field that is wrong
        return []
    except Exception as error:  # noqa: BLE001 - whatever a plug-in's check raises
        return [error]
    return []


def _default(default: Any, partial: object) -> Any:  # noqa: ANN401
    if not isinstance(default, attrs.Factory):  # type: ignore[arg-type]
        return default
    return default.factory(partial) if default.takes_self else default.factory()
