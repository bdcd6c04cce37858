"""Answers: always JSON; errors have the bodies that were seen, or Laravel's."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

Errors = Mapping[str, Sequence[str]]
"""What is wrong with each field."""


class Refusal(Exception):  # noqa: N818 - an answer, not a fault
    """End a request with an error body."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        super().__init__(status)
        self.status = status
        self.body = body

    def answer(self) -> web.Response:
        """Write the answer."""
        return web.json_response(dict(self.body), status=self.status)


def refusal(status: int, message: str | None, **more: object) -> Refusal:
    """Return a refusal with the vendor's `message`."""
    return Refusal(status, {"message": message} | more)


def invalid(errors: Errors, **more: object) -> Refusal:
    """Return Laravel's 422. PRESUMED: no document of the vendor shows its shape."""
    return refusal(422, "The given data was invalid.", errors=dict(errors), **more)


def unauthorized(*, auth_required: bool) -> Refusal:
    """Return the 401: seen live without a token (`auth_required` false), PRESUMED for an expired one (true)."""
    return refusal(401, "Unauthorized", auth_required=auth_required)


def denied() -> Refusal:
    """Return the gateway's answer to a personal token that was replaced by a newer one."""
    explicit = "User is not authorized to access this resource with an explicit deny in an identity-based policy"
    return Refusal(403, {"Message": explicit})  # PRESUMED: the capital letter is how that gateway writes


def undecodable(path: str) -> Refusal:
    """Return the answer to a token that was never issued, which is a 500 on `/teams`."""
    if path == "teams":
        return refusal(500, None)
    return refusal(403, "Could not decode token: Wrong number of segments", auth_required=True)
