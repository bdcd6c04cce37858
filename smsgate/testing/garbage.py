"""Answers that no vendor documents and every vendor gives some day."""

from __future__ import annotations

import json
from collections.abc import Mapping

from smsgate.adapter.request import Answer
from smsgate.testing.stub import answer

__all__ = ["BROKEN", "garbled"]

BROKEN: Mapping[str, Answer] = {
    "a web page": answer(200, text="<html>Please log in</html>", content_type="text/html"),
    "JSON that is cut off": Answer(200, {"content-type": "application/json"}, b'{"id": "5'),
    "a body that is no UTF-8": Answer(200, {"content-type": "application/json"}, b'{"id": "\xff"}'),
}
"""Answers in 2xx that are no JSON."""

_ODD: Mapping[str, object] = {"null": None, "a list": [], "a number": 5, "a word": "ok", "an empty object": {}}


def garbled(sound: Answer) -> dict[str, Answer]:
    """Return wrong-shaped JSON, some of it made out of a sound answer."""
    garbage = {name: answer(200, value) for name, value in _ODD.items()}
    garbage["no body"] = Answer(200, {"content-type": "application/json"}, b"")
    if sound.body:
        value = json.loads(sound.body)
        garbage["the answer with null for every value"] = answer(200, _with_leaves(value, None))
        garbage["the answer with an object for every value"] = answer(200, _with_leaves(value, {}))
    return garbage


def _with_leaves(value: object, leaf: object) -> object:
    if isinstance(value, dict):
        return {name: _with_leaves(inner, leaf) for name, inner in value.items()}
    if isinstance(value, list):
        return [_with_leaves(inner, leaf) for inner in value]
    return leaf
