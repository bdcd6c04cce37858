"""The requests to the vendors: `/requests` and `/requests/{number}`."""

from aiohttp import web
from attrs import frozen

from smsgate.sandbox.inbox.pages import Pages, asks_for_part
from smsgate.sandbox.inbox.whole_number import whole_number

MOST = 50
"""How many requests are on a page."""


@frozen
class Requests:
    """Show requests with their answers, also those that sent nothing."""

    pages: Pages

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Answer with the latest requests, or those before a number."""
        before = whole_number(request.query.get("before"))
        found = self.pages.state.requests.latest(MOST + 1, before=before)
        template = "parts/requests.html" if asks_for_part(request) == "requests" else "requests.html"
        return self.pages.answer(template, requests=found[:MOST], more=len(found) > MOST, before=before)

    async def show_request(self, request: web.Request) -> web.StreamResponse:
        """Answer with one request, its answer, and the texts that it sent."""
        number = whole_number(request.match_info["number"])
        logged = None if number is None else self.pages.state.requests.get(number)
        if logged is None:
            reason = f"there is no request {request.match_info['number']}; it has not ended, or is kept no more"
            return self.pages.refusal(404, reason)
        texts = [text for text in self.pages.state.network.conversations.after(0) if text.request == number]
        return self.pages.answer("request.html", logged=logged, texts=texts[:MOST], count=len(texts))
