"""What the vendor answers: JSON, and errors as objects of type, title, status and detail."""

from datetime import datetime
from email.utils import format_datetime
from typing import Any

from aiohttp import web


class Refusal(Exception):  # noqa: N818 - an answer, not a fault
    """End a request with the vendor's error body; bad-request, insufficient-credits and not-found are documented."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail

    def body(self) -> dict[str, Any]:
        """Return the error body."""
        kind, title = f"https://developer.bulksms.com/json/v1/errors#{self.code}", self.code.replace("-", " ").title()
        return {"type": kind, "title": title, "status": self.status, "detail": self.detail}


class BadRequest(Refusal):
    """End a request that is wrong in some way with a 400."""

    def __init__(self, detail: str) -> None:
        super().__init__(400, "bad-request", detail)


def answer(value: Any, now: datetime, status: int = 200) -> web.Response:  # noqa: ANN401 - any JSON
    """Write a value, with the sandbox's time as the date of the answer."""
    return web.json_response(value, status=status, headers={"Date": format_datetime(now, usegmt=True)})
