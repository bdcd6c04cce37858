"""Answers without null: a vendor may leave a field out where another one writes null, and few documents say which."""

import json
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler
from attrs import evolve

from smsgate.sandbox.notice import Letter
from smsgate.sandbox.vendor import Vendor

_JSON = "application/json"


def answering(vendor: Vendor, handler: Handler) -> Handler:
    """Return a handler whose answers have no null fields while the vendor leaves them out."""

    async def handle(request: web.Request) -> web.StreamResponse:
        return answered(vendor, await handler(request))

    return handle


def answered(vendor: Vendor, answer: web.StreamResponse) -> web.StreamResponse:
    """Return a vendor's answer, without its null fields if the vendor leaves them out."""
    if vendor.absent and isinstance(answer, web.Response) and answer.content_type == _JSON:
        answer.body = _without_nulls(answer.body) if isinstance(answer.body, bytes) and answer.body else answer.body
    return answer


def written(vendor: Vendor, letter: Letter) -> Letter:
    """Return what a vendor tells an application, without its null fields if the vendor leaves them out."""
    if vendor.absent and letter.content_type == _JSON and letter.body:
        return evolve(letter, body=_without_nulls(letter.body.encode()).decode())
    return letter


def _without_nulls(body: bytes) -> bytes:
    return json.dumps(_left(json.loads(body))).encode()


def _left(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return {name: _left(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_left(item) for item in value]
    return value
