"""A vendor's own call with something else in one place, in every form that a call has."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from urllib.parse import urlencode

from attrs import evolve

from smsgate.adapter.webhook import FORM, JSON, WebhookCall
from smsgate.adapter.webhook_fields import body_text, json_elements
from smsgate.model.errors import WebhookError

__all__ = ["elements_of", "fields_of", "forgeries", "made", "paths", "put"]

_ODD: tuple[object, ...] = (
    *(None, True, False, 0, -1, 5, 1.5, 10**40, [], [None], ["x"], {}, {"id": "1"}),
    *("", " ", "x", "0", "-1", "1:2", "../..", "\x00", "1\n", "\x1b[2J", "1" * 300, "\N{SUPERSCRIPT TWO}", "ä"),
)

_FEW = 4
"""How many of the odd values a field has where it has not each of them."""

_QUERY, _ARRAY = "query", "array"
_FORMS = (JSON, FORM, _QUERY)


def forgeries(call: WebhookCall, known: Collection[tuple[str, ...]] = ()) -> Iterator[WebhookCall]:
    """Give a call again and again, each time with one of its fields left out or something odd in its place.

    In the vendor's own form each field has each odd value, but for the `known` ones, which have had them in a call of
    the same kind. Those, and all fields in the other forms, have four of the values, the next field the next four:
    `fields()` reads every form into the same names. A form and a query have no fields within fields.
    """
    fields, own = fields_of(call), _form_of(call)
    for place, path in enumerate(paths(fields)):
        few = [_ODD[(place * _FEW + step) % len(_ODD)] for step in range(_FEW)]
        for form in [own] if own == _ARRAY else _FORMS:
            if form in {JSON, _ARRAY} or len(path) == 1:
                yield _written(form, put(fields, path))
                for odd in _ODD if form == own and path not in known else few:
                    yield _written(form, put(fields, path, odd))


def fields_of(call: WebhookCall) -> Mapping[str, object]:
    """Return what a call says, or its first element; nothing where its form is the vendor's own."""
    with suppress(WebhookError):
        for element in elements_of(call) or ():
            return evolve(call, body=element.encode()).fields()
        return call.fields()
    return {}


def elements_of(call: WebhookCall) -> list[str] | None:
    """Return the elements of a call that is a JSON array, as they are written."""
    with suppress(WebhookError):
        return json_elements(body_text(call.body)) if call.media_type == JSON else None
    return None


def made(fields: Mapping[str, object], *, several: bool = False) -> list[WebhookCall]:
    """Return calls that say the same: as JSON, as a form and as a query; or as the one element of an array."""
    return [_written(form, fields) for form in ([_ARRAY] if several else _FORMS)]


def _form_of(call: WebhookCall) -> str:
    """Return which of the forms a vendor's call has; JSON where it has one of the vendor's own."""
    if elements_of(call) is not None:
        return _ARRAY
    if call.media_type == FORM:
        return FORM
    return JSON if call.body else _QUERY


def _written(form: str, fields: Mapping[str, object]) -> WebhookCall:
    if form in {JSON, _ARRAY}:
        body = json.dumps([fields] if form == _ARRAY else fields)
        return WebhookCall(method="POST", headers={"content-type": JSON}, body=body.encode())
    text = urlencode({name: value for name, value in fields.items() if value is not None})
    if form == FORM:
        return WebhookCall(method="POST", headers={"content-type": FORM}, body=text.encode())
    return WebhookCall(method="POST", query=text)


def paths(value: object) -> Iterator[tuple[str, ...]]:
    """Give the way to each field of an object, and of the objects within."""
    for name, inner in value.items() if isinstance(value, dict) else ():
        yield (name,)
        yield from ((name, *rest) for rest in paths(inner))


def put(fields: Mapping[str, object], path: tuple[str, ...], *value: object) -> dict[str, object]:
    """Return the fields with another value at the end of a path, or without that field."""
    name, *rest = path
    inner = fields.get(name)
    if rest and isinstance(inner, dict):
        return {**fields, name: put(inner, tuple(rest), *value)}
    others = {each: kept for each, kept in fields.items() if each != name}
    return {**others, name: value[0]} if value else others
