"""The segment calculator: `/segments`."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from aiohttp import web
from attrs import frozen

from smsgate.sandbox.inbox.pages import Pages
from smsgate.sandbox.inbox.segments.calculation import calculate, can_transliterate
from smsgate.sandbox.inbox.segments.prices import PriceBook
from smsgate.sandbox.inbox.segments.question import LONGEST, MOST_OCTETS, Question
from smsgate.text import LANGUAGES


@frozen
class SegmentsPage:
    """Show how a text is encoded and divided, and what it costs. The script sends the same form as a browser without.

    A text is sent in the body of a request, and no page of the sandbox writes one into an address; `text` and `to` in
    the query fill the form in for a program that opens the page.
    """

    pages: Pages
    prices: PriceBook

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Answer with the page, its form filled in by the query."""
        return self._answer(Question.read(request.query))

    async def calculate(self, request: web.Request) -> web.StreamResponse:
        """Answer with the page for the form that is sent, or for its text in the cheaper spelling."""
        fields = await _form(request)
        if fields is None:
            return self._answer(Question(), too_long=True)
        question = Question.read(fields)
        if question.too_long or fields.get("apply") != "cheaper":
            return self._answer(question)
        cheaper = calculate(question).cheaper
        return self._answer(question if cheaper is None else question.with_text(cheaper.text), applied=True)

    def _answer(self, question: Question, *, too_long: bool = False, applied: bool = False) -> web.Response:
        calculation = None if too_long or question.too_long else calculate(question)
        analysis = calculation and calculation.analysis
        return self.pages.answer(
            "segments.html",
            question=question,
            applied=applied,
            longest=LONGEST,
            languages=LANGUAGES,
            can_transliterate=can_transliterate(),
            calculation=calculation,
            priced=bool(self.prices),
            tables=self.prices.tables(analysis) if analysis else (),
            number=self.prices.to(question.to, analysis) if analysis and question.to else None,
        )


async def _form(request: web.Request) -> Mapping[str, str] | None:
    """Return the fields of a form, None if it is longer than the longest text needs.

    Octets that are no UTF-8 become U+FFFD, whatever the request says that it has.
    """
    body = bytearray()
    async for octets in request.content.iter_any():
        body += octets
        if len(body) > MOST_OCTETS:
            return None
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
