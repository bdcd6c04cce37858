"""Answers without null: a vendor may leave a field out where another one writes null, and few documents say which."""

import json
from typing import Any

from aiohttp import web
from attrs import evolve

from smsgate.sandbox.notification import Payload
from smsgate.sandbox.vendor import Vendor

_JSON = "application/json"


def answer_of(vendor: Vendor, answer: web.StreamResponse) -> web.StreamResponse:
    """Return a vendor's answer, without its null fields if the vendor leaves them out."""
    if vendor.absent and isinstance(answer, web.Response) and answer.content_type == _JSON:
        answer.body = _without_nulls(answer.body) if isinstance(answer.body, bytes) and answer.body else answer.body
    return answer


def payload_of(vendor: Vendor, payload: Payload) -> Payload:
    """Return a notification's payload, without its null fields if the vendor leaves them out."""
    if vendor.absent and payload.content_type == _JSON and payload.body:
        return evolve(payload, body=_without_nulls(payload.body.encode()).decode())
    return payload


def _without_nulls(body: bytes) -> bytes:
    return json.dumps(_pruned(json.loads(body))).encode()


def _pruned(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return {name: _pruned(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_pruned(item) for item in value]
    return value
