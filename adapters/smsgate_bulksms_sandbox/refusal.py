"""The vendor's error body."""

from aiohttp import web


class Refusal(Exception):  # noqa: N818 - an answer, not a fault
    """End a request with an error; of the codes, bad-request, insufficient-credits and not-found are documented."""

    def __init__(self, detail: str, code: str = "bad-request", status: int = 400) -> None:
        kind, title = f"https://developer.bulksms.com/json/v1/errors#{code}", code.replace("-", " ").title()
        body = {"type": kind, "title": title, "status": status, "detail": detail}
        self.answer = web.json_response(body, status=status)
