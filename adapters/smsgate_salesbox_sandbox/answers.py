"""Answers, in the variant that was chosen."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from smsgate_salesbox_sandbox.variants import Variants

_CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    429: "rate_limit_exceeded",
    500: "internal_error",
    503: "unavailable",
}
"""PRESUMED but for `unauthorized`, the only one that is printed."""


class Refusal(Exception):  # noqa: N818 - an answer, not a fault
    """End a request with an error body; statuses are those that the vendor lists."""

    def __init__(self, status: int, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code or _CODES.get(status, "error")


def refused(variants: Variants, refusal: Refusal) -> web.Response:
    """Write an error."""
    if variants.errors == "one":
        body: object = {"error": {"code": refusal.code, "message": refusal.message, "status": refusal.status}}
    else:
        error = {"code": refusal.status, "message": refusal.message, "details": [], "type": refusal.code}
        body = {"errors": [error]}
    return web.json_response(body, status=refusal.status)


def succeeded(variants: Variants, value: object, status: int = 200) -> web.Response:
    """Write a successful answer."""
    if variants.envelope:
        value = {"status": "success", "data": value}
    return web.json_response(value, status=status)


def created(variants: Variants, value: object) -> web.Response:
    """Write what was created."""
    return succeeded(variants, value, variants.created)


def deleted(variants: Variants, value: object) -> web.Response:
    """Write what was deleted, or nothing."""
    if variants.deleted == "entity":
        return succeeded(variants, value)
    return web.Response(status=200 if variants.deleted == "empty" else 204)


def listed(variants: Variants, name: str, items: Sequence[Mapping[str, Any]], total: int) -> web.Response:
    """Write a page of a list."""
    if variants.lists == "bare":
        return web.json_response(list(items))
    totals: dict[str, dict[str, object]] = {"number": {"total": total}, "text": {"total": str(total)}, "none": {}}
    counted = totals[variants.total]
    if variants.lists == "data":
        status = {"status": "success"} if variants.envelope else {}
        return web.json_response({**status, **counted, "data": list(items)})
    keyed = variants.lists == "keyed" and items
    return succeeded(variants, {**counted, name: {str(item["id"]): item for item in items} if keyed else list(items)})


def attempted(variants: Variants, errors: Sequence[str], status: str) -> web.Response:
    """Write the outcome of a send as an object of its own, always with 200."""
    return succeeded(variants, {"success": not errors, "status": status, "result": {}, "errors": list(errors)})
