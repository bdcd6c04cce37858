"""A web application for gunicorn: ``/TEXT`` sends a text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote

from tests.runtime.preloaded_gateway import WARM, send


def application(
    environ: dict[str, Any], start_response: Callable[[str, list[tuple[str, str]]], object]
) -> Iterable[bytes]:
    text = unquote(environ["PATH_INFO"].removeprefix("/"))
    body = json.dumps(send(text) if text else WARM).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
