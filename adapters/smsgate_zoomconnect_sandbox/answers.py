"""Answers: JSON if the client asks for it, else XML; errors are the vendor's `RestErrorDTO`."""

import json
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

from aiohttp import web

NOTHING = object()
"""The answer of an operation that answers with an empty body."""


class Refusal(Exception):  # noqa: N818 - an answer, not a fault
    """End a request with the vendor's error body; only codes 2 and 3 are documented, 0 means any other."""

    def __init__(self, status: int, message: str, code: int = 0) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code


def answer(request: web.Request, value: Any, root: str, status: int = 200) -> web.Response:  # noqa: ANN401 - any JSON
    """Write a value in the format that the client asked for."""
    if value is NOTHING:
        return web.Response(status=status)
    if request.path.endswith(".json") or "json" in request.headers.get("Accept", ""):
        return web.json_response(value, status=status)
    tree = _tree(root, value)
    return web.Response(body=ET.tostring(tree, "utf-8"), status=status, content_type="application/xml")


def refuse(request: web.Request, refusal: Refusal) -> web.Response:
    """Write an error in the format that the client asked for."""
    error = {
        "status": str(refusal.status),
        "code": refusal.code,
        "message": refusal.message,
        "developerMessage": refusal.message,
        "moreInfoUrl": None,
    }
    return answer(request, error, "restErrorDTO", refusal.status)


def link(request: web.Request, rel: str, path: str) -> dict[str, Any]:
    """Return a link to a path after the base URL."""
    base = request.path[: request.path.index("/v1/") + len("/v1/")]
    return {"rel": rel, "href": f"{request.url.origin()}{base}{path}", "templated": False}


def _tree(name: str, value: Any) -> ET.Element:  # noqa: ANN401 - any JSON
    element = ET.Element(name)
    if isinstance(value, dict):
        element.extend(child for key, item in value.items() for child in _children(key, item))
    elif isinstance(value, list):
        element.extend(child for item in value for child in _children("item", item))
    else:
        element.text = value if isinstance(value, str) else json.dumps(value)
    return element


def _children(name: str, value: Any) -> Iterator[ET.Element]:  # noqa: ANN401 - any JSON
    for item in value if isinstance(value, list) else [value]:
        if item is not None:
            yield _tree(name, item)
