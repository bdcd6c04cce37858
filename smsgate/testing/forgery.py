"""A vendor's own call with something else in one place, in every form that a call has."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
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


def forgeries(call: WebhookCall) -> Iterator[WebhookCall]:
    """Give a call again and again, each time with one of its fields left out or something odd in its place."""
    fields, several = fields_of(call), elements_of(call) is not None
    for path in paths(fields):
        yield from made(put(fields, path), several=several)
        for odd in _ODD:
            yield from made(put(fields, path, odd), several=several)


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


def made(fields: Mapping[str, object], *, several: bool = False) -> Iterator[WebhookCall]:
    """Give calls that say the same: as JSON, as a form and as a query; or as the one element of an array."""
    if several:
        yield WebhookCall(method="POST", headers={"content-type": JSON}, body=json.dumps([fields]).encode())
        return
    text = urlencode({name: value for name, value in fields.items() if value is not None})
    yield WebhookCall(method="POST", headers={"content-type": JSON}, body=json.dumps(fields).encode())
    yield WebhookCall(method="POST", headers={"content-type": FORM}, body=text.encode())
    yield WebhookCall(method="POST", query=text)


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
