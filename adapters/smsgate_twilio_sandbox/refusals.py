"""The vendor's error body."""

from aiohttp import web

_STATUS = {20003: 401, 20009: 409, 20404: 404, 20429: 429, 21611: 429}
"""Of the codes whose status is not 400: PRESUMED but for 20003, 20404 and 20429; the words are the sandbox's own."""


class Refusal(Exception):  # noqa: N818 - an answer, not a fault
    """End a request with the error of a code."""

    def __init__(self, code: int, reason: str) -> None:
        self.answer = refuse(_STATUS.get(code, 400), reason, code)


def refuse(status: int, reason: str, code: int | None = None) -> web.Response:
    """Write an error."""
    code = code or (20003 if status == 401 else 20_000 + status)
    link = f"https://www.twilio.com/docs/errors/{code}"
    return web.json_response({"code": code, "message": reason, "more_info": link, "status": status}, status=status)
